import { count, list, milliseconds, refuse } from '../options.js';
import { immediate } from './delays.js';
import { answer, checkPolicy, handledKinds, onFailure, step, type Policy, type Verdict } from './policy.js';
import type { Signal } from './signals.js';

/*
 * How often, how long, and which errors.
 */

/**
 * Allows `n` retries, so n + 1 calls, and adds no delay. Then it says no, with reason `'retries'`.
 *
 * @param n a whole number, at least 0, or Infinity for no limit
 * @throws RangeError | TypeError if `n` is anything else
 *
 * @example preview(both(fixed(100), retries(2))) // => { delays: [100, 100], reason: 'retries' }
 */
export function retries(n: number): Policy {
  count('retries', 'n', n, 0);
  return onFailure(0, (used) =>
    used < n ? { state: used + 1, wait: 0 } : { state: used, wait: Infinity, reason: 'retries' },
  );
}

/**
 * Bounds the time of everything inside it: says no (reason `'deadline'`) to a wait that would end after the deadline,
 * so it never oversleeps, and the last real error surfaces. Elapsed time counts from the first `ask`, or, where there
 * was none since its own start, from the first failure. A wait at an `ask` is bounded too, but an attempt that may
 * start now is never rejected, and one under way is not cut short (RxJS's `timeout` does that).
 *
 * Put it outermost: what is beside it, it cannot bound.
 *
 * @param ms milliseconds, finite, at least 0
 * @param policy what to bound
 * @throws RangeError | TypeError if one is anything else
 *
 * @example preview(within(1000, exponential(100))) // => { delays: [100, 200, 400], reason: 'deadline' }
 */
export function within(ms: number, policy: Policy): Policy {
  milliseconds('within', 'ms', ms);
  checkPolicy('within', 'policy', policy);

  const reduce = (state: Timed, signal: Signal): Verdict => {
    const verdict = step(policy, state.inner, signal);
    const isBound = signal.kind === 'ask' || signal.kind === 'failure';
    const since = isBound ? (state.since ?? signal.now) : state.since;
    const next = since === state.since && verdict.state === state.inner ? state : { since, inner: verdict.state };

    const mayStart = signal.kind === 'ask' && verdict.wait === 0;
    const isLate = since !== null && isBound && !mayStart && signal.now - since + verdict.wait > ms;
    return isLate && verdict.wait < Infinity
      ? { state: next, wait: Infinity, reason: 'deadline' }
      : answer(next, verdict);
  };
  return { initial: { since: null, inner: policy.initial }, handles: handledKinds([policy], 'ask', 'failure'), reduce };
}

interface Timed {
  readonly since: number | null;
  readonly inner: unknown;
}

/** A class of errors; it may be abstract. */
export type ErrorClass = abstract new (...args: never[]) => unknown;

/** Which errors: a predicate (not `async`: a promise is always true), an error class, or an array of error classes. */
export type RetryOn = ((error: any) => boolean) | ErrorClass | readonly ErrorClass[];

/**
 * Tries again only after errors that match, and as `policy` says; to any other it says no, with reason `'error'`.
 * An error that does not match leaves `policy` where it was (it hears `cancel` in its place), so that classes of errors
 * can have counters of their own: `either(onlyIf(isBusy, slow), onlyIf(isLost, fast))`.
 *
 * @param retryOn a predicate on the error, an error class, or an array of error classes
 * @param policy what to do about errors that match; {@link immediate} unless told
 * @throws RangeError for an empty array; TypeError if one is anything else. What the predicate throws ends the stream.
 *
 * @example
 * const policy = onlyIf(TypeError, fixed(100));
 * preview(policy, { error: new TypeError(), failures: 2 }).delays // => [100, 100]
 * preview(policy, { error: new RangeError() }) // => { delays: [], reason: 'error' }
 */
export function onlyIf(retryOn: RetryOn, policy: Policy = immediate): Policy {
  const matches = matcher('onlyIf', 'retryOn', retryOn);
  checkPolicy('onlyIf', 'policy', policy);

  const reduce = (state: unknown, signal: Signal): Verdict => {
    if (signal.kind !== 'failure' || matches(signal.error)) return step(policy, state, signal);
    const { ticket, now, took } = signal;
    const { state: next } = step(policy, state, { kind: 'cancel', ticket, now, random: 0, took });
    return { state: next, wait: Infinity, reason: 'error' };
  };
  return { initial: policy.initial, handles: handledKinds([policy], 'failure'), reduce };
}

/** One predicate for the three forms of {@link RetryOn}. */
export function matcher(where: string, option: string, retryOn: RetryOn): (error: any) => boolean {
  const wanted = 'a predicate, an error class or an array of error classes';
  if (typeof retryOn === 'function') return isClass(retryOn) ? (error) => error instanceof retryOn : retryOn;
  list(where, option, wanted, retryOn);
  const classes = [...retryOn];
  if (!classes.every(isClass)) refuse(where, option, wanted, retryOn, TypeError);
  return (error) => classes.some((each) => error instanceof each);
}

/** A class cannot be called and so its `prototype` is read-only; a class compiled to a function still makes errors. */
export function isClass(it: unknown): it is ErrorClass {
  if (typeof it !== 'function') return false;
  const prototype = Object.getOwnPropertyDescriptor(it, 'prototype');
  return prototype !== undefined && (prototype.writable === false || prototype.value instanceof Error);
}
