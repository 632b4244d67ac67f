import { isRecord, type Test } from '../parser.js';

/*
 * Waiting calls in the order of their tickets, which is the order in which they first asked. A ticket has the same position
 * relative to the others in every gate that those calls share, so two calls cannot each wait for the other.
 *
 * A queue is a value and never changes. Its tickets are in chunks, so that a join or a leave copies one chunk and the list
 * of chunks, however long the queue is.
 */

/** Tickets in ascending order. */
export interface Queue {
  readonly size: number;
  /** None of them is empty. */
  readonly chunks: readonly (readonly number[])[];
}

/** How many tickets a chunk holds at most. */
const most = 256;

export const emptyQueue: Queue = { size: 0, chunks: [] };

/** How many tickets in the queue come before this one. */
export function countAhead({ chunks, size }: Queue, ticket: number): number {
  if (size === 0 || ticket > Number(chunks.at(-1)?.at(-1))) return size;
  const index = indexOfChunk(chunks, ticket);
  let ahead = positionIn(chunks[index], ticket);
  for (let before = 0; before < index; before += 1) ahead += Number(chunks[before]?.length);
  return ahead;
}

export const hasTicket = ({ chunks }: Queue, ticket: number): boolean => {
  const chunk = chunks[indexOfChunk(chunks, ticket)];
  return chunk?.[positionIn(chunk, ticket)] === ticket;
};

/** The queue with the ticket at its position; the same reference if the queue holds it. */
export function joinQueue(queue: Queue, ticket: number): Queue {
  const { chunks, size } = queue;
  const index = indexOfChunk(chunks, ticket);
  const chunk = chunks[index] ?? [];
  const position = positionIn(chunk, ticket);
  if (chunk[position] === ticket) return queue;
  const isAtEnd = position === chunk.length && index + 1 >= chunks.length;
  const grown = chunk.slice(0, position).concat(ticket, chunk.slice(position));
  return { size: size + 1, chunks: replaceChunk(chunks, index, split(grown, isAtEnd ? most : most / 2)) };
}

/** The queue with the ticket at its position; `undefined` if more than `most` would wait. One that waits already may stay. */
export function joinUpTo(most: number, queue: Queue, ticket: number): Queue | undefined {
  const joined = joinQueue(queue, ticket);
  return joined.size > Math.max(most, queue.size) ? undefined : joined;
}

/** The queue without the ticket; the same reference if the queue does not hold it. */
export function leaveQueue(queue: Queue, ticket: number): Queue {
  const { chunks, size } = queue;
  const index = indexOfChunk(chunks, ticket);
  const chunk = chunks[index] ?? [];
  const position = positionIn(chunk, ticket);
  if (chunk[position] !== ticket) return queue;
  if (size === 1) return emptyQueue;
  const rest = chunk.slice(0, position).concat(chunk.slice(position + 1));
  return { size: size - 1, chunks: replaceChunk(chunks, index, rest.length > 0 ? [rest] : []) };
}

/** The tickets behind this one. */
export function queueBehind(queue: Queue, ticket: number): Queue {
  const { chunks, size } = queue;
  const ahead = countAhead(queue, ticket + 1);
  if (ahead === 0) return queue;
  if (ahead === size) return emptyQueue;
  const index = indexOfChunk(chunks, ticket);
  const rest = chunks
    .slice(index, index + 1)
    .flat()
    .slice(positionIn(chunks[index], ticket + 1));
  return { size: size - ahead, chunks: [...(rest.length > 0 ? [rest] : []), ...chunks.slice(index + 1)] };
}

/** The first `count` tickets. */
export function firstInQueue({ chunks }: Queue, count: number): readonly number[] {
  const first: number[] = [];
  for (const chunk of chunks) {
    if (first.length >= count) break;
    first.push(...chunk.slice(0, count - first.length));
  }
  return first;
}

const isChunk: Test = (chunk) => Array.isArray(chunk) && chunk.length > 0 && chunk.length <= most;

export const isQueue: Test = (value) => {
  if (!isRecord(value)) return false;
  const { chunks, size } = value;
  if (!Array.isArray(chunks) || !chunks.every(isChunk)) return false;
  const tickets = chunks.flat() as number[];
  return (
    tickets.length === size &&
    tickets.every(
      (ticket, position) => Number.isInteger(ticket) && (position === 0 || ticket > Number(tickets[position - 1])),
    )
  );
};

type Chunks = Queue['chunks'];

/** The last chunk that begins with the ticket or one before it, or the first chunk. */
function indexOfChunk(chunks: Chunks, ticket: number): number {
  let [from, to] = [0, chunks.length - 1];
  while (from < to) {
    const middle = (from + to + 1) >>> 1;
    if (Number(chunks[middle]?.[0]) <= ticket) from = middle;
    else to = middle - 1;
  }
  return from;
}

/** How many tickets of the chunk come before this one. */
function positionIn(chunk: readonly number[] = [], ticket: number): number {
  let [from, to] = [0, chunk.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (Number(chunk[middle]) < ticket) from = middle + 1;
    else to = middle;
  }
  return from;
}

const split = (chunk: readonly number[], at: number): Chunks =>
  chunk.length > most ? [chunk.slice(0, at), chunk.slice(at)] : [chunk];

/** `concat` copies without an iterator. */
const replaceChunk = (chunks: Chunks, index: number, by: Chunks): Chunks =>
  chunks.slice(0, index).concat(by, chunks.slice(index + 1));
