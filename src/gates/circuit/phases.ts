import type { SignalBase, Signal } from '../../policy/signals.js';
import { aMinute, nextOpenTime, type OpenTime } from './openTime.js';
import type { CircuitSettings } from './settings.js';

/*
 * The phases of a circuit, each with only its own fields, and the steps between them. Nothing is scheduled: the next ask
 * makes an open circuit half-open, and the next signal of any kind notices that a probe has timed out.
 */

/** Fields of every phase. */
interface PhaseBase {
  /** The latest instant that changed the state. The circuit's time never goes back behind it. */
  readonly seen: number;
}

/** Admits all calls and counts how they end. In shadow it never opens. */
export interface ClosedPhase extends PhaseBase {
  readonly phase: 'closed' | 'shadow';
  /** A report counts if its call was admitted after this instant, or at this instant with a ticket above `last`. */
  readonly since: number;
  readonly last: number;
  /** One window for each trip rule. */
  readonly windows: readonly unknown[];
}

/** Admits no call before `until`. */
export interface OpenPhase extends PhaseBase {
  readonly phase: 'open';
  readonly until: number;
  /** The whole time that it stays open, milliseconds. */
  readonly ms: number;
  /** How often it has opened since it was last closed. */
  readonly opens: number;
  readonly openTime: OpenTime;
}

/** Admits a few probes. Their results close or open it. */
export interface HalfOpenPhase extends PhaseBase {
  readonly phase: 'half-open';
  /** The `ms` of the open phase before. */
  readonly ms: number;
  readonly opens: number;
  readonly openTime: OpenTime;
  /** The open time if the probes fail. It is drawn in advance, so that a view needs no random number. */
  readonly nextOpenTime: OpenTime;
  /** The tickets of the running probes. */
  readonly probes: readonly number[];
  readonly good: number;
  readonly bad: number;
  /** Milliseconds from the admission of the newest probe until all running probes time out. */
  readonly probeTimeout: number;
  readonly probesTimeOutAt: number;
}

/** Admits no call until each of `holds` isolations is released. */
export interface IsolatedPhase extends PhaseBase {
  readonly phase: 'isolated';
  readonly holds: number;
}

/** Admits all calls and records nothing. */
export interface DisabledPhase extends PhaseBase {
  readonly phase: 'disabled';
}

/** The state of a circuit, plain JSON. */
export type CircuitState = ClosedPhase | OpenPhase | HalfOpenPhase | IsolatedPhase | DisabledPhase;

/** Closed (or shadow) with empty windows. Calls that were admitted before no longer count. */
export const closedPhase = (
  phase: ClosedPhase['phase'],
  { trips }: CircuitSettings,
  now: number,
  last: number,
): ClosedPhase => ({
  phase,
  seen: now,
  since: now,
  last,
  windows: trips.map(({ fresh }) => fresh),
});

/** Half-open, before the first probe. */
export function halfOpen(
  settings: CircuitSettings,
  { ms, opens, openTime }: OpenPhase,
  signal: SignalBase,
  now: number,
): HalfOpenPhase {
  const probeTimeout = settings.probeTimeout ?? Math.max(ms, aMinute);
  return {
    phase: 'half-open',
    seen: now,
    ms,
    opens,
    openTime,
    nextOpenTime: nextOpenTime(settings, openTime, signal, undefined),
    probeTimeout,
    probesTimeOutAt: now + probeTimeout,
    probes: [],
    good: 0,
    bad: 0,
  };
}

/** The probes failed or timed out: open again from `at` on. */
export function reopen({ opens, nextOpenTime: openTime }: HalfOpenPhase, ms: number, at: number): OpenPhase {
  return { phase: 'open', seen: at, until: at + ms, ms, opens: opens + 1, openTime };
}

/**
 * A half-open circuit whose probes have timed out *is* open since that instant, so a probe that never answers cannot wedge
 * it.
 */
export const expireProbes = (state: CircuitState, now: number): CircuitState =>
  state.phase === 'half-open' && state.probes.length > 0 && now >= state.probesTimeOutAt
    ? reopen(state, state.nextOpenTime.ms, state.probesTimeOutAt)
    : state;

/**
 * A change of the phase wakes all waiting calls, and so does a probe whose result does not count, because its slot is
 * free again. A probe that counts keeps its slot.
 */
export function wakes(before: CircuitState, after: CircuitState, { kind }: Signal): 'all' | [] {
  if (kind === 'ask' || before === after || before.phase === 'closed') return [];
  if (before.phase !== 'half-open' || after.phase !== 'half-open') return 'all';
  return before.good + before.bad === after.good + after.bad ? 'all' : [];
}
