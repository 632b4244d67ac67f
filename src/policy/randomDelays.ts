import { milliseconds, rejectOption } from '../options.js';
import { needed, readOptions } from '../readOptions.js';
import { isNumber, isWhole, withStates } from './parts.js';
import { onFailure, type Policy } from './policy.js';
import { worded } from './word.js';

/*
 * Delays that are drawn at random. They grow to at most Number.MAX_VALUE, never to Infinity, because Infinity means *no*.
 */

/**
 * Decorrelated jitter: each delay is drawn evenly from `base` to three times the delay before, at most `cap`. It is random
 * already, so do not jitter it again. Source: M. Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
 * Here the range is capped before the draw, so that delays do not pile up at the cap.
 *
 * @param options.base milliseconds, finite, at least 0: the shortest delay
 * @param options.cap milliseconds, finite, at least `base`: the longest delay
 * @throws RangeError | TypeError if one is anything else
 *
 * @example preview(decorrelated({ base: 100, cap: 600 }), { failures: 4 }).delays // => [200, 350, 350, 350]
 */
export function decorrelated(options: { readonly base: number; readonly cap: number }): Policy {
  const { base, cap } = readOptions('decorrelated', options, {
    base: [milliseconds, needed],
    cap: [milliseconds, needed],
  });
  if (cap < base) rejectOption('decorrelated', 'cap', `at least base (${String(base)})`, cap);
  const drawn = onFailure(base, (previous, { random }) => {
    const wait = Math.min(cap, base + random * (Math.min(cap, 3 * previous) - base));
    return { state: wait, wait };
  });
  return worded(
    withStates((state) => isNumber(state, base, cap), drawn),
    'decorrelated',
    { base, cap },
  );
}

/**
 * Polly's decorrelated jitter V2: spreads retries evenly over an exponential curve whose median is `ms`, without the
 * steps that multiplied jitter leaves. It is random already, so do not jitter it again. With t = n - 1 + random and
 * c(t) = 2ᵗ · tanh √4t, the n-th delay is (c(t) - c of the retry before) · ms / 1.4, at most `cap`.
 * Source: Polly.Contrib.WaitAndRetry, `DecorrelatedJitterBackoffV2` (G. Orr, D. Reed).
 *
 * Each wait depends on *two* draws, so unlike all other delays it has no exact envelope in {@link preview}.
 *
 * @param ms the median first delay in milliseconds, finite, at least 0
 * @param options.cap the longest delay in milliseconds, at least `ms`; unlimited by default
 * @throws RangeError | TypeError if one is anything else
 *
 * @example
 * const delays = preview(smoothExponential(1000), { failures: 4 }).delays;
 * delays.map(Math.round) // => [897, 1093, 2036, 4046]
 */
export function smoothExponential(ms: number, options: { readonly cap?: number | undefined } = {}): Policy {
  milliseconds('smoothExponential', 'ms', ms);
  const { cap } = readOptions('smoothExponential', options, { cap: [milliseconds, Number.MAX_VALUE] });
  if (cap < ms) rejectOption('smoothExponential', 'cap', `at least ms (${String(ms)})`, cap);
  const drawn = onFailure({ retry: 0, curve: 0 }, ({ retry, curve: before }, { random }) => {
    const t = retry + random;
    const curve = 2 ** t * Math.tanh(Math.sqrt(4 * t));
    if (curve === Infinity) return { state: { retry, curve: before }, wait: cap };
    const delay = (Math.max(0, curve - before) / 1.4) * ms;
    return { state: { retry: retry + 1, curve }, wait: Math.min(cap, delay) };
  });
  const checked = withStates((state) => {
    const { retry, curve } = (state ?? {}) as { readonly retry?: unknown; readonly curve?: unknown };
    return isWhole(retry) && isNumber(curve, 0);
  }, drawn);
  return worded(checked, 'smoothExponential', ms, { cap: options.cap });
}
