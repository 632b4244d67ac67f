import { isList, list, rejectOption } from '../../options.js';

/** Random numbers for a test: one for all draws, an array that repeats, or a function that returns the next one. */
export type RandomSource = number | readonly number[] | (() => number);

/**
 * A deterministic random source, for any option `random`: one number for all draws, or an array that repeats. For numbers
 * that look random and are the same on every run, use {@link seededRandom}.
 *
 * @param draws a number in [0, 1), or an array of at least one; 0 is the earliest, 0.5 the middle
 * @throws RangeError | TypeError if a draw is anything else
 *
 * @example
 * const random = fixedRandom([0, 0.5]);
 * [random(), random(), random()] // => [0, 0.5, 0]
 */
export function fixedRandom(draws: number | readonly number[]): () => number {
  if (typeof draws === 'function') rejectOption('fixedRandom', 'draws', 'in [0, 1)', draws);
  return toRandom('fixedRandom', 'draws', draws);
}

/** Turns a {@link RandomSource} into a function. The results of a given function are checked where they are used. */
export function toRandom(
  where: string,
  option: string,
  source: RandomSource,
  range: '[0, 1)' | '[0, 1]' = '[0, 1)',
): () => number {
  if (typeof source === 'function') return source;
  const checkDraw = (name: string, draw: unknown): void => {
    const isInRange = typeof draw === 'number' && draw >= 0 && (draw < 1 || (draw === 1 && range === '[0, 1]'));
    if (!isInRange) rejectOption(where, name, `in ${range}`, draw);
  };
  if (!isList(source)) {
    checkDraw(option, source);
    return () => source;
  }
  list(where, option, 'an array of at least one draw', source);
  const draws = [...source];
  for (const [index, draw] of draws.entries()) checkDraw(`${option}[${String(index)}]`, draw);
  let next = 0;
  return () => Number(draws[next++ % draws.length]);
}
