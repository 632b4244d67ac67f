import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EventQueue } from '../../../src/lab/model/eventQueue.js';

/** Takes all events, with their times. */
function takeAll(queue: EventQueue): (readonly [at: number, id: number])[] {
  const taken: (readonly [number, number])[] = [];
  while (queue.next < Infinity) taken.push([queue.next, queue.take()]);
  return taken;
}

it('returns events in order of time, and those at the same time in order of adding', () => {
  const queue = new EventQueue(100);
  [30, 10, 30, 0, 10, 99.9].forEach((at, id) => {
    queue.add(at, id);
  });
  expect(takeAll(queue)).toEqual([
    [0, 3],
    [10, 1],
    [10, 4],
    [30, 0],
    [30, 2],
    [99.9, 5],
  ]);
});

it('drops events at the end or later', () => {
  const queue = new EventQueue(100);
  queue.add(100, 1);
  queue.add(Infinity, 2);
  expect(queue.next).toBe(Infinity);
});

it('behaves like a sorted list, whatever is added while events are taken', () => {
  const waits = fc.array(fc.oneof(fc.double({ min: 0, max: 2000, noNaN: true }), fc.constantFrom(0, 1, 500)), {
    minLength: 1,
    maxLength: 200,
  });
  fc.assert(
    fc.property(waits, waits, (first, later) => {
      const queue = new EventQueue(10_000);
      const sorted: { at: number; sequence: number; id: number }[] = [];
      let sequence = 0;
      const add = (at: number, id: number): void => {
        queue.add(at, id);
        sorted.push({ at, sequence: (sequence += 1), id });
        sorted.sort((one, other) => one.at - other.at || one.sequence - other.sequence);
      };
      first.forEach(add);
      for (const wait of later) {
        const next = sorted.shift();
        if (next === undefined) break;
        expect([queue.next, queue.take()]).toEqual([next.at, next.id]);
        if (next.at + wait < 10_000) add(next.at + wait, next.id);
      }
      expect(takeAll(queue)).toEqual(sorted.map(({ at, id }) => [at, id]));
    }),
  );
});

it('grows for many events', () => {
  const queue = new EventQueue(1e6);
  for (let id = 9999; id >= 0; id -= 1) queue.add(10 * id, id);
  expect(takeAll(queue).map(([, id]) => id)).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
});
