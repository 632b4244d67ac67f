import { milliseconds, rejectOption, whole } from '../../options.js';
import { needed, readOptions } from '../../readOptions.js';
import type { Word } from '../../policy/word.js';
import { lastCalls, type Bits } from '../lastCalls.js';
import { lastInstants, type Instants } from '../lastInstants.js';
import { timeBuckets } from '../timeBuckets.js';
import { streak, type Counts, type Streak, type Window } from '../window.js';
import { callCount, checkSpan, type Span, type SpanSettings } from './span.js';

/*
 * When a closed circuit opens: a rule on a window of the calls that have ended. Rules are checked only after a bad call,
 * so an opening always has a cause. A threshold is reached at equality. A call is slow if it took *longer* than the limit.
 */

/** A rule that opens a circuit: {@link failures}, {@link consecutive}, {@link failureRate} or {@link slowRate}. */
export interface Trip<W = unknown> extends Window<W> {
  isReached(window: W, now: number): boolean;
  /** Whether its bad calls no longer matter. @defaultValue whether the window holds none */
  isClear?(window: W): boolean;
  /** Only in a rule about slow calls: a call that took longer is bad, whether it failed or not. */
  readonly slowerThan?: number;
  /** How this library made the rule, see `Policy`. */
  readonly word?: Word;
}

/** Options of {@link failureRate}. */
export type RateOptions = Span & {
  /**
   * The rule ignores the rate of fewer calls: a whole number, at least 1. It is never more than `calls`.
   *
   * @defaultValue 10
   */
  readonly minimum?: number | undefined;
  /**
   * How many equal buckets a time window has: a whole number, at least 1.
   *
   * @defaultValue 10
   */
  readonly buckets?: number | undefined;
};

/** Options of {@link slowRate}. */
export type SlowRateOptions = RateOptions & {
  /** Milliseconds, at least 0: a call is slow if it took longer. */
  readonly slowerThan: number;
};

/**
 * Opens at `n` failures within a time, or among the last calls. Both are exact.
 *
 * @param n a whole number, at least 1
 * @param span `window`: milliseconds, at least 1; or `calls`: a whole number, at least `n`, at most 10 million
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const policy = circuitBreaker({ trip: failures(3, { calls: 10 }) });
 * preview(policy, { failures: 3 }).delays // => [0, 0, 60000]
 */
export function failures(n: number, span: Span): Trip {
  whole('failures', 'n', n, 1);
  const { window, calls } = readOptions('failures', span, { ...spanRows, calls: [callCount, undefined, n] });
  checkSpan('failures', { window, calls });
  if (calls === undefined) return wordedTrip(failuresWithin(n, Number(window)), 'failures', n, { window });
  const ended = lastCalls(calls);
  return wordedTrip({ ...ended, isReached: ({ bad }: Bits) => bad >= n }, 'failures', n, { calls });
}

/** {@link failures} within a time, without the code of the other span: the rule of `threshold` and `window`. */
export function failuresWithin(n: number, ms: number): Trip {
  const ended = lastInstants(n, ms);
  return { ...ended, isReached: (window: Instants, now) => ended.isFull(window, now) };
}

/**
 * Opens at `n` failures in a row. A success resets the count.
 *
 * @param n a whole number, at least 1
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const policy = circuitBreaker({ trip: consecutive(2), resetAfter: 500 });
 * preview(policy, { failures: 2 }).delays // => [0, 500]
 */
export function consecutive(n: number): Trip {
  whole('consecutive', 'n', n, 1);
  const trip = { ...streak, isReached: ({ run }: Streak) => run >= n, isClear: ({ run }: Streak) => run === 0 };
  return wordedTrip(trip, 'consecutive', n);
}

/**
 * Opens when the share of failures reaches `rate`.
 *
 * @param rate above 0, at most 1
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const policy = circuitBreaker({ trip: failureRate(0.5, { window: 10_000, minimum: 4 }) });
 * preview(policy, { failures: 4 }).delays // => [0, 0, 0, 60000]
 */
export function failureRate(rate: number, options: RateOptions): Trip {
  const settings = readOptions('failureRate', options, rateRows);
  return wordedTrip(rateTrip('failureRate', rate, settings), 'failureRate', rate, settings);
}

/**
 * Opens when the share of slow calls reaches `rate`. A slow call is bad whether it failed or not.
 *
 * @param rate above 0, at most 1
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const trip = [failureRate(0.5, { calls: 20 }), slowRate(0.8, { calls: 20, slowerThan: 2000 })];
 * const policy = circuitBreaker({ trip });
 * policy.view(policy.initial, 0).slow // => 0
 */
export function slowRate(rate: number, options: SlowRateOptions): Trip {
  const { slowerThan, ...settings } = readOptions('slowRate', options, {
    ...rateRows,
    slowerThan: [milliseconds, needed],
  });
  const trip = { ...rateTrip('slowRate', rate, settings), slowerThan };
  return wordedTrip(trip, 'slowRate', rate, { ...settings, slowerThan });
}

/** The rule with the function and the arguments that made it. */
const wordedTrip = <W>(trip: Trip<W>, name: string, ...args: unknown[]): Trip<W> => {
  const { isReached } = trip as { readonly isReached: unknown };
  return { ...trip, word: [isReached, name, ...args] };
};

const spanRows = { window: [milliseconds, undefined, 1], calls: [callCount, undefined, 1] } as const;

const rateRows = { ...spanRows, minimum: [whole, 10, 1], buckets: [whole, 10, 1] } as const;

function rateTrip(
  where: string,
  rate: number,
  { window, calls, minimum, buckets }: SpanSettings & { readonly minimum: number; readonly buckets: number },
): Trip {
  if (!(typeof rate === 'number' && rate > 0 && rate <= 1)) rejectOption(where, 'rate', 'above 0 and at most 1', rate);
  checkSpan(where, { window, calls });
  const ended: Window<unknown> = calls === undefined ? timeBuckets(Number(window), buckets) : lastCalls(calls);
  const enough = Math.min(minimum, calls ?? Infinity);
  const isHigh = ({ bad, good }: Counts): boolean => bad + good >= enough && bad / (bad + good) >= rate;
  return { ...ended, isReached: (state, now) => isHigh(ended.counts(state, now)) };
}
