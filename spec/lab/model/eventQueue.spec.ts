import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EventQueue } from '../../../src/lab/model/eventQueue.js';

/** Takes all out, and answers at what time each came. */
function emptied(calendar: EventQueue): (readonly [at: number, thing: number])[] {
  const taken: (readonly [number, number])[] = [];
  while (calendar.next < Infinity) taken.push([calendar.next, calendar.take()]);
  return taken;
}

it('answers in the order of time, ties in the order of entering', () => {
  const calendar = new EventQueue(100);
  [30, 10, 30, 0, 10, 99.9].forEach((at, thing) => {
    calendar.add(at, thing);
  });
  expect(emptied(calendar)).toEqual([
    [0, 3],
    [10, 1],
    [10, 4],
    [30, 0],
    [30, 2],
    [99.9, 5],
  ]);
});

it('forgets what happens at the end or later', () => {
  const calendar = new EventQueue(100);
  calendar.add(100, 1);
  calendar.add(Infinity, 2);
  expect(calendar.next).toBe(Infinity);
});

it('is a sorted list, whatever is entered while it is emptied', () => {
  const waits = fc.array(fc.oneof(fc.double({ min: 0, max: 2000, noNaN: true }), fc.constantFrom(0, 1, 500)), {
    minLength: 1,
    maxLength: 200,
  });
  fc.assert(
    fc.property(waits, waits, (first, later) => {
      const calendar = new EventQueue(10_000);
      const plain: { at: number; turn: number; thing: number }[] = [];
      let turn = 0;
      const add = (at: number, thing: number): void => {
        calendar.add(at, thing);
        plain.push({ at, turn: (turn += 1), thing });
        plain.sort((one, other) => one.at - other.at || one.turn - other.turn);
      };
      first.forEach(add);
      for (const wait of later) {
        const next = plain.shift();
        if (next === undefined) break;
        expect([calendar.next, calendar.take()]).toEqual([next.at, next.thing]);
        if (next.at + wait < 10_000) add(next.at + wait, next.thing);
      }
      expect(emptied(calendar)).toEqual(plain.map(({ at, thing }) => [at, thing]));
    }),
  );
});

it('has room for many', () => {
  const calendar = new EventQueue(1e6);
  for (let thing = 9999; thing >= 0; thing -= 1) calendar.add(10 * thing, thing);
  expect(emptied(calendar).map(([, thing]) => thing)).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
});
