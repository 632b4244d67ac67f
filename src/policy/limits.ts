import { answered, count, list, milliseconds, rejectOption } from '../options.js';
import { immediate } from './delays.js';
import { isWhole, samePart, withStates } from './parts.js';
import { answer, bounded, checkPolicy, handledKinds, onFailure, step, type Policy, type Verdict } from './policy.js';
import type { Signal } from './signals.js';
import { worded } from './word.js';

/*
 * How many retries, for how long, and after which errors.
 */

/**
 * Allows `n` retries, so n + 1 calls, without a delay. Then it says no, with reason `'retries'`.
 *
 * @param n a whole number, at least 0, or Infinity for no limit
 * @throws RangeError | TypeError if `n` is anything else
 *
 * @example preview(both(fixed(100), retries(2))) // => { delays: [100, 100], reason: 'retries' }
 */
export function retries(n: number): Policy {
  count('retries', 'n', n, 0);
  const counted = onFailure(0, (used) =>
    used < n ? { state: used + 1, wait: 0 } : { state: used, wait: Infinity, reason: 'retries' },
  );
  return worded(
    withStates((state) => isWhole(state, 0, n), counted),
    'retries',
    n,
  );
}

/**
 * Bounds the time of the policy inside it. It says no (reason `'deadline'`) to a wait that would end after the deadline,
 * so a retry never starts too late, and the stream ends with the last real error. Time counts from the first `ask`, or
 * from the first failure if there was no `ask` before it. A wait at an `ask` is bounded too. An attempt that may start now
 * is never rejected, and a running attempt is not cut short: use RxJS's `timeout` for that.
 *
 * What lengthens a wait outside of it ({@link hinted}, {@link jittered}, a longer part of {@link both}) says no beyond the
 * deadline too. In {@link either} the latest deadline of the parts that allow the retry counts.
 *
 * @param ms milliseconds, not seconds: finite, at least 0
 * @param policy the policy to bound
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

    if (!isBound || since === null) return answer(next, verdict);
    const rest = ms - (signal.now - since);
    const mayStart = signal.kind === 'ask' && verdict.wait === 0;
    const atMost = mayStart ? Math.max(0, rest) : rest;
    return bounded(next, verdict, Math.min(atMost, verdict.atMost ?? Infinity));
  };
  return {
    initial: { since: null, inner: policy.initial },
    handles: handledKinds([policy], 'ask', 'failure'),
    reduce,
    parts: ({ since, inner: state }) =>
      since === null || Number.isFinite(since) ? [{ policy, state, key: 'inner' }] : undefined,
    word: [reduce, 'within', ms, policy],
  };
}

interface Timed {
  readonly since: number | null;
  readonly inner: unknown;
}

/** A class of errors; it may be abstract. */
export type ErrorClass = abstract new (...args: never[]) => unknown;

/**
 * Which errors to retry: a predicate, an error class, or an array of error classes. The predicate must not be `async`,
 * because a promise is always truthy.
 */
export type RetryOn = ((error: any) => boolean) | ErrorClass | readonly ErrorClass[];

/**
 * Follows `policy` after errors that match. It says no to any other error, with reason `'error'`. For an error that does
 * not match, `policy` receives a `cancel`, so its counters stay as they are. So each class of errors can have counters of
 * its own: `either(onlyIf(isBusy, slow), onlyIf(isLost, fast))`.
 *
 * @param retryOn a predicate on the error, an error class, or an array of error classes
 * @param policy what to do about errors that match; the default is {@link immediate}
 * @throws RangeError for an empty array; TypeError if one is anything else. An error that the predicate throws ends the
 * stream.
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
  return {
    initial: policy.initial,
    handles: handledKinds([policy], 'failure'),
    reduce,
    parts: samePart(policy),
    word: [reduce, 'onlyIf', retryOn, policy],
  };
}

/** One predicate for the three forms of {@link RetryOn}. */
export function matcher(where: string, option: string, retryOn: RetryOn): (error: any) => boolean {
  const wanted = 'a predicate, an error class or an array of error classes';
  if (typeof retryOn === 'function')
    return isClass(retryOn) ? (error) => error instanceof retryOn : (error) => answered(where, option, retryOn(error));
  list(where, option, wanted, retryOn);
  const classes = [...retryOn];
  if (!classes.every(isClass)) rejectOption(where, option, wanted, retryOn, TypeError);
  return (error) => classes.some((each) => error instanceof each);
}

/**
 * Tells a class from a predicate. The `prototype` of a class is read-only. A class that was compiled to a function is
 * recognised if its instances are errors.
 */
export function isClass(value: unknown): value is ErrorClass {
  if (typeof value !== 'function') return false;
  const prototype = Object.getOwnPropertyDescriptor(value, 'prototype');
  return prototype !== undefined && (prototype.writable === false || prototype.value instanceof Error);
}
