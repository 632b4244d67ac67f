import { answered, callable, count, milliseconds, record } from '../options.js';
import { needed, readOptions } from '../readOptions.js';
import { both } from './combine.js';
import { fixed } from './delays.js';
import { matcher, onlyIf, retries, type RetryOn } from './limits.js';
import { isWhole, withStates } from './parts.js';
import { onFailure, type Policy } from './policy.js';
import { worded } from './word.js';

/** Options of {@link fixedRetry}. */
export interface FixedRetryOptions {
  /** How many calls in all, including the first: a whole number, at least 1, or Infinity. */
  readonly maxAttempts: number;
  /**
   * Milliseconds, not seconds, between calls.
   *
   * @defaultValue 1000
   */
  readonly delay?: number | undefined;
  /**
   * Which errors to retry: a predicate, an error class, or an array of error classes.
   *
   * @defaultValue every error
   */
  readonly retryOn?: RetryOn | undefined;
}

/**
 * A fixed number of calls with the same delay between them.
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example preview(fixedRetry({ maxAttempts: 3 })) // => { delays: [1000, 1000], reason: 'retries' }
 */
export function fixedRetry(options: FixedRetryOptions): Policy {
  const settings = readOptions('fixedRetry', options, {
    maxAttempts: [count, needed, 1],
    delay: [milliseconds, 1000],
    retryOn: [matcher, undefined],
  });
  const { maxAttempts, delay, retryOn } = settings;
  const limited = both(fixed(delay), retries(maxAttempts - 1));
  const policy = retryOn === undefined ? limited : onlyIf(matcher('fixedRetry', 'retryOn', retryOn), limited);
  return worded(policy, 'fixedRetry', settings);
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
  record('retryPolicy', 'options', decisions);
  callable('retryPolicy', 'shouldRetry', decisions.shouldRetry);
  callable('retryPolicy', 'nextDelay', decisions.nextDelay);
  const decided = onFailure(1, (attempt, { error }) => {
    if (!answered('retryPolicy', 'shouldRetry', decisions.shouldRetry(attempt, error)))
      return { state: attempt, wait: Infinity, reason: 'declined' };
    const wait = decisions.nextDelay(attempt, error);
    milliseconds('retryPolicy', 'the answer of nextDelay', wait);
    return { state: attempt + 1, wait };
  });
  return withStates((state) => isWhole(state, 1), decided);
}
