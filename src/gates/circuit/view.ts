import type { CircuitState } from './phases.js';
import { haveTimedOut, isFull, timeOut } from './probes.js';
import type { CircuitSettings } from './settings.js';

/** The status of a circuit at an instant. Elapsed time is applied, so probes that have timed out already show. */
export interface CircuitView {
  readonly phase: CircuitState['phase'];
  /**
   * While closed, the failures in the window of the first rule that counts them; while half-open, those of the probes;
   * otherwise 0.
   */
  readonly failures: number;
  /**
   * The successes likewise. A window that keeps none ({@link consecutive}, or `failures` within a time) counts them since
   * the circuit closed.
   */
  readonly successes: number;
  /** While closed, the slow calls in the window of the first {@link slowRate}; otherwise 0. */
  readonly slow: number;
  /** How often it has opened since it was last closed. */
  readonly opens: number;
  /** When it may be probed, on its own clock; `undefined` unless it is open. */
  readonly openUntil: number | undefined;
  /** In how many milliseconds an attempt may be admitted: 0 = now, Infinity = only after a manual command. */
  readonly retryAfter: number;
}

export function view(settings: CircuitSettings, state: CircuitState, instant: number): CircuitView {
  const now = Math.max(instant, state.seen);
  const current = haveTimedOut(state, now) ? timeOut(settings, state).state : state;
  const { phase } = current;
  const nothing = { phase, failures: 0, successes: 0, slow: 0, opens: 0, openUntil: undefined, retryAfter: 0 };
  switch (current.phase) {
    case 'closed':
    case 'shadow': {
      const counts = settings.trips.map((trip, index) => trip.counts(current.windows[index], now));
      const counting = settings.trips.findIndex(({ slowerThan }) => slowerThan === undefined);
      const slow = settings.trips.findIndex(({ slowerThan }) => slowerThan !== undefined);
      const { bad = 0, good = 0 } = counts[counting] ?? {};
      return { ...nothing, failures: bad, successes: good, slow: counts[slow]?.bad ?? 0 };
    }
    case 'open':
      return {
        ...nothing,
        opens: current.opens,
        openUntil: current.until,
        retryAfter: Math.max(0, current.until - now),
      };
    case 'half-open': {
      const { bad: failures, good: successes, opens, probesTimeOutAt } = current;
      return {
        ...nothing,
        failures,
        successes,
        opens,
        retryAfter: isFull(settings, current) ? probesTimeOutAt - now : 0,
      };
    }
    case 'isolated':
      return { ...nothing, retryAfter: Infinity };
    case 'disabled':
      return nothing;
  }
}
