import type { Classified, Outcome } from '../outcome.js';
import type { Verdict } from '../../policy/policy.js';
import type { Ask, Cancel, Failure, Success } from '../../policy/signals.js';
import { initialOpenTime, nextOpenTime, openDuration } from './openTime.js';
import {
  closedPhase,
  halfOpen,
  reopen,
  type CircuitState,
  type ClosedPhase,
  type HalfOpenPhase,
  type OpenPhase,
} from './phases.js';
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

/** Whether all probes of the sample are admitted, settled and running ones together. */
export const isFull = (settings: CircuitSettings, { good, bad, probes }: HalfOpenPhase): boolean =>
  good + bad + probes.length >= settings.probes;

const addProbe = (state: HalfOpenPhase, ticket: number, now: number): HalfOpenPhase => ({
  ...state,
  seen: now,
  probes: [...state.probes, ticket],
  probesTimeOutAt: now + state.probeTimeout,
});

/** The call has ended. */
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
  let [recorded, bads] = [0, 0];
  const windows = settings.trips.map((trip, index) => {
    const isBad = countsAs(trip, outcome, end);
    if (isBad === undefined) return state.windows[index];
    recorded += 1;
    bads += isBad ? 1 : 0;
    return trip.record(state.windows[index], now, isBad);
  });
  if (recorded === 0) return { state, wait: 0 };

  const opens =
    phase === 'closed' && bads > 0 && settings.trips.some((trip, index) => trip.isReached(windows[index], now));
  return withThrown(opens ? open(settings, end, now) : { phase, seen: now, since, last, windows }, thrown);
}

/** The first opening since the circuit was closed. */
function open(settings: CircuitSettings, end: End, now: number): OpenPhase {
  const error = errorOf(end);
  const openTime = nextOpenTime(settings, initialOpenTime(settings), end, error);
  const ms = openDuration(openTime, error);
  return { phase: 'open', seen: now, until: now + ms, ms, opens: 1, openTime };
}

/** A probe has ended. Only probes change a half-open circuit. */
function halfOpenOnEnd(settings: CircuitSettings, state: HalfOpenPhase, end: End, now: number): Verdict<CircuitState> {
  if (!state.probes.includes(end.ticket)) return { state, wait: 0, reason: 'late' };
  const { outcome, thrown } = outcomeOf(settings, end);
  const isBad = outcome === 'failure' || settings.trips.some((trip) => countsAs(trip, outcome, end) === true);
  const bad = state.bad + (isBad ? 1 : 0);
  const good = state.good + (outcome === 'success' && !isBad ? 1 : 0);

  if (bad > settings.allowedFailures)
    return withThrown(reopen(state, openDuration(state.nextOpenTime, errorOf(end)), now), thrown);
  if (good >= settings.probes - settings.allowedFailures) {
    const newest = state.probes.reduce((last, probe) => Math.max(last, probe));
    return { state: closedPhase('closed', settings, now, newest), wait: 0 };
  }
  const probes = state.probes.filter((probe) => probe !== end.ticket);
  return withThrown({ ...state, seen: now, probes, good, bad }, thrown);
}

/** What the end of a call says about the dependency. */
function outcomeOf({ classify, onCancel }: CircuitSettings, end: End): Classified {
  if (end.kind === 'failure') return classify(end.error);
  return end.kind === 'success' ? { outcome: 'success' } : { outcome: onCancel };
}

/** Whether a rule counts the call as bad; `undefined` if the rule ignores it. */
function countsAs({ slowerThan }: Trip, outcome: Outcome, { kind, took }: End): boolean | undefined {
  if (slowerThan === undefined) return outcome === 'ignore' ? undefined : outcome === 'failure';
  const isSlow = took > slowerThan;
  if (outcome === 'ignore') return kind === 'cancel' && isSlow ? true : undefined;
  return isSlow;
}

const errorOf = (end: End): unknown => (end.kind === 'failure' ? end.error : undefined);

const withThrown = (state: CircuitState, thrown: Classified['thrown']): Verdict<CircuitState> =>
  thrown === undefined ? { state, wait: 0 } : { state, wait: 0, thrown };
