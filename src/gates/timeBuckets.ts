import { aCount, aWhole, listOf, recordOf, type Parser } from './parser.js';
import type { Counts, Window } from './window.js';

/*
 * A window of time in equal buckets. A record costs the same however many calls there are.
 */

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
  /** A parser of windows whose numbers of good calls are parsed by `good`. */
  parserOf(good: Parser<number>): Parser<BucketWindow>;
}

/** A time window of equal buckets: a call is forgotten when `ms` has passed since the start of its bucket. */
export function timeBuckets(ms: number, count: number): TimeWindow {
  const width = ms / count;
  const indexAt = (now: number): number => Math.floor(now / width);
  const moveTo = ({ index, bad, good, older }: BucketWindow, at: number): BucketWindow => {
    const alive = [{ index, bad, good }, ...older].filter((bucket) => bucket.index > at - count);
    return { index: at, bad: 0, good: 0, older: alive, past: alive.reduce(sum, none) };
  };
  /** The older buckets are newest first, and none of them was forgotten when the current one began. */
  const parserOf = (good: Parser<number>): Parser<BucketWindow> => {
    const counts = { bad: aCount, good };
    const bucket = { index: aWhole, ...counts };
    return recordOf(
      { ...bucket, older: listOf(recordOf(bucket)), past: recordOf(counts) },
      ({ index, older, past }) => {
        const isInOrder = older.every((each, at) => each.index < (older[at - 1]?.index ?? index));
        if (!isInOrder || older.some((each) => each.index <= index - count)) return 'older';
        const total = older.reduce(sum, none);
        return past.bad === total.bad && past.good === total.good ? undefined : 'past';
      },
    );
  };
  return {
    shape: `buckets ${String(ms)}/${String(count)}`,
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
    parse: parserOf(aCount),
    parserOf,
  };
}

const none: Counts = { bad: 0, good: 0 };

const sum = (one: Counts, other: Counts): Counts => ({ bad: one.bad + other.bad, good: one.good + other.good });
