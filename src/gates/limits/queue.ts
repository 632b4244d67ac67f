import type { Test } from '../snapshot.js';

/*
 * Calls in the order of their numbers, which is the order in which they first asked: a value, never changed. Whoever
 * shares several gates has the same place before and after the others in all of them, so no two calls can each wait for
 * the other.
 */

export type Queue = readonly number[];

/** How many in the line come before `call`. */
export function ahead(line: Queue, ticket: number): number {
  let [from, to] = [0, line.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (Number(line[middle]) < ticket) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The line with `call` in its place; the same if it is there. */
export function joinQueue(line: Queue, ticket: number): Queue {
  const place = ahead(line, ticket);
  return line[place] === ticket ? line : line.slice(0, place).concat(ticket, line.slice(place));
}

/** The line without `call`; the same if it is not there. */
export function leaveQueue(line: Queue, ticket: number): Queue {
  const place = ahead(line, ticket);
  return line[place] === ticket ? line.slice(0, place).concat(line.slice(place + 1)) : line;
}

export const isQueue: Test = (value) =>
  Array.isArray(value) &&
  value.every((ticket, place) => Number.isInteger(ticket) && (place === 0 || ticket > value[place - 1]));
