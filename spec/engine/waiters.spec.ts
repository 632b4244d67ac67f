import { describe, expect, it } from 'vitest';
import { Waiters } from '../../src/engine/waiters.js';

/** Parks a call, and notes how it is woken. */
function park(waiters: Waiters, ticket: number) {
  const woken: (number | undefined)[] = [];
  const waiter = {
    wake(span: number | undefined): void {
      woken.push(span);
    },
  };
  waiters.park(ticket, waiter);
  return {
    woken,
    leave(): void {
      waiters.unpark(ticket, waiter);
    },
  };
}

describe('waiting calls', () => {
  it('are woken by ticket, at once, and no others', () => {
    const waiters = new Waiters();
    const [one, two] = [park(waiters, 1), park(waiters, 2)];
    waiters.wake([2, 3]);
    expect([one.woken, two.woken]).toEqual([[], [0]]);
  });

  it('are woken together, with the span over which they spread', () => {
    const waiters = new Waiters();
    const [one, two] = [park(waiters, 1), park(waiters, 2)];
    waiters.wakeAll(500);
    waiters.wakeAll(undefined);
    expect([one.woken, two.woken]).toEqual([
      [500, undefined],
      [500, undefined],
    ]);
  });

  it('are woken at once if they are alone', () => {
    const waiters = new Waiters();
    const one = park(waiters, 1);
    waiters.wakeAll(500);
    waiters.wakeAll(undefined);
    expect(one.woken).toEqual([0, 0]);
  });

  it('are forgotten when they leave', () => {
    const waiters = new Waiters();
    expect(waiters.isEmpty).toBe(true);
    const one = park(waiters, 1);
    expect(waiters.isEmpty).toBe(false);
    one.leave();
    expect(waiters.isEmpty).toBe(true);
    waiters.wakeAll(1);
    expect(one.woken).toEqual([]);
  });

  it('stay when an earlier waiter with the same ticket leaves', () => {
    const waiters = new Waiters();
    const before = park(waiters, 1);
    const again = park(waiters, 1);
    before.leave();
    waiters.wake([1]);
    expect([before.woken, again.woken]).toEqual([[], [0]]);
  });

  it('may park and leave while others are woken', () => {
    const waiters = new Waiters();
    const order: number[] = [];
    const waiter = (ticket: number, act: () => void = () => undefined) => ({
      wake(): void {
        order.push(ticket);
        act();
      },
    });
    waiters.park(
      1,
      waiter(1, () => {
        waiters.park(3, waiter(3));
      }),
    );
    waiters.park(2, waiter(2));
    waiters.wakeAll(0);
    expect(order).toEqual([1, 2]);
  });
});
