import { callable, milliseconds, oneOf } from '../options.js';
import { readOptions } from '../readOptions.js';
import { aMinute, afterHint, hintOf, ownHint } from './hint.js';
import { samePart } from './parts.js';
import { bounded, checkPolicy, handledKinds, step, type Policy, type Verdict } from './policy.js';
import type { Failure, Signal } from './signals.js';
import { worded } from './word.js';

/*
 * Changes to a wait. They apply to finite waits after a failure. A *no* and all other signals pass unchanged. A wait that a
 * change makes longer than a deadline inside allows becomes a *no*.
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
  const bound = withWaits(policy, ({ wait }) => Math.min(wait, ms));
  return worded(bound, 'capped', ms, policy);
}

/**
 * Respects the delay that a server asks for (the hint). The wait is the hint plus the policy's own wait, so no client
 * returns before the hint has passed, and clients with the same hint do not return in the same millisecond.
 *
 * @param policy decides whether to retry, and what to wait in addition to the hint
 * @param options.from reads the hint in milliseconds from an error, `undefined` for none; the default is the error's own
 * `retryAfter` if that is a number of at least 0
 * @param options.max the longest hint to respect, milliseconds, at least 0; the default is 60 000
 * @param options.past what to do about a longer hint: `'stop'` (the default) says no with reason `'hint'`, `'clamp'` waits
 * `max` and so returns before the server allows it
 * @throws RangeError | TypeError if one is anything else, or if `from` returns anything but a number of at least 0 or
 * `undefined`. An error that `from` throws ends the stream.
 *
 * @example
 * const policy = hinted(fixed(100), { max: 10_000 });
 * preview(policy, { failures: 1, error: { retryAfter: 2000 } }).delays // => [2100]
 * preview(policy, { failures: 1, error: { retryAfter: 60_000 } }) // => { delays: [], reason: 'hint' }
 *
 * @example
 * // a deadline inside bounds the hint
 * const bounded = hinted(within(1000, fixed(100)));
 * preview(bounded, { failures: 1, error: { retryAfter: 2000 } }) // => { delays: [], reason: 'deadline' }
 */
export function hinted(policy: Policy, options: HintOptions = {}): Policy {
  checkPolicy('hinted', 'policy', policy);
  const { from, max, past } = readOptions('hinted', options, hintRows);
  const respectful = withWaits(policy, ({ state, wait }, { error }) => {
    const hint = hintOf('hinted', 'from', from, error);
    if (hint > max && past === 'stop') return { state, wait: Infinity, reason: 'hint' };
    return afterHint(Math.min(hint, max), wait);
  });
  return worded(respectful, 'hinted', policy, { from: options.from, max, past });
}

const hintRows = {
  from: [callable, ownHint],
  max: [milliseconds, aMinute],
  past: [oneOf, 'stop', ['stop', 'clamp']],
} as const;

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
   * @defaultValue 60_000
   */
  readonly max?: number | undefined;
  /**
   * What to do about a longer hint: `'stop'` says no, `'clamp'` waits `max`.
   *
   * @defaultValue 'stop'
   */
  readonly past?: 'stop' | 'clamp' | undefined;
}

/** A policy that differs from `policy` only in its finite waits after a failure. `reshape` returns the new wait, or a no. */
export function withWaits(policy: Policy, reshape: (verdict: Verdict, failure: Failure) => number | Verdict): Policy {
  const reduce = (state: unknown, signal: Signal): Verdict => {
    const verdict = step(policy, state, signal);
    if (signal.kind !== 'failure' || verdict.wait === Infinity) return verdict;
    const shaped = reshape(verdict, signal);
    return typeof shaped === 'number'
      ? bounded(verdict.state, { state: undefined, wait: shaped }, verdict.atMost ?? Infinity)
      : shaped;
  };
  return { initial: policy.initial, handles: handledKinds([policy], 'failure'), reduce, parts: samePart(policy) };
}
