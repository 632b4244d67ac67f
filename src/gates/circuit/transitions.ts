import type { Classified, Outcome } from '../outcome.js';
import type { Verdict } from '../../policy/policy.js';
import type { Ask, Cancel, Failure, Success } from '../../policy/signals.js';
import {
  initialOpenTime,
  halfOpen,
  openDuration,
  nextOpenTime,
  reopen,
  freshPhase,
  type CircuitState,
  type HalfOpenPhase,
  type CircuitSettings,
  type ClosedPhase,
} from './phases.js';
import type { Trip } from './trip.js';

/*
 * How calls move a circuit: asking to start, and ending one way or another.
 */

type End = Success | Failure | Cancel;

/** May a call start? */
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
      return { state: withProbe(halfOpen(settings, state, ask, now), ask.ticket, now), wait: 0 };
    case 'half-open':
      if (isFull(settings, state)) return { state, wait: state.probesTimeOutAt - now, reason: 'half-open' };
      return { state: withProbe(state, ask.ticket, now), wait: 0 };
  }
}

/** Probes settled and in flight together are as many as the sample has. */
export const isFull = ({ probes: calls }: CircuitSettings, { good, bad, probes }: HalfOpenPhase): boolean =>
  good + bad + probes.length >= calls;

const withProbe = (state: HalfOpenPhase, ticket: number, now: number): HalfOpenPhase => ({
  ...state,
  seen: now,
  probes: [...state.probes, ticket],
  probesTimeOutAt: now + state.probeTimeout,
});

/** A call has ended. */
export function onEnd(settings: CircuitSettings, state: CircuitState, end: End, now: number): Verdict<CircuitState> {
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

function closedOnEnd(settings: CircuitSettings, state: ClosedPhase, end: End, now: number): Verdict<CircuitState> {
  const admittedAt = now - end.took;
  if (admittedAt < state.since || (admittedAt === state.since && end.ticket <= state.last)) {
    return { state, wait: 0, reason: 'late' };
  }
  const { outcome, thrown } = outcomeOf(settings, end);
  const { phase, since, last } = state;
  let [heard, bads] = [0, 0];
  const windows = settings.trips.map((trip, index) => {
    const bad = countsAs(trip, outcome, end);
    if (bad === undefined) return state.windows[index];
    heard += 1;
    bads += bad ? 1 : 0;
    return trip.record(state.windows[index], now, bad);
  });
  if (heard === 0) return { state, wait: 0 };

  const opens =
    phase === 'closed' && bads > 0 && settings.trips.some((trip, index) => trip.isReached(windows[index], now));
  if (!opens) return withThrown({ phase, seen: now, since, last, windows }, thrown);
  const error = end.kind === 'failure' ? end.error : undefined;
  const openTime = nextOpenTime(settings, initialOpenTime(settings), end, error);
  const ms = openDuration(openTime, error);
  return withThrown({ phase: 'open', seen: now, until: now + ms, ms, opens: 1, openTime }, thrown);
}

/** A probe has ended; nobody else touches a half-open circuit. */
function halfOpenOnEnd(settings: CircuitSettings, state: HalfOpenPhase, end: End, now: number): Verdict<CircuitState> {
  if (!state.probes.includes(end.ticket)) return { state, wait: 0, reason: 'late' };
  const { outcome, thrown } = outcomeOf(settings, end);
  const probes = state.probes.filter((probe) => probe !== end.ticket);
  const isBad = outcome === 'failure' || settings.trips.some((trip) => countsAs(trip, outcome, end) === true);
  const bad = state.bad + (isBad ? 1 : 0);
  const good = state.good + (outcome === 'success' && !isBad ? 1 : 0);

  if (bad > settings.allowedFailures) {
    const ms = openDuration(state.nextOpenTime, end.kind === 'failure' ? end.error : undefined);
    return withThrown(reopen(state, ms, now), thrown);
  }
  if (good >= settings.probes - settings.allowedFailures) {
    return {
      state: freshPhase(
        'closed',
        settings,
        now,
        state.probes.reduce((last, probe) => Math.max(last, probe)),
      ),
      wait: 0,
    };
  }
  return withThrown({ ...state, seen: now, probes, good, bad }, thrown);
}

/** What it says of the dependency. */
function outcomeOf({ classify, onCancel }: CircuitSettings, end: End): Classified {
  if (end.kind === 'failure') return classify(end.error);
  return end.kind === 'success' ? { outcome: 'success' } : { outcome: onCancel };
}

/** What it says to a rule: bad, good, or nothing. */
function countsAs({ slowerThan }: Trip, outcome: Outcome, { kind, took }: End): boolean | undefined {
  if (slowerThan === undefined) return outcome === 'ignore' ? undefined : outcome === 'failure';
  const isSlow = took > slowerThan;
  if (outcome === 'ignore') return kind === 'cancel' && isSlow ? true : undefined;
  return isSlow;
}

const withThrown = (state: CircuitState, thrown: Classified['thrown']): Verdict<CircuitState> =>
  thrown === undefined ? { state, wait: 0 } : { state, wait: 0, thrown };
