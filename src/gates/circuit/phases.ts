import type { Verdict } from '../../policy/policy.js';
import type { Signal } from '../../policy/signals.js';
import type { OpenTime } from './openTime.js';
import type { CircuitSettings } from './settings.js';

/*
 * The phases of a circuit, each with only its own fields. Nothing is scheduled: the next ask makes an open circuit
 * half-open, and the next signal of any kind notices that a probe has timed out.
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
  /** When it opened. */
  readonly since: number;
  readonly until: number;
  /** The whole time that it is to stay open, milliseconds. */
  readonly ms: number;
  /** How often it has opened since it was last closed. */
  readonly opens: number;
  readonly openTime: OpenTime;
}

/** Admits a few probes. Their results close or open it. */
export interface HalfOpenPhase extends PhaseBase {
  readonly phase: 'half-open';
  /** For how many milliseconds it was open before. */
  readonly ms: number;
  readonly opens: number;
  readonly openTime: OpenTime;
  /** The random number of the next open time if a probe times out: a view has none of its own. */
  readonly draw: number;
  /** The tickets of the running probes. */
  readonly probes: readonly number[];
  /** The running probes that have delivered a value. */
  readonly answered: readonly number[];
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

/** The next state. If `resetAfter` failed to give an open time, `openTimeFailure` has the error. */
export interface Step {
  readonly state: CircuitState;
  readonly openTimeFailure?: { readonly error: unknown };
}

/** The answer of a circuit. */
export interface CircuitVerdict extends Verdict<CircuitState>, Step {
  readonly state: CircuitState;
  /** Whether the call that has ended brought the circuit closer to opening. */
  readonly isBad?: boolean;
}

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

/** Half-open again, without the probes of before: an open circuit whose time is over. */
export const toBeProbed = ({ ms, opens, openTime }: HalfOpenPhase, now: number): OpenPhase => ({
  phase: 'open',
  seen: now,
  since: now - ms,
  until: now,
  ms,
  opens,
  openTime,
});

/**
 * A change of the phase wakes all waiting calls, and so does a probe whose result does not count, because its slot is
 * free again. A probe that counts keeps its slot.
 */
export function wakes(before: CircuitState, after: CircuitState, { kind }: Signal): 'all' | [] {
  if (kind === 'ask') return before.phase === 'half-open' && after.phase === 'closed' ? 'all' : [];
  if (kind === 'value' || before === after || before.phase === 'closed') return [];
  if (before.phase !== 'half-open' || after.phase !== 'half-open') return 'all';
  return before.good + before.bad === after.good + after.bad ? 'all' : [];
}

/**
 * How long it was open, if a change lets calls through again. Waiting calls that this change wakes spread over a tenth of it,
 * whatever was left of their waits.
 */
export function openSpan(before: CircuitState, after: CircuitState): number | undefined {
  if (before.phase === 'half-open') return before.ms;
  return before.phase === 'open' && after.phase !== 'open' ? Math.min(before.ms, after.seen - before.since) : undefined;
}
