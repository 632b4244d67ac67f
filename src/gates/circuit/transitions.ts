import type { Classified, Outcome } from '../outcome.js';
import type { Verdict } from '../../policy/policy.js';
import type { Ask, Cancel, Failure, Success } from '../../policy/signals.js';
import { open } from './opening.js';
import type { CircuitState, CircuitVerdict, ClosedPhase, HalfOpenPhase, Step } from './phases.js';
import { addProbe, closeAfterProbes, halfOpen, isEnough, isFull } from './probes.js';
import type { CircuitSettings } from './settings.js';
import type { Trip } from './trip.js';

/*
 * How calls move a circuit: they ask to start, and they end.
 */

type End = Success | Failure | Cancel;

/** May the call start? */
export function onAsk(settings: CircuitSettings, state: CircuitState, ask: Ask, now: number): Verdict<CircuitState> {
  switch (state.phase) {
    case 'closed':
    case 'shadow':
    case 'disabled':
      return { state, wait: 0 };
    case 'isolated':
      return { state, wait: Infinity, reason: 'isolated' };
    case 'open':
      if (now < state.until) return { state, wait: state.until - now, reason: 'open' };
      return { state: addProbe(halfOpen(settings, state, ask, now), ask.ticket, now), wait: 0 };
    case 'half-open':
      if (isFull(settings, state)) return { state, wait: state.probesTimeOutAt - now, reason: 'half-open' };
      return { state: addProbe(state, ask.ticket, now), wait: 0 };
  }
}

/** The call has ended. */
export function onEnd(settings: CircuitSettings, state: CircuitState, end: End, now: number): CircuitVerdict {
  switch (state.phase) {
    case 'closed':
    case 'shadow':
      return closedOnEnd(settings, state, end, now);
    case 'half-open':
      return halfOpenOnEnd(settings, state, end, now);
    case 'open':
    case 'isolated':
      return { state, wait: 0, reason: 'late' };
    case 'disabled':
      return { state, wait: 0 };
  }
}

/** Whether a rule of a closed circuit is reached. */
export const isTripped = ({ trips }: CircuitSettings, state: CircuitState, now: number): boolean =>
  state.phase === 'closed' && trips.some((trip, index) => trip.isReached(state.windows[index], now));

function closedOnEnd(settings: CircuitSettings, state: ClosedPhase, end: End, now: number): CircuitVerdict {
  // Fractions of milliseconds are rounded in `took`, and again here.
  const sinceClosed = now - end.took - state.since;
  const rounding = 2 ** -50 * Math.abs(now);
  if (sinceClosed < -rounding || (sinceClosed <= rounding && end.ticket <= state.last)) {
    return { state, wait: 0, reason: 'late' };
  }
  const { outcome, thrown } = outcomeOf(settings, end);
  const { phase, since, last } = state;
  let [recorded, bads] = [0, 0];
  const windows = settings.trips.map((trip, index) => {
    const isBad = countsAs(trip, outcome, end);
    if (isBad === undefined) return state.windows[index];
    recorded += 1;
    bads += isBad ? 1 : 0;
    return trip.record(state.windows[index], now, isBad);
  });
  if (recorded === 0) return { state, wait: 0 };

  const next: ClosedPhase = { phase, seen: now, since, last, windows };
  const step =
    bads > 0 && isTripped(settings, next, now)
      ? open(settings, state, { signal: end, at: now, error: errorOf(end) })
      : { state: next };
  return verdictOf(step, thrown, phase === 'closed' && bads > 0);
}

/** A probe has ended. Only probes change a half-open circuit. */
function halfOpenOnEnd(settings: CircuitSettings, state: HalfOpenPhase, end: End, now: number): CircuitVerdict {
  if (!state.probes.includes(end.ticket)) return { state, wait: 0, reason: 'late' };
  const { outcome, thrown } = outcomeOf(settings, end);
  const isBad = outcome === 'failure' || settings.trips.some((trip) => countsAs(trip, outcome, end) === true);
  const bad = state.bad + (isBad ? 1 : 0);
  const good = state.good + (outcome === 'success' && !isBad ? 1 : 0);

  if (bad > settings.allowedFailures)
    return verdictOf(open(settings, state, { signal: end, at: now, error: errorOf(end) }), thrown, true);
  if (isEnough(settings, good)) return { state: closeAfterProbes(settings, state, now), wait: 0 };
  const others = (tickets: readonly number[]): number[] => tickets.filter((each) => each !== end.ticket);
  const { probes, answered } = state;
  const next = { ...state, seen: now, probes: others(probes), answered: others(answered), good, bad };
  return verdictOf({ state: next }, thrown, isBad);
}

const good: Classified = { outcome: 'success' };

/** What the end of a call says about the dependency. */
function outcomeOf({ classify, onCancel }: CircuitSettings, end: End): Classified {
  if (end.kind === 'failure') return classify(end.error);
  return end.kind === 'success' ? good : { outcome: onCancel };
}

/** Whether a rule counts the call as bad; `undefined` if the rule ignores it. */
function countsAs({ slowerThan }: Trip, outcome: Outcome, { kind, took }: End): boolean | undefined {
  if (slowerThan === undefined) return outcome === 'ignore' ? undefined : outcome === 'failure';
  const isSlow = took > slowerThan;
  if (outcome === 'ignore') return kind === 'cancel' && isSlow ? true : undefined;
  return isSlow;
}

const errorOf = (end: End): unknown => (end.kind === 'failure' ? end.error : undefined);

function verdictOf(step: Step, thrown: Classified['thrown'], isBad: boolean): CircuitVerdict {
  if (thrown !== undefined) return { ...step, wait: 0, isBad, thrown };
  if ('openTimeFailure' in step) return { ...step, wait: 0, isBad };
  const { state } = step;
  return isBad ? { state, wait: 0, isBad } : { state, wait: 0 };
}
