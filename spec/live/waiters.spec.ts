import { describe, expect, it } from 'vitest';
import { Waiters, type Spread } from '../../src/live/waiters.js';

/** Waits as such a call, and notes what it is told. */
function waiting(waiters: Waiters, call: number): { readonly told: Spread[]; leave(): void } {
  const told: Spread[] = [];
  const subscription = waiters.wakes(call).subscribe((spread) => told.push(spread));
  return {
    told,
    leave() {
      subscription.unsubscribe();
    },
  };
}

describe('those who wait', () => {
  it('are woken by number, at once, and nobody else', () => {
    const waiters = new Waiters();
    const [one, two] = [waiting(waiters, 1), waiting(waiters, 2)];
    waiters.wake([2, 3]);
    expect([one.told, two.told]).toEqual([[], [0]]);
  });

  it('are woken together, spread as told', () => {
    const waiters = new Waiters();
    const [one, two] = [waiting(waiters, 1), waiting(waiters, 2)];
    waiters.wakeAll(500);
    waiters.wakeAll(undefined);
    expect([one.told, two.told]).toEqual([
      [500, undefined],
      [500, undefined],
    ]);
  });

  it('are forgotten when they leave', () => {
    const waiters = new Waiters();
    expect(waiters.areThere).toBe(false);
    const one = waiting(waiters, 1);
    expect(waiters.areThere).toBe(true);
    one.leave();
    expect(waiters.areThere).toBe(false);
    waiters.wakeAll(1);
    expect(one.told).toEqual([]);
  });

  it('may wait again before they leave, and are kept then', () => {
    const waiters = new Waiters();
    const before = waiting(waiters, 1);
    const again = waiting(waiters, 1);
    before.leave();
    waiters.wake([1]);
    expect([before.told, again.told]).toEqual([[], [0]]);
  });

  it('may leave or come while others are woken', () => {
    const waiters = new Waiters();
    const told: number[] = [];
    const late = waiters.wakes(3);
    const comes = (): void => {
      told.push(1);
      late.subscribe(() => told.push(3));
    };
    waiters.wakes(1).subscribe(comes);
    waiters.wakes(2).subscribe(() => told.push(2));
    waiters.wakeAll(0);
    expect(told).toEqual([1, 2]);
  });
});
