import { list, milliseconds, number } from '../options.js';
import { isNumber, isWhole, noState, withStates } from './parts.js';
import { onFailure, type Policy, type Verdict } from './policy.js';
import type { Signal } from './signals.js';
import { worded } from './word.js';

/*
 * How long to wait. Each of these policies waits after every failure, and all of them except `never` and `sequence` retry
 * forever, so combine them with a limit. Delays grow to at most Number.MAX_VALUE, never to Infinity, because Infinity
 * means *no*.
 */

/**
 * Retries at once and forever, and admits every attempt: the identity of {@link both}.
 *
 * @example preview(immediate, { failures: 3 }).delays // => [0, 0, 0]
 */
export const immediate: Policy = {
  initial: null,
  handles: [],
  reduce: allowAtOnce,
  parts: noState,
  word: [allowAtOnce, 'immediate'],
};

function allowAtOnce(state: unknown): Verdict {
  return { state, wait: 0 };
}

/**
 * Never retries (reason `'exhausted'`): the identity of {@link either}.
 *
 * @example preview(never) // => { delays: [], reason: 'exhausted' }
 */
export const never: Policy = {
  initial: null,
  handles: ['failure'],
  reduce: denyRetries,
  parts: noState,
  word: [denyRetries, 'never'],
};

function denyRetries(state: unknown, { kind }: Signal): Verdict {
  return kind === 'failure' ? { state, wait: Infinity, reason: 'exhausted' } : { state, wait: 0 };
}

/**
 * The same delay before every retry.
 *
 * @param ms milliseconds, not seconds: finite, at least 0
 * @throws RangeError | TypeError if `ms` is anything else
 *
 * @example preview(fixed(100), { failures: 3 }).delays // => [100, 100, 100]
 */
export function fixed(ms: number): Policy {
  milliseconds('fixed', 'ms', ms);
  return worded({ ...onFailure(null, (state) => ({ state, wait: ms })), parts: noState }, 'fixed', ms);
}

/**
 * `ms` longer each time: ms · n before the n-th retry.
 *
 * @param ms milliseconds, not seconds: finite, at least 0
 * @throws RangeError | TypeError if `ms` is anything else
 *
 * @example preview(linear(100), { failures: 4 }).delays // => [100, 200, 300, 400]
 */
export function linear(ms: number): Policy {
  milliseconds('linear', 'ms', ms);
  const counted = countingRetries((retry) => ({ state: retry + 1, wait: saturate(ms * (retry + 1)) }));
  return worded(counted, 'linear', ms);
}

/**
 * `factor` times as long each time: ms · factorⁿ⁻¹ before the n-th retry, so the first delay is `ms`.
 *
 * @param ms milliseconds, not seconds: finite, at least 0
 * @param factor finite, at least 1; the default is 2
 * @throws RangeError | TypeError if one is anything else
 *
 * @example preview(exponential(100), { failures: 4 }).delays // => [100, 200, 400, 800]
 */
export function exponential(ms: number, factor = 2): Policy {
  milliseconds('exponential', 'ms', ms);
  number('exponential', 'factor', factor, 1);
  const counted = countingRetries((retry) => ({ state: retry + 1, wait: exponentialDelay(ms, factor, retry) }));
  return worded(counted, 'exponential', ms, factor);
}

/** base · factorⁿ after n earlier retries. */
export const exponentialDelay = (base: number, factor: number, retries: number): number =>
  saturate(base * saturate(factor ** retries));

/**
 * Grows like the Fibonacci numbers 1, 1, 2, 3, 5 … times `ms`: more gently than {@link exponential} with factor 2.
 *
 * @param ms milliseconds, not seconds: finite, at least 0
 * @throws RangeError | TypeError if `ms` is anything else
 *
 * @example preview(fibonacci(100), { failures: 5 }).delays // => [100, 100, 200, 300, 500]
 */
export function fibonacci(ms: number): Policy {
  milliseconds('fibonacci', 'ms', ms);
  const summed = onFailure({ last: 0, next: 1 }, ({ last, next }) => ({
    state: { last: next, next: saturate(last + next) },
    wait: saturate(ms * next),
  }));
  const checked = withStates((state) => {
    const { last, next } = (state ?? {}) as { readonly last?: unknown; readonly next?: unknown };
    return isNumber(last, 0) && isNumber(next, Math.max(1, last as number));
  }, summed);
  return worded(checked, 'fibonacci', ms);
}

/**
 * The given delays, one after the other. After the last one it says no (reason `'exhausted'`).
 *
 * @param delays milliseconds, not seconds: each finite and at least 0; at least one
 * @throws RangeError | TypeError if the list is empty or one is anything else
 *
 * @example preview(sequence([100, 100, 5000])) // => { delays: [100, 100, 5000], reason: 'exhausted' }
 */
export function sequence(delays: readonly number[]): Policy {
  list('sequence', 'delays', 'an array of at least one delay', delays);
  const kept = [...delays];
  kept.forEach((ms, index) => {
    milliseconds('sequence', `delays[${String(index)}]`, ms);
  });
  const counted = countingRetries((retry) => {
    const wait = kept[retry];
    return wait === undefined ? { state: retry, wait: Infinity, reason: 'exhausted' } : { state: retry + 1, wait };
  }, kept.length);
  return worded(counted, 'sequence', kept);
}

/** A policy whose state is the number of retries, at most `most`. */
const countingRetries = (delay: (retry: number) => Verdict<number>, most?: number): Policy =>
  withStates(
    (state) => isWhole(state, 0, most),
    onFailure(0, (retry) => delay(retry)),
  );

const saturate = (ms: number): number => Math.min(ms, Number.MAX_VALUE);
