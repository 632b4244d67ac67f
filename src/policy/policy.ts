import { callable, refuse, show } from '../options.js';
import type { Reason } from '../errors.js';

/*
 * The one idea of this library: a policy is a pure reducer. It folds what happened (a signal) into its state and
 * answers with one number, how long to wait: 0 is *now*, Infinity is *no*. Time and chance are fields of the signal,
 * so a policy never asks a clock and never rolls dice: the same log of signals always gives the same answers, and a
 * state is plain JSON.
 */

/** What every signal carries. */
export interface SignalBase {
  /** Which attempt, from 1, in the order in which attempts were asked for. */
  readonly ticket: number;
  /** Milliseconds of a clock that never goes back. Only differences mean anything. */
  readonly now: number;
  /**
   * One uniform draw in [0, 1), shared by all parts of a policy: made for an `ask` and a `failure`, and in a gate for
   * all but `value` and `abandon`; otherwise 0.
   */
  readonly random: number;
}

/** May attempt `call` start? Answer 0 = yes, n = ask again in n ms, Infinity = no. */
export interface Ask extends SignalBase {
  readonly kind: 'ask';
  /** Its number within its stream; above 1 it is a retry. */
  readonly attempt: number;
  /** What a retry follows. */
  readonly error?: unknown;
}

/** The attempt produced a value. A report: the answer's wait is ignored. */
export interface Value extends SignalBase {
  readonly kind: 'value';
  readonly value: unknown;
}

/** What ends an attempt also says how long it ran: milliseconds since its `ask` was answered with 0. */
interface EndSignal extends SignalBase {
  readonly took: number;
}

/** The attempt completed, or was left after a value. A report. */
export interface Success extends EndSignal {
  readonly kind: 'success';
}

/** The attempt failed. Answer: after how many milliseconds to try again, Infinity = not at all. */
export interface Failure extends EndSignal {
  readonly kind: 'failure';
  readonly error: unknown;
}

/** The attempt was left before it produced anything, or ended in a way that must not count. A report. */
export interface Cancel extends EndSignal {
  readonly kind: 'cancel';
}

/** Nobody will ask again for an attempt that was told to wait: who waited has left, or was rejected by another part. */
export interface Abandon extends SignalBase {
  readonly kind: 'abandon';
}

/** What the handles of a circuit say; `open` may say for how many milliseconds. */
export type Command =
  | { readonly name: 'open'; readonly ms?: number }
  | { readonly name: 'half-open' | 'isolate' | 'release' | 'reset' | 'disable' | 'shadow' | 'resume' };

/** Somebody turned a handle of a gate, so that its log is whole: all of them for circuits, `resume` for any. */
export interface Control extends SignalBase {
  readonly kind: 'control';
  readonly command: Command;
}

/** One thing that happened, as plain data: everything that a policy is ever told. */
export type Signal = Ask | Value | Success | Failure | Cancel | Abandon | Control;

/** A policy's answer: its next state, how many milliseconds to wait (0 = now, Infinity = no) and, for a no, why. */
export interface Verdict<S = unknown> {
  readonly state: S;
  readonly wait: number;
  readonly reason?: Reason;
  /** What a predicate of the policy threw although the signal counts: whoever runs the policy throws it on. */
  readonly thrown?: { readonly error: unknown };
}

/**
 * A pure reducer with its initial state. Immutable; reuse it freely: whoever runs it keeps the state.
 *
 * The contract: no clock, no dice, no mutation; a state is JSON (no Infinity, no NaN, no class); a signal that does
 * not concern it is answered with `{ state, wait: 0 }` and the **same** state reference.
 */
export interface Policy<S = unknown> {
  readonly initial: S;
  reduce(state: S, signal: Signal): Verdict<S>;
  /** The kinds of signal that concern it; left out: all. Nothing else is sent to it. */
  readonly handles?: readonly Signal['kind'][];
}

/**
 * A policy that looks at failures alone: the easy way to write one's own.
 *
 * @param initial its first state, plain JSON
 * @param reduce the next state and the wait in milliseconds after a failure
 * @throws TypeError if `reduce` is not a function
 *
 * @example
 * // waits 10 ms longer for every character of the error's message
 * const chatty = onFailure(0, (total, { error }) => {
 *   const next = total + 10 * String(error).length;
 *   return { state: next, wait: next };
 * });
 * preview(chatty, { failures: 3, error: 'oh' }).delays // => [20, 40, 60]
 */
export function onFailure<S>(initial: S, reduce: (state: S, failure: Failure) => Verdict<S>): Policy<S> {
  callable('onFailure', 'reduce', reduce);
  return {
    initial,
    handles: ['failure'],
    reduce: (state, signal) => (signal.kind === 'failure' ? reduce(state, signal) : { state, wait: 0 }),
  };
}

/**
 * The wait of an ask that can only be answered when something changes, nobody knows when: finite, and longer than any
 * timer measures.
 */
export const untilChange: number = Number.MAX_VALUE;

/** One step of a policy: only what it hears, and an answer that can be relied on. */
export function step<S>(policy: Policy<S>, state: S, signal: Signal): Verdict<S> {
  if (policy.handles !== undefined && !policy.handles.includes(signal.kind)) return { state, wait: 0 };
  const verdict = policy.reduce(state, signal) as Verdict<S> | null | undefined;
  if (typeof verdict?.wait === 'number' && verdict.wait >= 0) return verdict;
  throw new RangeError(
    `policy: the wait after ${signal.kind} must be a number of milliseconds, at least 0, or Infinity, got ${show(verdict?.wait)}`,
  );
}

/** The verdict of a part as the verdict of the whole: the same wait and reason, with the state of the whole. */
export function answer<S>(state: S, verdict: Verdict): Verdict<S> {
  return verdict.reason === undefined && verdict.thrown === undefined
    ? { state, wait: verdict.wait }
    : { ...verdict, state };
}

/**
 * The transaction rule. An ask goes to several policies; if all of them admit the attempt, each keeps its new state.
 * Otherwise only those that postponed or rejected it do, and the others have spent nothing.
 */
export const isKept = (isAdmitted: boolean, { wait }: Verdict): boolean => isAdmitted || wait > 0;

export const signalKinds = ['ask', 'value', 'success', 'failure', 'cancel', 'abandon', 'control'] as const;

/** What a policy made of `parts` handles: whatever one of them hears, and the kinds in `also`. */
export function handledKinds(parts: readonly Policy[], ...also: Signal['kind'][]): readonly Signal['kind'][] {
  return signalKinds.filter(
    (kind) => also.includes(kind) || parts.some(({ handles = signalKinds }) => handles.includes(kind)),
  );
}

export function isPolicy(value: unknown): value is Policy {
  const it = value as Partial<Policy> | null | undefined;
  return typeof it === 'object' && it !== null && 'initial' in it && typeof it.reduce === 'function';
}

/** Throws unless `value` is a policy. */
export function checkPolicy(where: string, option: string, value: unknown): asserts value is Policy {
  if (!isPolicy(value)) return refuse(where, option, 'a policy', value, TypeError);
  const { handles = [] }: { readonly handles?: unknown } = value;
  if (!Array.isArray(handles) || !handles.every((kind) => signalKinds.includes(kind as Signal['kind']))) {
    refuse(where, `${option}.handles`, 'a list of kinds of signal', handles, TypeError);
  }
}
