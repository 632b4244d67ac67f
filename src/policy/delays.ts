import { list, milliseconds, number, record, refuse } from '../options.js';
import { onFailure, type Policy } from './policy.js';

/*
 * How far apart. Each of these waits after every failure and never gives up (but for `never` and `sequence`): combine
 * it with a limit. Delays grow to at most Number.MAX_VALUE, never to Infinity, because Infinity means *no*.
 */

/**
 * Tries again at once, for ever, and admits everything: the identity of {@link both}.
 *
 * @example preview(immediate, { failures: 3 }).delays // => [0, 0, 0]
 */
export const immediate: Policy = { initial: null, handles: [], reduce: (state) => ({ state, wait: 0 }) };

/**
 * Never tries again, the same as `retries(0)`: the identity of {@link either}.
 *
 * @example preview(never) // => { delays: [], reason: 'retries' }
 */
export const never: Policy = {
  initial: null,
  handles: ['failure'],
  reduce: (state, { kind }) => (kind === 'failure' ? { state, wait: Infinity, reason: 'retries' } : { state, wait: 0 }),
};

/**
 * The same delay before every retry.
 *
 * @param ms milliseconds, finite, at least 0
 * @throws RangeError | TypeError if `ms` is anything else
 *
 * @example preview(fixed(100), { failures: 3 }).delays // => [100, 100, 100]
 */
export function fixed(ms: number): Policy {
  milliseconds('fixed', 'ms', ms);
  return onFailure(null, (state) => ({ state, wait: ms }));
}

/**
 * `ms` longer each time: ms · n before the n-th retry.
 *
 * @param ms milliseconds, finite, at least 0
 * @throws RangeError | TypeError if `ms` is anything else
 *
 * @example preview(linear(100), { failures: 4 }).delays // => [100, 200, 300, 400]
 */
export function linear(ms: number): Policy {
  milliseconds('linear', 'ms', ms);
  return onFailure(0, (retry) => ({ state: retry + 1, wait: saturated(ms * (retry + 1)) }));
}

/**
 * `factor` times as long each time: ms · factorⁿ⁻¹ before the n-th retry, so the first delay is `ms`.
 *
 * @param ms milliseconds, finite, at least 0
 * @param factor finite, at least 1; 2 unless told
 * @throws RangeError | TypeError if one is anything else
 *
 * @example preview(exponential(100), { failures: 4 }).delays // => [100, 200, 400, 800]
 */
export function exponential(ms: number, factor = 2): Policy {
  milliseconds('exponential', 'ms', ms);
  number('exponential', 'factor', factor, 1);
  return onFailure(0, (retry) => ({ state: retry + 1, wait: saturated(ms * saturated(factor ** retry)) }));
}

/**
 * Grows as the Fibonacci numbers 1, 1, 2, 3, 5 … times `ms`: more gently than {@link exponential} with factor 2.
 *
 * @param ms milliseconds, finite, at least 0
 * @throws RangeError | TypeError if `ms` is anything else
 *
 * @example preview(fibonacci(100), { failures: 5 }).delays // => [100, 100, 200, 300, 500]
 */
export function fibonacci(ms: number): Policy {
  milliseconds('fibonacci', 'ms', ms);
  return onFailure({ last: 0, next: 1 }, ({ last, next }) => ({
    state: { last: next, next: saturated(last + next) },
    wait: saturated(ms * next),
  }));
}

/**
 * Decorrelated jitter: each delay is drawn evenly from `base` to three times the delay before, at most `cap`. Brings
 * its own chance; do not jitter it again. Source: M. Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog,
 * 2015), with the window capped before the draw, so that delays do not pile up at the cap.
 *
 * @param options.base milliseconds, finite, at least 0: the shortest delay
 * @param options.cap milliseconds, finite, at least `base`: the longest delay
 * @throws RangeError | TypeError if one is anything else
 *
 * @example preview(decorrelated({ base: 100, cap: 600 }), { failures: 4 }).delays // => [200, 350, 350, 350]
 */
export function decorrelated(options: { readonly base: number; readonly cap: number }): Policy {
  record('decorrelated', options);
  const { base, cap } = options;
  milliseconds('decorrelated', 'base', base);
  milliseconds('decorrelated', 'cap', cap);
  if (cap < base) refuse('decorrelated', 'cap', `at least base (${String(base)})`, cap);
  return onFailure(base, (previous, { random }) => {
    const wait = Math.min(cap, base + random * (Math.min(cap, 3 * previous) - base));
    return { state: wait, wait };
  });
}

/**
 * Polly's decorrelated jitter V2: spreads retries evenly over an exponential curve whose median is `ms`, without the
 * steps that multiplied jitter leaves. Brings its own chance; do not jitter it again. With t = n - 1 + random and
 * c(t) = 2ᵗ · tanh √4t, the n-th delay is (c(t) - c of the retry before) · ms / 1.4, at most `cap`.
 * Source: Polly.Contrib.WaitAndRetry, `DecorrelatedJitterBackoffV2` (G. Orr, D. Reed).
 *
 * Its wait depends on *two* draws, so it alone has no exact envelope in {@link preview}.
 *
 * @param ms the median first delay in milliseconds, finite, at least 0
 * @param options.cap the longest delay in milliseconds, at least `ms`; unlimited unless told
 * @throws RangeError | TypeError if one is anything else
 *
 * @example
 * const delays = preview(smoothExponential(1000), { failures: 4 }).delays;
 * delays.map(Math.round) // => [897, 1093, 2036, 4046]
 */
export function smoothExponential(ms: number, options: { readonly cap?: number } = {}): Policy {
  milliseconds('smoothExponential', 'ms', ms);
  record('smoothExponential', options);
  const { cap = Number.MAX_VALUE } = options;
  milliseconds('smoothExponential', 'cap', cap);
  if (cap < ms) refuse('smoothExponential', 'cap', `at least ms (${String(ms)})`, cap);
  return onFailure({ retry: 0, curve: 0 }, ({ retry, curve: before }, { random }) => {
    const t = retry + random;
    const curve = 2 ** t * Math.tanh(Math.sqrt(4 * t));
    if (curve === Infinity) return { state: { retry, curve: before }, wait: cap };
    const delay = (Math.max(0, curve - before) / 1.4) * ms;
    return { state: { retry: retry + 1, curve }, wait: Math.min(cap, delay) };
  });
}

/**
 * The given delays, one after the other; after the last one it says no (reason `'retries'`).
 *
 * @param delays milliseconds, each finite and at least 0; at least one
 * @throws RangeError | TypeError if the list is empty or one is anything else
 *
 * @example preview(sequence([100, 100, 5000])) // => { delays: [100, 100, 5000], reason: 'retries' }
 */
export function sequence(delays: readonly number[]): Policy {
  list('sequence', 'delays', 'an array of at least one delay', delays);
  const kept = [...delays];
  kept.forEach((ms, index) => {
    milliseconds('sequence', `delays[${String(index)}]`, ms);
  });
  return onFailure(0, (retry) => {
    const wait = kept[retry];
    return wait === undefined ? { state: retry, wait: Infinity, reason: 'retries' } : { state: retry + 1, wait };
  });
}

const saturated = (ms: number): number => Math.min(ms, Number.MAX_VALUE);
