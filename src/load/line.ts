import type { Test } from '../policy/snapshot.js';

/*
 * Calls in the order of their numbers, which is the order in which they first asked: a value, never changed. Whoever
 * shares several cells has the same place before and after the others in all of them, so no two calls can each wait for
 * the other.
 */

export type Line = readonly number[];

/** How many in the line come before `call`. */
export function ahead(line: Line, call: number): number {
  let [from, to] = [0, line.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (Number(line[middle]) < call) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The line with `call` in its place; the same if it is there. */
export function joined(line: Line, call: number): Line {
  const place = ahead(line, call);
  return line[place] === call ? line : line.slice(0, place).concat(call, line.slice(place));
}

/** The line without `call`; the same if it is not there. */
export function left(line: Line, call: number): Line {
  const place = ahead(line, call);
  return line[place] === call ? line.slice(0, place).concat(line.slice(place + 1)) : line;
}

export const isLine: Test = (value) =>
  Array.isArray(value) &&
  value.every((call, place) => Number.isInteger(call) && (place === 0 || call > value[place - 1]));
