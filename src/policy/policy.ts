import { callable, rejectOption, show } from '../options.js';
import type { Reason } from '../reasons.js';
import { signalKinds, type Failure, type Signal } from './signals.js';
import type { Word } from './word.js';

/*
 * The one idea of this library: a policy is a pure reducer. It folds a signal (what happened) into its state and answers
 * with one number, the wait: 0 is *now*, Infinity is *no*. The time and a random number are fields of the signal, so a
 * policy never reads a clock and never draws. The same log of signals always gives the same answers, and a state is plain
 * JSON.
 */

/** The answer of a policy: its next state, the wait in milliseconds (0 = now, Infinity = no), and the reason for a no. */
export interface Verdict<S = unknown> {
  readonly state: S;
  readonly wait: number;
  readonly reason?: Reason;
  /** The longest wait from now that a deadline allows. What lengthens the wait says no beyond it. @defaultValue no limit */
  readonly atMost?: number;
  /** An error that a predicate of the policy threw although the signal counts. The caller of the policy rethrows it. */
  readonly thrown?: { readonly error: unknown };
}

/**
 * A pure reducer with its initial state. It is immutable, so reuse it freely: its caller keeps the state.
 *
 * The contract: no clock, no random numbers of its own, no mutation. A state is JSON (no Infinity, no NaN, no class). A
 * signal that does not concern the policy is answered with `{ state, wait: 0 }` and the **same** state reference.
 */
export interface Policy<S = unknown> {
  readonly initial: S;
  reduce(state: S, signal: Signal): Verdict<S>;
  /**
   * The kinds of signal that the policy receives.
   *
   * @defaultValue all kinds
   */
  readonly handles?: readonly Signal['kind'][];
  /**
   * The parts of the policy, each with its own state in `state`; `[]` if it is not made of other policies; `undefined` if
   * `state` cannot be one of its states. A gate checks snapshots by it, and wakes only the waiting calls that a change of
   * a part concerns.
   *
   * @defaultValue no parts, and every state that `reduce` does not throw at is accepted
   */
  parts?(state: S): readonly Part[] | undefined;
  /** How this library made the policy, for `describe` and `toJSON`. A custom policy has none. */
  readonly word?: Word;
}

/** A part of a policy that is made of others. */
export interface Part {
  readonly policy: Policy;
  readonly state: unknown;
  /** Where the state of the whole holds that of the part. Without a key it is the same state. */
  readonly key?: string | number;
}

/**
 * The easy way to write your own policy: one that handles only failures.
 *
 * @param initial the first state, plain JSON
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
    reduce: (state, signal) => (signal.kind === 'failure' ? given(reduce(state, signal)) : { state, wait: 0 }),
  };
}

/** A reducer in braces may have forgotten to return. */
const given = <S>(verdict: Verdict<S> | undefined): Verdict<S> =>
  verdict ?? rejectOption('onFailure', 'the answer of reduce', '{ state, wait }', verdict);

/** "Wait until something changes": finite, but longer than any timer, for limits that cannot predict free capacity. */
export const untilChange: number = Number.MAX_VALUE;

/** Whether the policy receives that kind of signal. */
export const handlesKind = ({ handles }: Policy<any>, kind: Signal['kind']): boolean => handles?.includes(kind) ?? true;

/** One step of a policy. It sends only the kinds that the policy handles, and checks the wait of the answer. */
export const step = <S>(policy: Policy<S>, state: S, signal: Signal): Verdict<S> =>
  handlesKind(policy, signal.kind) ? reduced(policy, state, signal) : { state, wait: 0 };

/** The same for a kind that the policy handles. */
export function reduced<S>(policy: Policy<S>, state: S, signal: Signal): Verdict<S> {
  const verdict = policy.reduce(state, signal) as Verdict<S> | null | undefined;
  if (typeof verdict?.wait === 'number' && verdict.wait >= 0) return verdict;
  throw new RangeError(
    `policy: the wait after ${signal.kind} must be a number of milliseconds, at least 0, or Infinity, got ${show(verdict?.wait)}`,
  );
}

/** The verdict of a part as the verdict of the whole: all but its state, and its bound unless another one is given. */
export function answer<S>(state: S, verdict: Verdict, atMost: number | undefined = verdict.atMost): Verdict<S> {
  const { wait, reason, thrown } = verdict;
  if (reason !== undefined || thrown !== undefined)
    return { ...verdict, state, ...(atMost !== undefined && { atMost }) };
  return atMost === undefined ? { state, wait } : { state, wait, atMost };
}

/** The same with that bound: a no if the wait is longer. */
export function bounded<S>(state: S, verdict: Verdict, atMost: number): Verdict<S> {
  if (verdict.wait === Infinity || atMost === (verdict.atMost ?? Infinity)) return answer(state, verdict);
  return verdict.wait > atMost
    ? { ...verdict, state, wait: Infinity, reason: 'deadline' }
    : answer(state, verdict, atMost);
}

/**
 * The transaction rule. An ask goes to several policies. If all of them admit the attempt, each keeps its new state.
 * Otherwise only those that postponed or rejected it keep theirs, and the others have spent nothing.
 */
export const isKept = (isAdmitted: boolean, { wait }: Verdict): boolean => isAdmitted || wait > 0;

/** The kinds that a policy made of `parts` handles: those of each part, and those in `also`. */
export function handledKinds(parts: readonly Policy[], ...also: Signal['kind'][]): readonly Signal['kind'][] {
  return signalKinds.filter(
    (kind) => also.includes(kind) || parts.some(({ handles = signalKinds }) => handles.includes(kind)),
  );
}

export function isPolicy(value: unknown): value is Policy {
  const policy = value as Partial<Policy> | null | undefined;
  return typeof policy === 'object' && policy !== null && 'initial' in policy && typeof policy.reduce === 'function';
}

/** Throws unless `value` is a policy. */
export function checkPolicy(where: string, option: string, value: unknown): asserts value is Policy {
  if (!isPolicy(value))
    return rejectOption(where, option, 'a policy such as retries(3) or exponentialBackoff()', value, TypeError);
  const { handles = [] }: { readonly handles?: unknown } = value;
  if (!Array.isArray(handles) || !handles.every((kind) => signalKinds.includes(kind as Signal['kind']))) {
    rejectOption(where, `${option}.handles`, 'a list of kinds of signal', handles, TypeError);
  }
}
