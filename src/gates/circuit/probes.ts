import type { SignalBase } from '../../policy/signals.js';
import { open } from './opening.js';
import { aMinute } from './openTime.js';
import { closedPhase, type CircuitState, type HalfOpenPhase, type OpenPhase, type Step } from './phases.js';
import type { CircuitSettings } from './settings.js';

/*
 * The probes of a half-open circuit, from the first one to the end of the phase. Nothing is scheduled: the next signal of
 * any kind notices that the probes have timed out.
 */

/** Half-open, before the first probe. */
export function halfOpen(
  settings: CircuitSettings,
  { since, ms: planned, opens, openTime }: OpenPhase,
  { random: draw }: SignalBase,
  now: number,
): HalfOpenPhase {
  const ms = Math.min(planned, now - since);
  const probeTimeout = settings.probeTimeout ?? Math.max(ms, aMinute);
  return {
    phase: 'half-open',
    seen: now,
    ms,
    opens,
    openTime,
    draw,
    probeTimeout,
    probesTimeOutAt: now + probeTimeout,
    probes: [],
    answered: [],
    good: 0,
    bad: 0,
  };
}

/** Whether all probes of the sample are admitted, settled and running ones together. */
export const isFull = (settings: CircuitSettings, { good, bad, probes }: HalfOpenPhase): boolean =>
  good + bad + probes.length >= settings.probes;

export const addProbe = (state: HalfOpenPhase, ticket: number, now: number): HalfOpenPhase => ({
  ...state,
  seen: now,
  probes: [...state.probes, ticket],
  probesTimeOutAt: now + state.probeTimeout,
});

/** Whether the call is a probe that has not delivered a value yet. */
export const isSilentProbe = (state: CircuitState, ticket: number): boolean =>
  state.phase === 'half-open' && state.probes.includes(ticket) && !state.answered.includes(ticket);

/** A value of a call: the first one of a probe is noted. */
export const onValue = (state: CircuitState, ticket: number, now: number): CircuitState =>
  state.phase === 'half-open' && isSilentProbe(state, ticket)
    ? { ...state, seen: now, answered: [...state.answered, ticket] }
    : state;

/** Whether so many good probes are enough to close the circuit. */
export const isEnough = ({ probes, allowedFailures }: CircuitSettings, good: number): boolean =>
  good >= probes - allowedFailures;

/** Closed by its probes. A probe that still runs no longer counts. */
export const closeAfterProbes = (settings: CircuitSettings, { probes }: HalfOpenPhase, at: number): CircuitState =>
  closedPhase('closed', settings, at, newestOf(probes));

/** Whether the running probes have timed out. */
export const haveTimedOut = (state: CircuitState, now: number): state is HalfOpenPhase =>
  state.phase === 'half-open' && state.probes.length > 0 && now >= state.probesTimeOutAt;

/**
 * What a half-open circuit *is* since its probes have timed out, so a probe that never ends cannot wedge it. A probe that
 * has delivered a value was good. If there are not enough of these, a silent one opens the circuit again.
 */
export function timeOut(settings: CircuitSettings, state: HalfOpenPhase): Step {
  const { answered, draw: random, probes, probesTimeOutAt: at } = state;
  const good = state.good + answered.length;
  if (isEnough(settings, good)) return { state: closeAfterProbes(settings, state, at) };
  if (answered.length === probes.length) return { state: { ...state, seen: at, probes: [], answered: [], good } };
  return open(settings, state, { signal: { ticket: newestOf(probes), now: at, random }, at });
}

const newestOf = (probes: readonly number[]): number => probes.reduce((last, probe) => Math.max(last, probe));
