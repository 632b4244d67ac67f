import { isList, milliseconds, rejectOption } from '../../options.js';
import { anything, readOptions } from '../../readOptions.js';
import type { Reason } from '../../reasons.js';
import { checkPolicy, type Policy } from '../../policy/policy.js';
import { preview, type Preview } from '../../policy/preview.js';
import { AssertionError } from '../assertion/assertionError.js';
import { areClose, delayTable } from './delayTable.js';
import { toRandom, type RandomSource } from './fixedRandom.js';

/** Options of {@link expectRetries}. */
export interface ExpectOptions {
  /**
   * The draws in [0, 1], one for each failure: a number, an array that repeats, or a function.
   *
   * @defaultValue 0.5
   */
  readonly random?: RandomSource | undefined;
  /**
   * The error of each attempt: a value, or a function of the attempt's number.
   *
   * @defaultValue an Error
   */
  readonly error?: unknown;
}

/** Expectations of a policy, which can be chained. Each method throws an AssertionError if its expectation fails. */
export interface RetryExpectation {
  /** The policy retries exactly with these delays, in milliseconds, and makes no other retry. */
  toWait(delays: readonly number[]): RetryExpectation;
  /** The first retries have these delays, in milliseconds. Later retries are not checked. */
  toStartWith(delays: readonly number[]): RetryExpectation;
  /** The policy gives up within 1000 failures, for this reason if one is given. */
  toGiveUp(reason?: Reason): RetryExpectation;
}

/**
 * Tests the schedule of a policy without a stream and without waiting, based on {@link preview}: every attempt fails at
 * once, and only delays take time. A failed expectation prints a table with one row per attempt. Delays are equal if they
 * differ by less than one part in 10⁹.
 *
 * @throws RangeError | TypeError naming the option and the value. Its methods throw an AssertionError with `actual` and
 * `expected`.
 *
 * @example
 * const policy = exponentialBackoff({ base: 100, maxAttempts: 4 });
 * expectRetries(policy).toWait([100, 200, 400]).toGiveUp('retries');
 * expectRetries(policy, { random: 0 }).toStartWith([50, 100]);
 */
export function expectRetries(policy: Policy, options: ExpectOptions = {}): RetryExpectation {
  checkPolicy('expectRetries', 'policy', policy);
  const { random, error } = readOptions('expectRetries', options, {
    random: [anything, 0.5],
    error: [anything, undefined],
  });
  const draw = toRandom('expectRetries', 'random', random, '[0, 1]');
  const draws: number[] = [];
  const hint = error === undefined ? ' (set the option `error` to fail with another error)' : '';
  /** All expectations see the same draws. */
  const play = (failures: number): Preview => {
    while (draws.length < failures) draws.push(draw());
    return preview(policy, { failures, random: draws.slice(0, failures), ...(error === undefined ? {} : { error }) });
  };
  const expectDelays = (expected: readonly number[], got: Preview, noRetry: string): void => {
    if (areClose(got.delays, expected)) return;
    const table = delayTable(expected, got, noRetry, hint);
    const message = `expectRetries: the policy does not wait as expected\n\n${table}\n`;
    throw new AssertionError(message, got.delays, expected);
  };

  const expectation: RetryExpectation = {
    toWait(delays) {
      checkDelays('toWait(delays)', delays);
      expectDelays(delays, play(delays.length + 1), 'no retry');
      return expectation;
    },
    toStartWith(delays) {
      checkDelays('toStartWith(delays)', delays);
      expectDelays(delays, play(delays.length), '');
      return expectation;
    },
    toGiveUp(reason) {
      const got = play(maxFailures);
      if (got.reason === undefined || (reason !== undefined && got.reason !== reason)) throw endError(got, reason);
      return expectation;
    },
  };
  return expectation;
}

/** How many failures `toGiveUp` plays. */
const maxFailures = 1000;

function endError({ delays, reason }: Preview, expected: Reason | undefined): AssertionError {
  const end =
    reason === undefined
      ? `still retried after ${String(maxFailures)} failures, the maximum that is tried: bound it with retries or within`
      : `gave up after attempt ${String(delays.length + 1)} because of ${reason}`;
  const wanted = expected === undefined ? 'give up' : `give up because of ${expected}`;
  return new AssertionError(`expectRetries: expected the policy to ${wanted}, but it ${end}`, reason, expected);
}

function checkDelays(option: string, delays: unknown): void {
  if (!isList(delays)) rejectOption('expectRetries', option, 'an array of milliseconds', delays, TypeError);
  delays.forEach((ms, index) => {
    milliseconds('expectRetries', option.replace(')', `[${String(index)}])`), ms);
  });
}
