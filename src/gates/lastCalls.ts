import { aCount, countFrom, recordOf, tupleOf, valueThat, type Parser } from './parser.js';
import type { Window } from './window.js';

/**
 * The last `size` calls in a ring, one bit for each: word `i` holds the calls 32 · i to 32 · i + 31. The word that `at` is
 * in has the bits before `at` in `word`, until it is full. So the words are copied for one call in 32.
 */
export interface Bits {
  readonly words: readonly number[];
  readonly word: number;
  readonly at: number;
  readonly held: number;
  readonly bad: number;
}

export function lastCalls(size: number): Window<Bits> {
  const fresh = { words: Array.from({ length: Math.ceil(size / 32) }, () => 0), word: 0, at: 0, held: 0, bad: 0 };
  return {
    fresh,
    record({ words, word, at, held, bad }, _, isBad) {
      const bit = 1 << (at & 31);
      const wasBad = (Number(words[at >>> 5]) & bit) !== 0;
      const written = isBad ? word | bit : word;
      const isFull = (at & 31) === 31 || at + 1 === size;
      return {
        words: isFull ? withWord(words, at >>> 5, written) : words,
        word: isFull ? 0 : written,
        at: (at + 1) % size,
        held: Math.min(held + 1, size),
        bad: bad + (isBad ? 1 : 0) - (wasBad ? 1 : 0),
      };
    },
    counts: ({ held, bad }) => ({ bad, good: held - bad }),
    resume: (window) => window,
    parse: recordOf(
      { words: tupleOf(fresh.words.map(() => aWord)), word: aWord, at: aCount, held: countFrom(0, size), bad: aCount },
      ({ words: full, word, at, held, bad }) => {
        if (held < size ? at !== held : at >= size) return 'at';
        if (held < size && full[at >>> 5] !== 0) return 'words';
        const written = maskOf(at & 31);
        if ((word & ~written) !== 0) return 'word';
        const old = Number(full[at >>> 5]) & ~written;
        const words = withWord(full, at >>> 5, word | old);
        if (words.some((bits, index) => (bits & ~maskOf(held - 32 * index)) !== 0)) return 'words';
        return words.reduce((sum, bits) => sum + countOnes(bits), 0) === bad ? undefined : 'bad';
      },
    ),
  };
}

/** The words with another one at `index`. */
function withWord(words: readonly number[], index: number, word: number): readonly number[] {
  const next = [...words];
  next[index] = word;
  return next;
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
