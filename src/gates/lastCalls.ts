import { aCount, countFrom, listOf, recordOf, tupleOf, valueThat, type Parser } from './parser.js';
import type { Window } from './window.js';

/**
 * The last `size` calls in a ring, one bit for each: word `i` holds the calls 32 · i to 32 · i + 31. The call at `at` is the
 * oldest, and is written next.
 *
 * Writing goes up: bits are set in `word`, which joins `recent` when it is full, and these join `words`. So a call copies
 * next to nothing in a window of any size. What is overwritten stays in `words` until then.
 */
export interface Bits {
  readonly words: readonly number[];
  /** The full words before the one that `at` is in. */
  readonly recent: readonly number[];
  /** The bits before `at` of the word that `at` is in. */
  readonly word: number;
  readonly at: number;
  readonly held: number;
  readonly bad: number;
}

export function lastCalls(size: number): Window<Bits> {
  const length = Math.ceil(size / 32);
  const mostRecent = length > 32 ? 32 : 1;
  const fresh = { words: Array.from({ length }, () => 0), recent: [], word: 0, at: 0, held: 0, bad: 0 };
  return {
    fresh,
    shape: `calls ${String(size)}`,
    record({ words, recent, word, at, held, bad }, _, isBad) {
      const bit = 1 << (at & 31);
      const wasBad = (Number(words[at >>> 5]) & bit) !== 0;
      const written = isBad ? word | bit : word;
      const next = {
        words,
        recent,
        word: written,
        at: (at + 1) % size,
        held: Math.min(held + 1, size),
        bad: bad + (isBad ? 1 : 0) - (wasBad ? 1 : 0),
      };
      return next.at > 0 && (next.at & 31) > 0 ? next : withFullWord(next, at, mostRecent);
    },
    counts: ({ held, bad }) => ({ bad, good: held - bad }),
    resume: (window) => window,
    parse: recordOf(
      {
        words: tupleOf(fresh.words.map(() => aWord)),
        recent: listOf(aWord),
        word: aWord,
        at: aCount,
        held: countFrom(0, size),
        bad: aCount,
      },
      ({ words, recent, word, at, held, bad }) => {
        if (held < size ? at !== held : at >= size) return 'at';
        const written = maskOf(at & 31);
        if ((word & ~written) !== 0) return 'word';
        const index = at >>> 5;
        if (recent.length >= mostRecent || recent.length > index) return 'recent';
        const old = Number(words[index]);
        const joined = withWords(words, index - recent.length, [...recent, word | (old & ~written)]);
        const isUnwritten = words.slice(index - recent.length).every((bits) => bits === 0);
        if (held < size ? !isUnwritten : joined.some((bits, each) => (bits & ~maskOf(size - 32 * each)) !== 0))
          return 'words';
        return joined.reduce((sum, bits) => sum + countOnes(bits), 0) === bad ? undefined : 'bad';
      },
    ),
  };
}

/** The word of the call at `at` is full. */
function withFullWord(window: Bits, at: number, mostRecent: number): Bits {
  const { words, recent } = window;
  const full = [...recent, window.word];
  return window.at > 0 && full.length < mostRecent
    ? { ...window, recent: full, word: 0 }
    : { ...window, words: withWords(words, (at >>> 5) - recent.length, full), recent: [], word: 0 };
}

/** The words with others from `index` on. */
const withWords = (words: readonly number[], index: number, others: readonly number[]): readonly number[] =>
  words.slice(0, index).concat(others, words.slice(index + others.length));

/** The number of bits of a word that are set. */
function countOnes(word: number): number {
  let count = 0;
  for (let left = word; left !== 0; left &= left - 1) count += 1;
  return count;
}

/** A word with its first `count` bits set. */
const maskOf = (count: number): number => (count >= 32 ? -1 : (1 << Math.max(0, count)) - 1);

const aWord: Parser<number> = valueThat((value) => typeof value === 'number' && (value | 0) === value);
