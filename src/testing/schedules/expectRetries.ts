import { isList, milliseconds, record, refuse } from '../../options.js';
import type { Reason } from '../../errors.js';
import { checkPolicy, type Policy } from '../../policy/policy.js';
import { preview, type Preview } from '../../policy/preview.js';
import { AssertionError } from '../report/assertion.js';
import { drawing, type RandomSource } from './fixedRandom.js';
import { inMs, table } from '../report/text.js';

/** Options of {@link expectRetries}. */
export interface ExpectOptions {
  /** The draws in [0, 1], one for each failure: a number, an array that comes over and over, a function; 0.5 unless told. */
  readonly random?: RandomSource;
  /** What each attempt fails with: a value, or a function of the attempt's number; an Error unless told. */
  readonly error?: unknown;
}

/** What can be expected of a policy; what does not hold throws an AssertionError, what does can be chained. */
export interface Retries {
  /** Waits just so before its retries, and makes no other: all of them, in milliseconds. */
  toWait(delays: readonly number[]): Retries;
  /** Waits so before its first retries; what follows is not looked at. */
  toStartWith(delays: readonly number[]): Retries;
  /** Says no in the end (within 1000 failures), for that reason if one is given. */
  toGiveUp(reason?: Reason): Retries;
}

/**
 * Tests a schedule without a stream and without waiting, on {@link preview}: every attempt fails at once, and time passes
 * only in the waits. What was expected and what came is told attempt by attempt. Numbers are the same to one part in 10⁹.
 *
 * @throws RangeError | TypeError naming the option and the value. From its methods: an AssertionError with `actual` and
 * `expected`.
 *
 * @example
 * const policy = exponentialBackoff({ base: 100, maxAttempts: 4 });
 * expectRetries(policy).toWait([100, 200, 400]).toGiveUp('retries');
 * expectRetries(policy, { random: 0 }).toStartWith([50, 100]);
 */
export function expectRetries(policy: Policy, options: ExpectOptions = {}): Retries {
  checkPolicy('expectRetries', 'policy', policy);
  record('expectRetries', options);
  const { random = 0.5, error } = options;
  const draw = drawing('expectRetries', 'random', random, '[0, 1]');
  const draws: number[] = [];
  const hint = error === undefined ? ' (to fail with another one: the option `error`)' : '';
  /** Every look sees the same draws. */
  const look = (failures: number): Preview => {
    while (draws.length < failures) draws.push(draw());
    return preview(policy, { failures, random: draws.slice(0, failures), ...(error === undefined ? {} : { error }) });
  };

  const retries: Retries = {
    toWait(delays) {
      checkDelays('toWait(delays)', delays);
      const got = look(delays.length + 1);
      if (!areClose(got.delays, delays)) complain(delays, got, 'no retry', hint);
      return retries;
    },
    toStartWith(delays) {
      checkDelays('toStartWith(delays)', delays);
      const got = look(delays.length);
      if (!areClose(got.delays, delays)) complain(delays, got, '', hint);
      return retries;
    },
    toGiveUp(reason) {
      const got = look(1000);
      if (got.reason === undefined || (reason !== undefined && got.reason !== reason)) {
        const wanted = reason === undefined ? 'give up' : `give up because of ${reason}`;
        const ending =
          got.reason === undefined
            ? 'it had not after 1000 failures, and more are not looked at: bound it by retries or within, by less'
            : `it gave up after attempt ${String(got.delays.length + 1)} because of ${got.reason}`;
        throw new AssertionError(`expectRetries: the policy was expected to ${wanted}; ${ending}`, got.reason, reason);
      }
      return retries;
    },
  };
  return retries;
}

function checkDelays(option: string, delays: unknown): void {
  if (!isList(delays)) refuse('expectRetries', option, 'an array of milliseconds', delays, TypeError);
  delays.forEach((ms, index) => {
    milliseconds('expectRetries', option.replace(')', `[${String(index)}])`), ms);
  });
}

const isClose = (one: number | undefined, other: number): boolean =>
  one !== undefined && Math.abs(one - other) <= 1e-9 * other;

const areClose = (some: readonly number[], others: readonly number[]): boolean =>
  others.every((ms, index) => isClose(some[index], ms)) && some.length === others.length;

function complain(expected: readonly number[], { delays: got, reason }: Preview, end: string, hint: string): never {
  const ending = reason === 'error' ? `${reason}${hint}` : reason;
  const rows = Array.from({ length: Math.max(expected.length, got.length, 1) }, (_, index) => {
    const [wanted, seen] = [expected[index], got[index]];
    return [
      String(index + 2),
      wanted === undefined ? end : inMs(wanted),
      seen === undefined ? 'no retry' : inMs(seen),
      remark(wanted, seen, index === got.length ? ending : undefined),
    ];
  });
  const text = table([['attempt', 'expected', 'got'], ...rows]);
  throw new AssertionError(`expectRetries: the policy does not wait as expected\n\n${text}\n`, got, expected);
}

function remark(wanted: number | undefined, seen: number | undefined, ending: string | undefined): string {
  if (seen === undefined) return ending === undefined ? '' : `<- gave up: ${ending}`;
  if (wanted === undefined) return '<- one too many';
  if (isClose(seen, wanted)) return '';
  return seen > wanted ? `<- ${inMs(seen - wanted)} longer` : `<- ${inMs(wanted - seen)} shorter`;
}
