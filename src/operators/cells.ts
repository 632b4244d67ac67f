import type { Calls } from './calls.js';
import type { Cell } from './cell.js';

/*
 * Cells as they are handed over.
 */

/** Known by what it can do, so that asking does not bring the class along. */
export const isCell = (it: unknown): it is Cell =>
  typeof (it as Partial<Cell> | null | undefined)?.attemptIn === 'function';

/** Cells, each once: of a half-open circuit's only probe the one ask would take the place and the other refuse. */
export const isCells = (it: unknown): it is readonly Cell[] =>
  Array.isArray(it) && [...(it as unknown[])].every(isCell) && (it.length < 2 || new Set(it).size === it.length);

/** What begins an attempt in those cells, if there are any. */
export function entry(cells: readonly Cell[]): (() => Calls) | undefined {
  const [first] = cells;
  return first && (() => first.attemptIn(cells));
}
