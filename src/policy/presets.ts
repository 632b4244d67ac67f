import { callable, count, milliseconds, number, record, rejectOption } from '../options.js';
import { exponential, fixed } from './delays.js';
import { both } from './combine.js';
import { matcher, onlyIf, retries, within, type RetryOn } from './limits.js';
import { onFailure, type Policy } from './policy.js';
import { jittered, type Jitter } from './shape.js';

/*
 * Presets. Each is a short composition of the other policies of this folder.
 */

/** Options of {@link fixedRetry}. */
export interface FixedRetryOptions {
  /** How many calls in all, including the first: a whole number, at least 1, or Infinity. */
  readonly maxAttempts: number;
  /**
   * Milliseconds between calls.
   *
   * @defaultValue 1000
   */
  readonly delay?: number;
  /**
   * Which errors to retry: a predicate, an error class, or an array of error classes.
   *
   * @defaultValue every error
   */
  readonly retryOn?: RetryOn;
}

/**
 * A fixed number of calls with the same delay between them.
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example preview(fixedRetry({ maxAttempts: 3 })) // => { delays: [1000, 1000], reason: 'retries' }
 */
export function fixedRetry(options: FixedRetryOptions): Policy {
  record('fixedRetry', options);
  const { maxAttempts, delay = 1000, retryOn } = options;
  count('fixedRetry', 'maxAttempts', maxAttempts, 1);
  milliseconds('fixedRetry', 'delay', delay);
  return only('fixedRetry', retryOn, both(fixed(delay), retries(maxAttempts - 1)));
}

/** Options of {@link exponentialBackoff}. */
export interface ExponentialBackoffOptions {
  /**
   * How many calls in all, including the first: a whole number, at least 1, or Infinity.
   *
   * @defaultValue 5
   */
  readonly maxAttempts?: number;
  /**
   * The delay before the first retry, in milliseconds.
   *
   * @defaultValue 2000
   */
  readonly base?: number;
  /**
   * The ratio of each delay to the one before, at least 1.
   *
   * @defaultValue 2
   */
  readonly factor?: number;
  /**
   * The longest delay including jitter, in milliseconds, at least `base`.
   *
   * @defaultValue 60_000
   */
  readonly cap?: number;
  /**
   * How delays are spread, see {@link Jitter}.
   *
   * @defaultValue true (0.5 to 1.5 times the delay)
   */
  readonly jitter?: Jitter;
  /**
   * The deadline: no retry starts later than this many milliseconds after the first call.
   *
   * @defaultValue unlimited
   */
  readonly maxElapsed?: number;
  /**
   * Which errors to retry: a predicate, an error class, or an array of error classes.
   *
   * @defaultValue every error
   */
  readonly retryOn?: RetryOn;
}

/**
 * Exponential backoff with a cap and jitter.
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * preview(exponentialBackoff({ jitter: false })) // => { delays: [2000, 4000, 8000, 16000], reason: 'retries' }
 * preview(exponentialBackoff({ base: 100, cap: 300 }), { random: 1 }).delays // => [150, 300, 300, 300]
 */
export function exponentialBackoff(options: ExponentialBackoffOptions = {}): Policy {
  record('exponentialBackoff', options);
  const { maxAttempts = 5, base = 2000, factor = 2, cap = 60_000, jitter = true, maxElapsed, retryOn } = options;
  count('exponentialBackoff', 'maxAttempts', maxAttempts, 1);
  milliseconds('exponentialBackoff', 'base', base);
  number('exponentialBackoff', 'factor', factor, 1);
  milliseconds('exponentialBackoff', 'cap', cap);
  if (cap < base) rejectOption('exponentialBackoff', 'cap', `at least base (${String(base)})`, cap);
  if (maxElapsed !== undefined) milliseconds('exponentialBackoff', 'maxElapsed', maxElapsed);

  const spaced = jittered(jitter, exponential(base, factor), { cap });
  const limited = only('exponentialBackoff', retryOn, both(spaced, retries(maxAttempts - 1)));
  return maxElapsed === undefined ? limited : within(maxElapsed, limited);
}

/** The two functions of a {@link retryPolicy}. */
export interface RetryDecisions {
  /** Whether to retry. `attempt` is the number of the attempt that failed, from 1. */
  readonly shouldRetry: (attempt: number, error: any) => boolean;
  /** After how many milliseconds to retry: finite, at least 0. It is called only if `shouldRetry` returned true. */
  readonly nextDelay: (attempt: number, error: any) => number;
}

/**
 * A policy from two plain functions.
 *
 * @throws TypeError if one is not a function; RangeError | TypeError if `nextDelay` returns anything but a finite number
 * of at least 0. An error that one of them throws ends the stream.
 *
 * @example
 * const policy = retryPolicy({
 *   shouldRetry: (attempt) => attempt < 4,
 *   nextDelay: (attempt) => attempt * 50,
 * });
 * preview(policy) // => { delays: [50, 100, 150], reason: 'declined' }
 */
export function retryPolicy(decisions: RetryDecisions): Policy {
  record('retryPolicy', decisions);
  callable('retryPolicy', 'shouldRetry', decisions.shouldRetry);
  callable('retryPolicy', 'nextDelay', decisions.nextDelay);
  return onFailure(1, (attempt, { error }) => {
    if (!decisions.shouldRetry(attempt, error)) return { state: attempt, wait: Infinity, reason: 'declined' };
    const wait = decisions.nextDelay(attempt, error);
    milliseconds('retryPolicy', 'the answer of nextDelay', wait);
    return { state: attempt + 1, wait };
  });
}

const only = (where: string, retryOn: RetryOn | undefined, policy: Policy): Policy =>
  retryOn === undefined ? policy : onlyIf(matcher(where, 'retryOn', retryOn), policy);
