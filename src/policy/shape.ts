import { callable, milliseconds, number, record, rejectOption } from '../options.js';
import { checkPolicy, handledKinds, step, type Policy, type Verdict } from './policy.js';
import type { Failure, Signal } from './signals.js';

/*
 * Changes to a wait. They apply to finite waits after a failure. A *no* and all other signals pass unchanged.
 */

/**
 * Bounds each delay. It never ends the retrying: add {@link retries} or {@link within} for that. With jitter, give the cap
 * to {@link jittered} instead: a cap on drawn delays makes many of them equal to the cap.
 *
 * @param ms the longest delay, milliseconds, finite, at least 0
 * @param policy the policy whose delays to bound
 * @throws RangeError | TypeError if one is anything else
 *
 * @example preview(capped(250, exponential(100)), { failures: 4 }).delays // => [100, 200, 250, 250]
 */
export function capped(ms: number, policy: Policy): Policy {
  milliseconds('capped', 'ms', ms);
  checkPolicy('capped', 'policy', policy);
  return withWaits(policy, (verdict) => (verdict.wait > ms ? { state: verdict.state, wait: ms } : verdict));
}

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
export function jittered(kind: Jitter, policy: Policy, options: { readonly cap?: number } = {}): Policy {
  const [low, high] = range(kind);
  checkPolicy('jittered', 'policy', policy);
  record('jittered', options);
  const { cap = Number.MAX_VALUE } = options;
  milliseconds('jittered', 'cap', cap);
  const widest = high > 0 ? cap / high : Infinity;
  return withWaits(policy, ({ state, wait }, { random }) => {
    const window = Math.min(wait, widest);
    return { state, wait: Math.min(cap, window * (low + random * (high - low))) };
  });
}

function range(kind: unknown): readonly [low: number, high: number] {
  if (kind === true) return [0.5, 1.5];
  if (kind === false) return [1, 1];
  if (kind === 'full') return [0, 1];
  if (kind === 'equal') return [0.5, 1];
  if (!isPair(kind))
    return rejectOption('jittered', 'kind', "a boolean, 'full', 'equal' or [low, high]", kind, TypeError);
  const [low, high] = kind;
  number('jittered', 'low', low, 0);
  number('jittered', 'high', high, 0);
  if (high < low) rejectOption('jittered', 'high', `at least low (${String(low)})`, high);
  return [low, high];
}

const isPair = (value: unknown): value is readonly [number, number] => Array.isArray(value) && value.length === 2;

/**
 * Respects the delay that a server asks for (the hint). The wait is the hint plus the policy's own wait, so no client
 * returns before the hint has passed, and clients with the same hint do not return in the same millisecond.
 *
 * @param policy decides whether to retry, and what to wait in addition to the hint
 * @param options.from reads the hint in milliseconds from an error, `undefined` for none; the default is the error's own
 * `retryAfter` if that is a number of at least 0
 * @param options.max the longest hint to respect, milliseconds, at least 0; unlimited by default
 * @param options.past what to do about a longer hint: `'stop'` (the default) says no with reason `'hint'`, `'clamp'` waits
 * `max` and so returns before the server allows it
 * @throws RangeError | TypeError if one is anything else, or if `from` returns anything but a number of at least 0 or
 * `undefined`. An error that `from` throws ends the stream.
 *
 * @example
 * const policy = hinted(fixed(100), { max: 10_000 });
 * preview(policy, { failures: 1, error: { retryAfter: 2000 } }).delays // => [2100]
 * preview(policy, { failures: 1, error: { retryAfter: 60_000 } }) // => { delays: [], reason: 'hint' }
 */
export function hinted(policy: Policy, options: HintOptions = {}): Policy {
  checkPolicy('hinted', 'policy', policy);
  record('hinted', options);
  const { from = ownHint, max = Number.MAX_VALUE, past = 'stop' }: HintOptions = options;
  callable('hinted', 'from', from);
  milliseconds('hinted', 'max', max);
  if (!['stop', 'clamp'].includes(past)) rejectOption('hinted', 'past', "'stop' or 'clamp'", past, TypeError);
  return withWaits(policy, (verdict, { error }) => {
    const hint = from(error);
    if (hint === undefined) return verdict;
    if (!(typeof hint === 'number' && hint >= 0))
      rejectOption('hinted', 'the answer of from', 'a number of milliseconds, at least 0, or undefined', hint);
    if (hint > max && past === 'stop') return { state: verdict.state, wait: Infinity, reason: 'hint' };
    return { state: verdict.state, wait: Math.min(Number.MAX_VALUE, Math.min(hint, max) + verdict.wait) };
  });
}

/** Options of {@link hinted}. */
export interface HintOptions {
  /**
   * Reads the hint in milliseconds from an error.
   *
   * @defaultValue the error's own `retryAfter` if that is a number of at least 0
   */
  readonly from?: (error: any) => number | undefined;
  /**
   * The longest hint to respect, in milliseconds.
   *
   * @defaultValue unlimited
   */
  readonly max?: number;
  /**
   * What to do about a longer hint: `'stop'` says no, `'clamp'` waits `max`.
   *
   * @defaultValue 'stop'
   */
  readonly past?: 'stop' | 'clamp';
}

/** The `retryAfter` of an error, in milliseconds. */
export function ownHint(error: unknown): number | undefined {
  const hint = (error as { readonly retryAfter?: unknown } | null | undefined)?.retryAfter;
  return typeof hint === 'number' && hint >= 0 ? hint : undefined;
}

/** A policy that differs from `policy` only in its finite waits after a failure. */
function withWaits(policy: Policy, reshape: (verdict: Verdict, failure: Failure) => Verdict): Policy {
  const reduce = (state: unknown, signal: Signal): Verdict => {
    const verdict = step(policy, state, signal);
    return signal.kind === 'failure' && verdict.wait < Infinity ? reshape(verdict, signal) : verdict;
  };
  return { initial: policy.initial, handles: handledKinds([policy], 'failure'), reduce };
}
