import { refuse } from '../check.js';

/**
 * Chance that comes again: even draws in [0, 1), the same for a seed on every run and every machine. Not for secrets.
 * Source: mulberry32 (T. Ettinger, public domain), of which the lower 32 bits of the seed count.
 *
 * @param seed a safe integer
 * @throws RangeError | TypeError if it is anything else
 *
 * @example
 * const random = seeded(42);
 * [random(), random()].map((draw) => draw.toFixed(3)) // => ['0.601', '0.448']
 * seeded(42)().toFixed(3) // => '0.601'
 */
export function seeded(seed: number): () => number {
  if (!Number.isSafeInteger(seed)) refuse('seeded', 'seed', 'a safe integer', seed);
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
