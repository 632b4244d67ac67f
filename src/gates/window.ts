import { aCount, aNumber, countFrom, listOf, recordOf, tupleOf, valueThat, type Parser } from './parser.js';

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
  /** Parses a state from elsewhere. */
  readonly parse: Parser<W>;
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
  parse: recordOf({ run: aCount, bad: aCount, good: aCount }, ({ run, bad, good }) =>
    run > bad || (good === 0 && run < bad) ? 'run' : undefined,
  ),
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
    parse: recordOf({ times: listOf(aNumber), good: aCount }, ({ times }) =>
      times.length > n || !areAscending(times) ? 'times' : undefined,
    ),
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
  const fresh = { words: Array.from({ length: Math.ceil(size / 32) }, () => 0), at: 0, held: 0, bad: 0 };
  return {
    fresh,
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
    parse: recordOf(
      { words: tupleOf(fresh.words.map(() => aWord)), at: aCount, held: countFrom(0, size), bad: aCount },
      ({ words, at, held, bad }) => {
        if (held < size ? at !== held : at >= size) return 'at';
        if (words.some((word, index) => (word & ~maskOf(held - 32 * index)) !== 0)) return 'words';
        return words.reduce((sum, word) => sum + countOnes(word), 0) === bad ? undefined : 'bad';
      },
    ),
  };
}

/** The number of bits of a word that are set. */
function countOnes(word: number): number {
  let count = 0;
  for (let left = word; left !== 0; left &= left - 1) count += 1;
  return count;
}

/** A word with its first `count` bits set. */
const maskOf = (count: number): number => (count >= 32 ? -1 : (1 << Math.max(0, count)) - 1);

const aWord: Parser<number> = valueThat((value) => typeof value === 'number' && (value | 0) === value);

const areAscending = (times: readonly number[]): boolean =>
  times.slice(1).every((time, index) => time >= Number(times[index]));
