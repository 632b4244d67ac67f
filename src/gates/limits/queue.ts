import type { Test } from '../snapshot.js';

/*
 * Waiting calls in the order of their tickets, which is the order in which they first asked. A queue is a value and never
 * changes. A ticket has the same position relative to the others in every gate that those calls share, so two calls
 * cannot each wait for the other.
 */

export type Queue = readonly number[];

/** How many tickets in the queue come before this one. */
export function countAhead(queue: Queue, ticket: number): number {
  let [from, to] = [0, queue.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (Number(queue[middle]) < ticket) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The queue with the ticket at its position; the same reference if the queue holds it. */
export function joinQueue(queue: Queue, ticket: number): Queue {
  const position = countAhead(queue, ticket);
  return queue[position] === ticket ? queue : queue.slice(0, position).concat(ticket, queue.slice(position));
}

/** The queue without the ticket; the same reference if the queue does not hold it. */
export function leaveQueue(queue: Queue, ticket: number): Queue {
  const position = countAhead(queue, ticket);
  return queue[position] === ticket ? queue.slice(0, position).concat(queue.slice(position + 1)) : queue;
}

export const isQueue: Test = (value) =>
  Array.isArray(value) &&
  value.every((ticket, position) => Number.isInteger(ticket) && (position === 0 || ticket > value[position - 1]));
