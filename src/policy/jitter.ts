import { milliseconds, number, rejectOption } from '../options.js';
import { readOptions } from '../readOptions.js';
import { checkPolicy, type Policy } from './policy.js';
import { withWaits } from './shape.js';
import { worded } from './word.js';

/**
 * The range of the draw, as factors of the delay: `true` = 0.5 to 1.5, `'full'` = 0 to 1, `'equal'` = 0.5 to 1,
 * `[low, high]`, `false` = exactly the delay.
 */
export type Jitter = boolean | 'full' | 'equal' | readonly [low: number, high: number];

/**
 * Spreads each delay at random, so that clients that failed together do not come back together.
 *
 * The range is capped before the draw: the delay is drawn from min(delay, cap / high) · [low, high). So a delay never
 * exceeds the cap, and delays do not pile up at it. A cap near the first delay shortens that delay too.
 * Source of full and equal jitter: M. Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
 *
 * @param kind see {@link Jitter}; low and high are finite, 0 ≤ low ≤ high
 * @param policy the policy whose delays to spread
 * @param options.cap the longest delay after jitter, milliseconds, at least 0; unlimited by default
 * @throws RangeError | TypeError if one is anything else
 *
 * @example
 * const policy = jittered(true, exponential(100), { cap: 600 });
 * preview(policy, { failures: 4, random: 0 }).delays // => [50, 100, 200, 200]
 * preview(policy, { failures: 4, random: 1 }).delays // => [150, 300, 600, 600]
 */
export function jittered(kind: Jitter, policy: Policy, options: { readonly cap?: number | undefined } = {}): Policy {
  checkPolicy('jittered', 'policy', policy);
  const { cap } = readOptions('jittered', options, { cap: [milliseconds, Number.MAX_VALUE] });
  const draw = jitterDraw('jittered', 'kind', kind, cap);
  const spread = withWaits(policy, ({ wait }, { random }) => draw(wait, random));
  return worded(spread, 'jittered', kind, policy, { cap: options.cap });
}

/** The formula of {@link jittered}: the delay that is drawn for a wait. */
export function jitterDraw(
  where: string,
  option: string,
  kind: unknown,
  cap: number,
): (wait: number, random: number) => number {
  const [low, high] = jitterRange(where, option, kind);
  const widest = high > 0 ? cap / high : Infinity;
  return (wait, random) => Math.min(cap, Math.min(wait, widest) * (low + random * (high - low)));
}

/** The range as two factors. Throws unless `kind` is valid. */
export function jitterRange(where: string, option: string, kind: unknown): readonly [low: number, high: number] {
  if (kind === true) return [0.5, 1.5];
  if (kind === false) return [1, 1];
  if (kind === 'full') return [0, 1];
  if (kind === 'equal') return [0.5, 1];
  if (!isPair(kind)) return rejectOption(where, option, "a boolean, 'full', 'equal' or [low, high]", kind, TypeError);
  const [low, high] = kind;
  number(where, `${option}[0]`, low, 0);
  number(where, `${option}[1]`, high, 0);
  if (high < low) rejectOption(where, `${option}[1]`, `at least ${option}[0] (${String(low)})`, high);
  return [low, high];
}

const isPair = (value: unknown): value is readonly [number, number] => Array.isArray(value) && value.length === 2;
