import { record, refuse, whole } from '../options.js';
import type { Reason } from '../errors.js';
import { checkPolicy, step, type Policy } from '../policy/policy.js';
import { preview } from '../policy/preview.js';
import { seededRandom } from '../policy/seededRandom.js';

/*
 * A policy as a schedule: when each retry may start if every attempt fails at once.
 */

/** Nobody looks farther. */
export const mostRetries: number = 1000;

/** Options of {@link schedule}. */
export interface ScheduleOptions {
  /** At how many retries to look at most: a whole number, at least 1 and at most 1000; 10 unless told. */
  readonly retries?: number;
  /** What each attempt fails with; an Error unless told. */
  readonly error?: unknown;
  /** How many clients to look at, each with draws of its own; 60 unless told. */
  readonly clients?: number;
  /** What their draws begin with; 1 unless told. */
  readonly seed?: number;
}

/** One retry; instants are milliseconds since the first failure. */
export interface Retry {
  /** The shortest and the longest wait before it, milliseconds. */
  readonly wait: readonly [least: number, most: number];
  /** Its earliest, its middle and its latest instant. */
  readonly earliest: number;
  readonly middle: number;
  readonly latest: number;
  /** When each of the clients makes it that does. */
  readonly clients: readonly number[];
}

/** What {@link schedule} answers. */
export interface Schedule {
  readonly retries: readonly Retry[];
  /** Why it says no in the end; `undefined` if it did not as far as was looked. */
  readonly reason: Reason | undefined;
  /** Whether chance moves any wait. */
  readonly isJittered: boolean;
  /** The wait that is not exceeded although waits grow before, and the first retry that may wait so long. */
  readonly cap: { readonly wait: number; readonly from: number } | undefined;
  /** After how many milliseconds no retry may start, to a millisecond, if it has such a bound. */
  readonly deadline: number | undefined;
}

/**
 * When each retry may start if every attempt fails at once: the exact envelope under jitter, by the same fold that
 * {@link preview} makes, and what some clients would draw.
 *
 * @throws RangeError | TypeError naming the option and the value; what {@link preview} throws
 *
 * @example
 * const seen = schedule(exponentialBackoff({ base: 100, cap: 300, jitter: 'full', maxAttempts: 5 }));
 * seen.retries.map(({ latest }) => latest) // => [100, 300, 600, 900]
 * seen.cap // => { wait: 300, from: 3 }
 */
export function schedule(policy: Policy, options: ScheduleOptions = {}): Schedule {
  checkPolicy('schedule', 'policy', policy);
  record('schedule', options);
  const { retries: most = 10, error = new Error('schedule'), clients = 60, seed = 1 } = options;
  whole('schedule', 'retries', most, 1);
  if (most > mostRetries) refuse('schedule', 'retries', `at most ${String(mostRetries)}`, most);
  whole('schedule', 'clients', clients, 0);
  const random = seededRandom(seed);
  const look = (random: number | (() => number)): ReturnType<typeof preview> =>
    preview(policy, { failures: most, error: () => error, random });
  const [low, middle, high] = [look(0), look(0.5), look(1)];
  const seen = Array.from({ length: clients }, () => instants(look(random).delays));
  const [early, mean, late] = [instants(low.delays), instants(middle.delays), instants(high.delays)];

  const deadline = deadlineOf(policy, error);
  const longestOf = (index: number): number | undefined => {
    const draws = [...low.delays.slice(0, index).map(() => 0), 1];
    return preview(policy, { error: () => error, random: draws }).delays[index];
  };
  const retries = low.delays.map((least, index): Retry => {
    const earliest = Number(early[index]);
    // Where the longest wait would end after the deadline, one that ends at it is the longest.
    const untilDeadline = deadline === undefined ? least : deadline - (earliest - least);
    const longest = high.delays[index] ?? longestOf(index) ?? untilDeadline;
    return {
      wait: [Math.min(least, longest), Math.max(least, longest)],
      earliest,
      middle: mean[index] ?? earliest,
      latest: late[index] ?? deadline ?? earliest - least + longest,
      clients: seen.flatMap((instants) => instants[index] ?? []),
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

function instants(delays: readonly number[]): number[] {
  let now = 0;
  return delays.map((delay) => (now += delay));
}

/** Where the longest waits stop growing. */
function capOf(delays: readonly number[]): Schedule['cap'] {
  const wait = delays.at(-1) ?? 0;
  const from = delays.findIndex((delay) => delay === wait);
  return from > 0 && from < delays.length - 1 ? { wait, from: from + 1 } : undefined;
}

const farthest = 2 ** 31;

/** Finds the deadline by asking: the first instant at which a first failure is answered with that no, and its wait. */
function deadlineOf(policy: Policy, error: unknown): number | undefined {
  const moment = { ticket: 1, random: 0 };
  const { state } = step(policy, policy.initial, { kind: 'ask', ...moment, now: 0, attempt: 1 });
  const failed = (now: number): { wait: number; isLate: boolean } => {
    const { wait, reason } = step(policy, state, { kind: 'failure', ...moment, now, took: now, error });
    return { wait, isLate: wait === Infinity && reason === 'deadline' };
  };
  if (!failed(farthest).isLate) return undefined;
  let [good, bad] = [0, farthest];
  while (bad - good > 0.001) {
    const middle = (good + bad) / 2;
    if (failed(middle).isLate) bad = middle;
    else good = middle;
  }
  const { wait, isLate } = failed(good);
  return isLate ? 0 : Math.round(good + wait);
}
