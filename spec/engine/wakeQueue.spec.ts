import { describe, expect, it } from 'vitest';
import { enqueue, holdWakeUps, releaseWakeUps, withOwnWakeUps } from '../../src/engine/wakeQueue.js';

describe('the wake queue', () => {
  it('runs a wake-up at once', () => {
    const order: string[] = [];
    enqueue(() => order.push('woken'));
    order.push('after');
    expect(order).toEqual(['woken', 'after']);
  });

  it('runs what a wake-up adds after it, one turn deep', () => {
    const order: string[] = [];
    enqueue(() => {
      enqueue(() => order.push('second'));
      order.push('first');
    });
    expect(order).toEqual(['first', 'second']);
  });

  it('runs a chain of 100 000 without deepening the stack', () => {
    let woken = 0;
    const wakeUp = (): void => {
      woken += 1;
      if (woken < 100_000) enqueue(wakeUp);
    };
    enqueue(wakeUp);
    expect(woken).toBe(100_000);
  });

  it('holds wake-ups until the last settlement has ended', () => {
    const order: string[] = [];
    holdWakeUps();
    holdWakeUps();
    enqueue(() => order.push('woken'));
    releaseWakeUps();
    order.push('one has ended');
    releaseWakeUps();
    expect(order).toEqual(['one has ended', 'woken']);
  });

  it('runs the others when one throws', () => {
    const order: string[] = [];
    const mistake = new Error('a mistake');
    holdWakeUps();
    enqueue(() => {
      throw mistake;
    });
    enqueue(() => order.push('next'));
    expect(() => {
      releaseWakeUps();
    }).toThrow(mistake);
    expect(order).toEqual(['next']);
  });

  it('does work with a queue of its own while the other is held', () => {
    const order: string[] = [];
    holdWakeUps();
    enqueue(() => order.push('held'));
    const answer = withOwnWakeUps(() => {
      enqueue(() => order.push('own'));
      return 'done';
    });
    order.push(answer);
    releaseWakeUps();
    expect(order).toEqual(['own', 'done', 'held']);
  });

  it('returns to the other queue when the work throws', () => {
    const order: string[] = [];
    const fail = (): never => {
      throw new Error('the work');
    };
    holdWakeUps();
    expect(() => withOwnWakeUps(fail)).toThrow('the work');
    enqueue(() => order.push('held'));
    expect(order).toEqual([]);
    releaseWakeUps();
    expect(order).toEqual(['held']);
  });
});
