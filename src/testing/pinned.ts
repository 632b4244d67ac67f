import { isList, list, refuse } from '../check.js';

/** Draws for a test: one for all, an array that comes over and over, or whatever a function answers. */
export type Chance = number | readonly number[] | (() => number);

/**
 * Chance without surprises, for the option `random`: one draw for ever, or some in turn, over and over. For draws that
 * look like chance and are the same on every run: {@link seeded}.
 *
 * @param draws a number in [0, 1), or an array of at least one; 0 is the earliest, 0.5 the middle
 * @throws RangeError | TypeError if one is anything else
 *
 * @example
 * const random = pinned([0, 0.5]);
 * [random(), random(), random()] // => [0, 0.5, 0]
 */
export function pinned(draws: number | readonly number[]): () => number {
  if (isList(draws)) list('pinned', 'draws', 'an array of at least one draw', draws);
  for (const draw of isList(draws) ? draws : [draws]) {
    if (!(typeof draw === 'number' && draw >= 0 && draw < 1)) refuse('pinned', 'draws', 'in [0, 1), each', draw);
  }
  return drawing(draws);
}

/** The draws, one after the other; whoever uses them checks them. */
export function drawing(chance: Chance): () => number {
  if (typeof chance === 'function') return chance;
  const draws = typeof chance === 'number' ? [chance] : [...chance];
  let drawn = 0;
  return () => draws[drawn++ % draws.length] ?? NaN;
}
