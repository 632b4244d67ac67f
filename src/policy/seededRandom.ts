import { rejectOption } from '../options.js';

/**
 * A random source for tests and simulations: its numbers in [0, 1) are the same in every run with the same seed. Do not
 * use it for secrets. Source: T. Ettinger, mulberry32 (public domain).
 *
 * @param seed a safe integer; only its lowest 32 bits count
 * @throws RangeError | TypeError if `seed` is anything else
 *
 * @example
 * const random = seededRandom(1);
 * random() // => 0.6270739405881613
 * random() // => 0.002735721180215478
 */
export function seededRandom(seed: number): () => number {
  if (!Number.isSafeInteger(seed)) rejectOption('seededRandom', 'seed', 'a safe integer', seed);
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
