import { rejectOption, whole } from '../options.js';
import { anything, readOptions } from '../readOptions.js';
import type { Reason } from '../reasons.js';
import { checkPolicy, type Policy } from '../policy/policy.js';
import { preview } from '../policy/preview.js';
import { seededRandom } from '../policy/seededRandom.js';
import { findDeadline } from './findDeadline.js';

/*
 * A policy as a schedule: when each retry may start if every attempt fails at once.
 */

/** The largest number of retries that a schedule can have. */
export const maxRetries: number = 1000;

/** Options of {@link schedule}. */
export interface ScheduleOptions {
  /**
   * The largest number of retries to show: a whole number from 1 to 1000.
   *
   * @defaultValue 10
   */
  readonly retries?: number | undefined;
  /**
   * The error of every attempt.
   *
   * @defaultValue an `Error`
   */
  readonly error?: unknown;
  /**
   * The number of sample clients, each with random numbers of its own.
   *
   * @defaultValue 60
   */
  readonly clients?: number | undefined;
  /**
   * The seed of their random numbers.
   *
   * @defaultValue 1
   */
  readonly seed?: number | undefined;
}

/** One retry. Times are milliseconds since the first failure. */
export interface Retry {
  /** The shortest and the longest wait before the retry, in milliseconds. */
  readonly wait: readonly [least: number, most: number];
  /** The earliest, the middle and the latest time at which the retry may start. */
  readonly earliest: number;
  readonly middle: number;
  readonly latest: number;
  /** When each sample client starts this retry. Clients that gave up before are left out. */
  readonly clients: readonly number[];
}

/** The result of {@link schedule}. */
export interface Schedule {
  readonly retries: readonly Retry[];
  /** Why the policy gives up after these retries; `undefined` if it does not. */
  readonly reason: Reason | undefined;
  /** Whether any wait is random. */
  readonly isJittered: boolean;
  /** The wait at which growing waits stop growing, and the first retry that may wait that long. */
  readonly cap: { readonly wait: number; readonly from: number } | undefined;
  /** The time after which no retry may start, accurate to a millisecond; `undefined` if there is none. */
  readonly deadline: number | undefined;
}

/**
 * Shows when each retry may start if every attempt fails at once: the exact bounds under jitter, and what some sample clients
 * would do. It folds the policy as {@link preview} does.
 *
 * @throws RangeError | TypeError naming the option and the value; what {@link preview} throws
 *
 * @example
 * const plan = schedule(exponentialBackoff({ base: 100, cap: 300, jitter: 'full', maxAttempts: 5 }));
 * plan.retries.map(({ latest }) => latest) // => [100, 300, 600, 900]
 * plan.cap // => { wait: 300, from: 3 }
 */
export function schedule(policy: Policy, options: ScheduleOptions = {}): Schedule {
  checkPolicy('schedule', 'policy', policy);
  const {
    retries: failures,
    error = new Error('schedule'),
    clients,
    seed,
  } = readOptions('schedule', options, {
    retries: [whole, 10, 1],
    error: [anything, undefined],
    clients: [whole, 60, 0],
    seed: [anything, 1],
  });
  if (failures > maxRetries) rejectOption('schedule', 'retries', `at most ${String(maxRetries)}`, failures);
  const previewWith = (random: number | readonly number[] | (() => number), count?: number) =>
    preview(policy, { error: () => error, random, ...(count !== undefined && { failures: count }) });
  const [low, middle, high] = [previewWith(0, failures), previewWith(0.5, failures), previewWith(1, failures)];
  const random = seededRandom(seed);
  const samples = Array.from({ length: clients }, () => startsOf(previewWith(random, failures).delays));
  const [earlyStarts, middleStarts, lateStarts] = [low, middle, high].map(({ delays }) => startsOf(delays));

  const deadline = findDeadline(policy, error);
  const longestAfterShortest = (index: number): number | undefined =>
    previewWith([...low.delays.slice(0, index).map(() => 0), 1]).delays[index];
  const retries = low.delays.map((least, index): Retry => {
    const earliest = Number(earlyStarts?.[index]);
    // If the longest wait would end after the deadline, the longest possible wait ends at the deadline.
    const untilDeadline = deadline === undefined ? least : deadline - (earliest - least);
    const longest = high.delays[index] ?? longestAfterShortest(index) ?? untilDeadline;
    return {
      wait: [Math.min(least, longest), Math.max(least, longest)],
      earliest,
      middle: middleStarts?.[index] ?? earliest,
      latest: lateStarts?.[index] ?? deadline ?? earliest - least + longest,
      clients: samples.flatMap((starts) => starts[index] ?? []),
    };
  });
  return {
    retries,
    reason: low.reason,
    isJittered: low.delays.some((least, index) => least !== high.delays[index]),
    cap: capOf(retries.map(({ wait }) => wait[1])),
    deadline,
  };
}

/** When each retry starts. */
function startsOf(delays: readonly number[]): number[] {
  let now = 0;
  return delays.map((delay) => (now += delay));
}

/** Where the longest waits stop growing. */
function capOf(delays: readonly number[]): Schedule['cap'] {
  const wait = delays.at(-1) ?? 0;
  const from = delays.findIndex((delay) => delay === wait);
  return from > 0 && from < delays.length - 1 ? { wait, from: from + 1 } : undefined;
}
