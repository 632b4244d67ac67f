import type { Judged, Outcome } from '../policy/outcome.js';
import type { Ask, Cancel, Failure, Success, Verdict } from '../policy/policy.js';
import {
  firstPace,
  halfOpened,
  openTime,
  paced,
  reopened,
  watching,
  type CircuitState,
  type HalfOpen,
  type Settings,
  type Watching,
} from './phases.js';
import type { Trip } from './trip.js';

/*
 * How calls move a circuit: asking to start, and ending one way or another.
 */

type End = Success | Failure | Cancel;

/** May a call start? */
export function asked(settings: Settings, state: CircuitState, ask: Ask, now: number): Verdict<CircuitState> {
  switch (state.phase) {
    case 'closed':
    case 'shadow':
    case 'disabled':
      return { state, wait: 0 };
    case 'isolated':
      return { state, wait: Infinity, reason: 'isolated' };
    case 'open':
      if (now < state.until) return { state, wait: state.until - now, reason: 'open' };
      return { state: probed(halfOpened(settings, state, ask, now), ask.call, now), wait: 0 };
    case 'half-open':
      if (isFull(settings, state)) return { state, wait: state.leaseEndsAt - now, reason: 'half-open' };
      return { state: probed(state, ask.call, now), wait: 0 };
  }
}

/** Probes settled and in flight together are as many as the sample has. */
export const isFull = ({ calls }: Settings, { good, bad, probes }: HalfOpen): boolean =>
  good + bad + probes.length >= calls;

const probed = (state: HalfOpen, call: number, now: number): HalfOpen => ({
  ...state,
  seen: now,
  probes: [...state.probes, call],
  leaseEndsAt: now + state.lease,
});

/** A call has ended. */
export function ended(settings: Settings, state: CircuitState, end: End, now: number): Verdict<CircuitState> {
  switch (state.phase) {
    case 'closed':
    case 'shadow':
      return watched(settings, state, end, now);
    case 'half-open':
      return decided(settings, state, end, now);
    case 'open':
    case 'isolated':
      return { state, wait: 0, reason: 'late' };
    case 'disabled':
      return { state, wait: 0 };
  }
}

function watched(settings: Settings, state: Watching, end: End, now: number): Verdict<CircuitState> {
  const admittedAt = now - end.took;
  if (admittedAt < state.since || (admittedAt === state.since && end.call <= state.last)) {
    return { state, wait: 0, reason: 'late' };
  }
  const { outcome, thrown } = judged(settings, end);
  const { phase, since, last } = state;
  let [heard, bads] = [0, 0];
  const windows = settings.trips.map((trip, index) => {
    const bad = said(trip, outcome, end);
    if (bad === undefined) return state.windows[index];
    heard += 1;
    bads += bad ? 1 : 0;
    return trip.record(state.windows[index], now, bad);
  });
  if (heard === 0) return { state, wait: 0 };

  const opens =
    phase === 'closed' && bads > 0 && settings.trips.some((trip, index) => trip.isReached(windows[index], now));
  if (!opens) return passing({ phase, seen: now, since, last, windows }, thrown);
  const error = end.kind === 'failure' ? end.error : undefined;
  const pace = paced(settings, firstPace(settings), end, error);
  const ms = openTime(pace, error);
  return passing({ phase: 'open', seen: now, until: now + ms, ms, opens: 1, pace }, thrown);
}

/** A probe has ended; nobody else touches a half-open circuit. */
function decided(settings: Settings, state: HalfOpen, end: End, now: number): Verdict<CircuitState> {
  if (!state.probes.includes(end.call)) return { state, wait: 0, reason: 'late' };
  const { outcome, thrown } = judged(settings, end);
  const probes = state.probes.filter((probe) => probe !== end.call);
  const isBad = outcome === 'failure' || settings.trips.some((trip) => said(trip, outcome, end) === true);
  const bad = state.bad + (isBad ? 1 : 0);
  const good = state.good + (outcome === 'success' && !isBad ? 1 : 0);

  if (bad > settings.failures) {
    const ms = openTime(state.next, end.kind === 'failure' ? end.error : undefined);
    return passing(reopened(state, ms, now), thrown);
  }
  if (good >= settings.calls - settings.failures) {
    return {
      state: watching(
        'closed',
        settings,
        now,
        state.probes.reduce((last, probe) => Math.max(last, probe)),
      ),
      wait: 0,
    };
  }
  return passing({ ...state, seen: now, probes, good, bad }, thrown);
}

/** What it says of the dependency. */
function judged({ judge, cancelled }: Settings, end: End): Judged {
  if (end.kind === 'failure') return judge(end.error);
  return end.kind === 'success' ? { outcome: 'success' } : { outcome: cancelled };
}

/** What it says to a rule: bad, good, or nothing. */
function said({ slowerThan }: Trip, outcome: Outcome, { kind, took }: End): boolean | undefined {
  if (slowerThan === undefined) return outcome === 'ignore' ? undefined : outcome === 'failure';
  const isSlow = took > slowerThan;
  if (outcome === 'ignore') return kind === 'cancel' && isSlow ? true : undefined;
  return isSlow;
}

const passing = (state: CircuitState, thrown: Judged['thrown']): Verdict<CircuitState> =>
  thrown === undefined ? { state, wait: 0 } : { state, wait: 0, thrown };
