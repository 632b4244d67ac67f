import { isList, list, refuse } from '../../options.js';

/** Draws for a test: one for all, an array that comes over and over, or whatever a function answers. */
export type RandomSource = number | readonly number[] | (() => number);

/**
 * RandomSource without surprises, for the option `random`: one draw for ever, or some in turn, over and over. For draws that
 * look like chance and are the same on every run: {@link seededRandom}.
 *
 * @param draws a number in [0, 1), or an array of at least one; 0 is the earliest, 0.5 the middle
 * @throws RangeError | TypeError if one is anything else
 *
 * @example
 * const random = fixedRandom([0, 0.5]);
 * [random(), random(), random()] // => [0, 0.5, 0]
 */
export function fixedRandom(draws: number | readonly number[]): () => number {
  if (typeof draws === 'function') refuse('fixedRandom', 'draws', 'in [0, 1), each', draws);
  return drawing('fixedRandom', 'draws', draws);
}

/** The draws, one after the other; those of a function are checked by whoever uses them. */
export function drawing(
  where: string,
  option: string,
  chance: RandomSource,
  range: '[0, 1)' | '[0, 1]' = '[0, 1)',
): () => number {
  if (typeof chance === 'function') return chance;
  if (isList(chance)) list(where, option, 'an array of at least one draw', chance);
  const draws = isList(chance) ? [...chance] : [chance];
  for (const draw of draws) {
    const isIn = typeof draw === 'number' && draw >= 0 && (draw < 1 || (draw === 1 && range === '[0, 1]'));
    if (!isIn) refuse(where, option, `in ${range}, each`, draw);
  }
  let drawn = 0;
  return () => Number(draws[drawn++ % draws.length]);
}
