import { asapScheduler, asyncScheduler, queueScheduler, VirtualTimeScheduler, type SchedulerLike } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { checkScheduler, checkedRandom, monotonicNow } from '../../src/time/clock.js';

/** A scheduler whose clock shows these times. */
const showing = (...instants: number[]): SchedulerLike => {
  const scheduler = new VirtualTimeScheduler();
  scheduler.now = () => instants.shift() ?? NaN;
  return scheduler;
};

describe('monotonicNow', () => {
  it.each([
    ['a clock that advances', [0, 5, 5, 9], [0, 5, 5, 9]],
    ['a clock of negative numbers', [-9, -5, -1], [-9, -5, -1]],
    ['a step back, which takes no time', [100, 40, 50, 60], [100, 100, 110, 120]],
    ['two steps back', [100, 40, 50, 10, 15], [100, 100, 110, 110, 115]],
    ['a step forward, which counts', [100, 3_600_100, 3_600_110], [100, 3_600_100, 3_600_110]],
    ['a step back and a step forward', [100, 40, 110], [100, 100, 170]],
  ])('%s', (_, shown, expected) => {
    const now = monotonicNow(showing(...shown));
    expect(shown.map(now)).toEqual(expected);
  });
});

describe('checkedRandom', () => {
  it.each([0, 0.5, 1 - Number.EPSILON / 2])('passes %d on', (draw) => {
    expect(checkedRandom('here', () => draw)()).toBe(draw);
  });

  it.each([
    [1, RangeError, '1'],
    [-Number.MIN_VALUE, RangeError, '-5e-324'],
    [NaN, RangeError, 'NaN'],
    [Infinity, RangeError, 'Infinity'],
    ['0.5', TypeError, '"0.5"'],
    [null, TypeError, 'null'],
    [false, TypeError, 'false'],
    [undefined, TypeError, 'undefined'],
  ])('rejects %j', (draw, kind, shown) => {
    expect(checkedRandom('here', () => draw as number)).toThrow(
      new kind(`here: the answer of random must be a number in [0, 1), got ${shown}`),
    );
  });

  it('draws a new number each time', () => {
    const draws = [0.25, 0.75];
    const roll = checkedRandom('here', () => draws.shift() ?? NaN);
    expect([roll(), roll()]).toEqual([0.25, 0.75]);
  });
});

describe('checkScheduler', () => {
  it.each([asyncScheduler, asapScheduler, queueScheduler, new VirtualTimeScheduler()])('accepts %#', (scheduler) => {
    expect(() => {
      checkScheduler('here', scheduler);
    }).not.toThrow();
  });

  it.each([
    [undefined, TypeError, 'undefined'],
    [null, TypeError, 'null'],
    [5, TypeError, '5'],
    ['async', TypeError, '"async"'],
    [Date, TypeError, 'the function Date'],
    [{ now: Date.now }, TypeError, 'an object'],
    [{ schedule: Date.now }, TypeError, 'an object'],
    [{ now: 0, schedule: Date.now }, TypeError, 'an object'],
  ])('rejects %#', (value, kind, shown) => {
    expect(() => {
      checkScheduler('here', value);
    }).toThrow(new kind(`here: scheduler must be an RxJS scheduler, got ${shown}`));
  });
});
