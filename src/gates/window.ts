/*
 * Windows of calls, as values: `record` returns a new window, or the same reference if nothing changed. Expiry is a
 * comparison with `now`, never a timer. The cost of a record depends neither on traffic nor on idle time.
 */

/** How many of the calls that a window holds were bad, and how many good. */
export interface Counts {
  readonly bad: number;
  readonly good: number;
}

/** A kind of window. Its state `W` is JSON. */
export interface Window<W> {
  readonly fresh: W;
  record(window: W, now: number, isBad: boolean): W;
  counts(window: W, now: number): Counts;
  /** The same window on a machine whose clock reads `now`: no instant in it lies in the future. */
  resume(window: W, now: number): W;
  /** Whether a value from elsewhere that has the shape of `fresh` can be a state of this window. */
  fits(window: W): boolean;
}

/** The number of bad calls since the last good one, and the calls since the circuit closed. */
export interface Streak extends Counts {
  readonly run: number;
}

export const streak: Window<Streak> = {
  fresh: { run: 0, bad: 0, good: 0 },
  record: ({ run, bad, good }, _, isBad) =>
    isBad ? { run: run + 1, bad: bad + 1, good } : { run: 0, bad, good: good + 1 },
  counts: (window) => window,
  resume: (window) => window,
  fits: ({ run, bad, good }) => [run, bad, good].every(isCount),
};

/** The exact instants of the last `n` bad calls. Good calls are counted since the circuit closed. */
export interface Instants {
  readonly times: readonly number[];
  readonly good: number;
}

export function lastInstants(n: number, ms: number): Window<Instants> {
  return {
    fresh: { times: [], good: 0 },
    record: ({ times, good }, now, isBad) =>
      isBad ? { times: [...times, now].slice(-n), good } : { times, good: good + 1 },
    counts: ({ times, good }, now) => ({ bad: times.filter((time) => now - time < ms).length, good }),
    resume(window, now) {
      const ahead = (window.times.at(-1) ?? now) - now;
      return ahead > 0 ? { times: window.times.map((time) => time - ahead), good: window.good } : window;
    },
    fits: ({ times, good }) => times.every(Number.isFinite) && isCount(good),
  };
}

/** The last `size` calls in a ring, one bit for each: word `i` holds the calls 32 · i to 32 · i + 31. */
export interface Bits {
  readonly words: readonly number[];
  readonly at: number;
  readonly held: number;
  readonly bad: number;
}

export function lastCalls(size: number): Window<Bits> {
  return {
    fresh: { words: Array.from({ length: Math.ceil(size / 32) }, () => 0), at: 0, held: 0, bad: 0 },
    record({ words, at, held, bad }, _, isBad) {
      const word = at >>> 5;
      const bit = 1 << (at & 31);
      const wasBad = words.some((bits, index) => index === word && (bits & bit) !== 0);
      return {
        words: words.map((bits, index) => (index !== word ? bits : isBad ? bits | bit : bits & ~bit)),
        at: (at + 1) % size,
        held: Math.min(held + 1, size),
        bad: bad + (isBad ? 1 : 0) - (wasBad ? 1 : 0),
      };
    },
    counts: ({ held, bad }) => ({ bad, good: held - bad }),
    resume: (window) => window,
    fits: ({ words, at, held, bad }) =>
      [at, held, bad].every(isCount) &&
      words.every((word) => (word | 0) === word) &&
      words.reduce((sum, word) => sum + countOnes(word), 0) === bad &&
      (held === size ? at < size : held < size && at === held),
  };
}

/** The calls that ended in one bucket of time, the `index`-th since the origin of the clock. */
interface Bucket extends Counts {
  readonly index: number;
}

/** The current bucket, the older ones that still count, newest first, and their sum. */
export interface BucketWindow extends Bucket {
  readonly older: readonly Bucket[];
  readonly past: Counts;
}

/** A window that can record several calls at once. A negative number takes calls back. */
export interface TimeWindow extends Window<BucketWindow> {
  record(window: BucketWindow, now: number, isBad: boolean, by?: number): BucketWindow;
}

/** A time window of equal buckets: a call is forgotten when `ms` has passed since the start of its bucket. */
export function timeBuckets(ms: number, count: number): TimeWindow {
  const width = ms / count;
  const indexAt = (now: number): number => Math.floor(now / width);
  const moveTo = ({ index, bad, good, older }: BucketWindow, at: number): BucketWindow => {
    const alive = [{ index, bad, good }, ...older].filter((bucket) => bucket.index > at - count);
    return { index: at, bad: 0, good: 0, older: alive, past: alive.reduce(sum, none) };
  };
  return {
    fresh: { index: Number.MIN_SAFE_INTEGER, bad: 0, good: 0, older: [], past: none },
    record(window, now, isBad, by = 1) {
      const at = indexAt(now);
      const { index, bad, good, older, past } = at > window.index ? moveTo(window, at) : window;
      return isBad ? { index, bad: bad + by, good, older, past } : { index, bad, good: good + by, older, past };
    },
    counts(window, now) {
      const at = indexAt(now);
      const current = at > window.index ? moveTo(window, at) : window;
      return sum(current.past, current);
    },
    resume(window, now) {
      const ahead = window.index - indexAt(now);
      if (ahead <= 0) return window;
      const older = window.older.map(({ index, bad, good }) => ({ index: index - ahead, bad, good }));
      return { ...window, index: window.index - ahead, older };
    },
    fits: ({ index: at, bad, good, older, past }) =>
      Number.isInteger(at) &&
      [bad, good, past.bad, past.good, ...older.flatMap((bucket) => [bucket.bad, bucket.good])].every(isCount) &&
      older.every(({ index }) => Number.isInteger(index)),
  };
}

const none: Counts = { bad: 0, good: 0 };

const sum = (one: Counts, other: Counts): Counts => ({ bad: one.bad + other.bad, good: one.good + other.good });

/** The number of bits of a word that are set. */
function countOnes(word: number): number {
  let count = 0;
  for (let left = word; left !== 0; left &= left - 1) count += 1;
  return count;
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;
