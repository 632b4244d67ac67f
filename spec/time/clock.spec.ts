import { asapScheduler, asyncScheduler, queueScheduler, VirtualTimeScheduler, type SchedulerLike } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkScheduler, checkedRandom, monotonicNow } from '../../src/time/clock.js';

/** A scheduler whose clock shows these times. */
const showing = (...instants: number[]): SchedulerLike => {
  const scheduler = new VirtualTimeScheduler();
  scheduler.now = instants.shift.bind(instants) as () => number;
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
    const now = monotonicNow('here', showing(...shown));
    expect(shown.map(now)).toEqual(expected);
  });
});

describe('monotonicNow on the wall clock', () => {
  const hour = 3_600_000;
  beforeEach(() => {
    vi.useFakeTimers({ now: 1e12 });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  /** Lets `ms` milliseconds pass and sets the clock of the platform by `step`. */
  const pass = (ms: number, step = 0): void => {
    vi.advanceTimersByTime(ms);
    vi.setSystemTime(Date.now() + step);
  };

  it('does not lose the time before a step back', () => {
    const now = monotonicNow('here', asyncScheduler);
    const start = now();
    pass(230, -hour);
    expect(now() - start).toBe(230);
    pass(20);
    expect(now() - start).toBe(250);
  });

  it('does not lose the time before several steps back', () => {
    const now = monotonicNow('here', asyncScheduler);
    const start = now();
    for (let step = 1; step <= 3; step += 1) {
      pass(100, -hour);
      expect(now() - start).toBe(100 * step);
    }
  });

  it('measures from its first reading', () => {
    const now = monotonicNow('here', asyncScheduler);
    pass(500, -hour);
    const start = now();
    pass(30, -1000);
    expect(now() - start).toBe(30);
  });

  it('never goes back after a step forward', () => {
    const now = monotonicNow('here', asyncScheduler);
    const start = now();
    pass(10, hour);
    expect(now() - start).toBe(10 + hour);
    pass(10, -hour);
    expect(now() - start).toBe(10 + hour);
    pass(10);
    expect(now() - start).toBe(20 + hour);
  });

  it.each([
    ['without performance', asyncScheduler, undefined],
    [
      'with a clock that is no wall clock',
      Object.assign(new VirtualTimeScheduler(), { now: () => Date.now() - 1e12 }),
      performance,
    ],
  ])('takes a step back as no time %s', (_, scheduler, performance) => {
    vi.stubGlobal('performance', performance);
    const now = monotonicNow('here', scheduler);
    const start = now();
    pass(230, -hour);
    expect(now() - start).toBe(0);
    pass(20);
    expect(now() - start).toBe(20);
  });
});

describe('monotonicNow with a bad scheduler', () => {
  it.each([
    [NaN, RangeError, 'NaN'],
    [Infinity, RangeError, 'Infinity'],
    [-Infinity, RangeError, '-Infinity'],
    ['5', TypeError, '"5"'],
    [undefined, TypeError, 'undefined'],
    [new Date(5), TypeError, 'an object'],
  ])('rejects %s once, and recovers', (bad, kind, shown) => {
    const message = `here: the answer of scheduler.now must be a finite number, got ${shown}`;
    const first = monotonicNow('here', showing(bad as number, 100, 110));
    expect(first).toThrow(new kind(message));
    expect([first(), first()]).toEqual([100, 110]);
    const later = monotonicNow('here', showing(100, bad as number, 110, 90, 95));
    expect(later()).toBe(100);
    expect(later).toThrow(new kind(message));
    expect([later(), later(), later()]).toEqual([110, 110, 115]);
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
      checkScheduler('here', 'scheduler', scheduler);
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
      checkScheduler('here', 'scheduler', value);
    }).toThrow(new kind(`here: scheduler must be an RxJS scheduler, got ${shown}`));
  });
});
