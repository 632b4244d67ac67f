import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countAhead,
  emptyQueue,
  firstInQueue,
  hasTicket,
  isQueue,
  joinQueue,
  leaveQueue,
  queueBehind,
  type Queue,
} from '../../../src/gates/limits/queue.js';
import { size } from '../../support/size.js';

/*
 * Compared with a sorted array.
 */

const tickets = fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 3000, size: 'max' });
const listOf = ({ chunks }: Queue): number[] => chunks.flat();
const filled = (joins: readonly number[]): Queue => joins.reduce(joinQueue, emptyQueue);

describe('a queue', { timeout: 300_000 }, () => {
  it('is a sorted array without duplicates, whatever joins and leaves, and never changes', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 1000 })), { maxLength: 3000, size: 'max' });
    const property = fc.property(tickets, steps, (joins, all) => {
      let queue = filled(joins);
      const list = new Set(joins);
      for (const [isJoin, ticket] of all) {
        const before = queue;
        const was = JSON.stringify(before.chunks.slice(-3));
        queue = (isJoin ? joinQueue : leaveQueue)(before, ticket);
        if (list.has(ticket) === isJoin) expect(queue).toBe(before);
        expect(JSON.stringify(before.chunks.slice(-3))).toBe(was);
        if (isJoin) list.add(ticket);
        else list.delete(ticket);
      }
      const sorted = [...list].sort((one, other) => one - other);
      expect(listOf(queue)).toEqual(sorted);
      expect(queue.size).toBe(sorted.length);
      expect(isQueue(queue)).toBe(true);
      expect(Math.max(0, ...queue.chunks.map(({ length }) => length))).toBeLessThanOrEqual(256);
      if (queue.size === 0) expect(queue).toBe(emptyQueue);
    });
    fc.assert(property, { numRuns: size(30, 500) });
  });

  it('answers as a sorted array does', () => {
    const property = fc.property(tickets, fc.nat(1001), fc.nat(1000), (joins, ticket, count) => {
      const queue = filled(joins);
      const list = listOf(queue);
      expect(countAhead(queue, ticket)).toBe(list.filter((each) => each < ticket).length);
      expect(hasTicket(queue, ticket)).toBe(list.includes(ticket));
      expect(listOf(queueBehind(queue, ticket))).toEqual(list.filter((each) => each > ticket));
      expect(queueBehind(queue, ticket).size).toBe(list.filter((each) => each > ticket).length);
      expect(isQueue(queueBehind(queue, ticket))).toBe(true);
      expect(firstInQueue(queue, count)).toEqual(list.slice(0, count));
      expect(firstInQueue(queue, -1)).toEqual([]);
    });
    fc.assert(property, { numRuns: size(100, 1000) });
  });

  it('stays in full chunks while tickets join at its end', () => {
    const queue = filled(Array.from({ length: 2600 }, (_, index) => index + 1));
    expect(queue.chunks.map(({ length }) => length)).toEqual([...Array<number>(10).fill(256), 40]);
  });

  it.each([
    ['null', null],
    ['a list', [1, 2]],
    ['an empty chunk', { size: 0, chunks: [[]] }],
    ['a chunk that is no list', { size: 1, chunks: [1] }],
    ['another size', { size: 2, chunks: [[1]] }],
    ['tickets out of order', { size: 2, chunks: [[2], [1]] }],
    ['a ticket twice', { size: 2, chunks: [[1, 1]] }],
    ['a ticket that is no whole number', { size: 1, chunks: [[1.5]] }],
  ])('is not %s', (_, value) => {
    expect(isQueue(value)).toBe(false);
  });
});
