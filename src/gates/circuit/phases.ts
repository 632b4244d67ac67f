import type { Classified } from '../outcome.js';
import { step, type Policy } from '../../policy/policy.js';
import type { SignalBase, Signal } from '../../policy/signals.js';
import { ownHint } from '../../policy/shape.js';
import type { Trip } from './trip.js';

/*
 * The phases of a circuit, each with only its own fields, and the steps from one to the next. Nothing is scheduled: an
 * open circuit turns half-open when somebody asks, and a lease that has ended is noticed by whoever comes next.
 */

/** What a circuit keeps in every phase. */
interface PhaseBase {
  /** The latest instant that changed the state: time never goes back behind it. */
  readonly seen: number;
}

/** Admits all and watches; `shadow` watches but never opens. */
export interface ClosedPhase extends PhaseBase {
  readonly phase: 'closed' | 'shadow';
  /** A report counts if its call was admitted after this instant, or at it with a number above `last`. */
  readonly since: number;
  readonly last: number;
  /** One for each trip rule. */
  readonly windows: readonly unknown[];
}

/** Admits nobody until `until`. */
export interface OpenPhase extends PhaseBase {
  readonly phase: 'open';
  readonly until: number;
  /** How long it is open in all, milliseconds. */
  readonly ms: number;
  /** How often it has opened since it was last closed. */
  readonly opens: number;
  readonly openTime: OpenTime;
}

/** Admits a few probes, and is decided by them. */
export interface HalfOpenPhase extends PhaseBase {
  readonly phase: 'half-open';
  /** As of the open phase before. */
  readonly ms: number;
  readonly opens: number;
  readonly openTime: OpenTime;
  /** The pace if the probes fail: drawn already, so that looking needs no chance. */
  readonly nextOpenTime: OpenTime;
  /** The numbers of the probes that are out. */
  readonly probes: readonly number[];
  readonly good: number;
  readonly bad: number;
  /** Milliseconds from the admission of the newest probe to the end of maxWait. */
  readonly probeTimeout: number;
  readonly probesTimeOutAt: number;
}

/** Admits nobody until the last of `holds` is released. */
export interface IsolatedPhase extends PhaseBase {
  readonly phase: 'isolated';
  readonly holds: number;
}

/** Admits all and records nothing. */
export interface DisabledPhase extends PhaseBase {
  readonly phase: 'disabled';
}

/** The state of a circuit, plain JSON. */
export type CircuitState = ClosedPhase | OpenPhase | HalfOpenPhase | IsolatedPhase | DisabledPhase;

/** The policy of open times, and what it said last: a wait in milliseconds, and its state. */
export interface OpenTime {
  readonly ms: number;
  readonly memory: unknown;
}

/** A circuit breaker's options, complete. */
export interface CircuitSettings {
  readonly trips: readonly Trip[];
  readonly resetAfter: Policy;
  readonly probes: number;
  readonly allowedFailures: number;
  readonly probeTimeout: number | undefined;
  readonly classify: (error: unknown) => Classified;
  readonly onCancel: 'failure' | 'ignore';
}

/** The shortest lease that is taken unasked, and the open time where the policy of open times says no at once. */
export const aMinute = 60_000;

/** Closed (or shadow) with a fresh memory; what was admitted before counts no more. */
export const freshPhase = (
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

/** The next open time: the policy's next wait; its *no* repeats the last one. */
export function nextOpenTime(
  { resetAfter }: CircuitSettings,
  { ms, memory }: OpenTime,
  { ticket, now, random }: SignalBase,
  error: unknown,
): OpenTime {
  const { state, wait } = step(resetAfter, memory, { kind: 'failure', ticket, now, random, took: 0, error });
  return { ms: wait < Infinity ? wait : ms, memory: state };
}

export const initialOpenTime = ({ resetAfter }: CircuitSettings): OpenTime => ({
  ms: aMinute,
  memory: resetAfter.initial,
});

/** How long to be open: as the policy says, or as long as the error asks for, if that is longer. */
export function openDuration({ ms }: OpenTime, error: unknown): number {
  const hint = ownHint(error);
  return hint !== undefined && hint < Infinity ? Math.max(ms, hint) : ms;
}

/** Half-open, with nobody out yet. */
export function halfOpen(
  settings: CircuitSettings,
  { ms, opens, openTime }: OpenPhase,
  signal: SignalBase,
  now: number,
): HalfOpenPhase {
  const probeTimeout = settings.probeTimeout ?? Math.max(ms, aMinute);
  const next = nextOpenTime(settings, openTime, signal, undefined);
  const began = {
    seen: now,
    ms,
    opens,
    openTime,
    nextOpenTime: next,
    probeTimeout,
    probesTimeOutAt: now + probeTimeout,
  };
  return { phase: 'half-open', ...began, probes: [], good: 0, bad: 0 };
}

/** The probes failed, or did not answer: open again from `at` on. */
export function reopen({ opens, nextOpenTime: next }: HalfOpenPhase, ms: number, at: number): OpenPhase {
  return { phase: 'open', seen: at, until: at + ms, ms, opens: opens + 1, openTime: next };
}

/** A probe that never answers cannot wedge the circuit: when its lease has ended, it *is* open since then. */
export const expireProbes = (state: CircuitState, now: number): CircuitState =>
  state.phase === 'half-open' && state.probes.length > 0 && now >= state.probesTimeOutAt
    ? reopen(state, state.nextOpenTime.ms, state.probesTimeOutAt)
    : state;

/** Those who wait are woken by another phase, and by a probe that left its place; not by one that has settled. */
export function wakes(before: CircuitState, after: CircuitState, { kind }: Signal): 'all' | [] {
  if (kind === 'ask' || before === after || before.phase === 'closed') return [];
  if (before.phase !== 'half-open' || after.phase !== 'half-open') return 'all';
  return before.good + before.bad === after.good + after.bad ? 'all' : [];
}
