import { asyncScheduler, noop, VirtualTimeScheduler, type Observable, type SchedulerLike } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it, vi } from 'vitest';
import { wait as waitWith } from '../../src/time/wait.js';

const zero = (): number => 0;
const wait = (ms: number, scheduler: SchedulerLike, askAgain: () => number, hops?: boolean): Observable<0> =>
  waitWith(ms, { scheduler }, { askAgain }, hops);
const mistake = new Error('a mistake');
const thousandYears = 1000 * 365 * 24 * 3_600_000;

/** Waits in virtual time. What happened and when, and the timers that it set. */
function waited(
  ms: number,
  more: () => number,
  hops?: boolean,
): { readonly log: unknown[]; readonly pieces: unknown[] } {
  const scheduler = new VirtualTimeScheduler();
  const schedule = vi.spyOn(scheduler, 'schedule');
  const log: unknown[] = [];
  wait(ms, scheduler, more, hops).subscribe({
    next: (value) => log.push([scheduler.now(), value]),
    error: (error: unknown) => log.push([scheduler.now(), error]),
    complete: () => log.push([scheduler.now(), 'complete']),
  });
  scheduler.flush();
  return { log, pieces: schedule.mock.calls.map(([, delay]) => delay) };
}

describe('wait', () => {
  it('emits once and completes', () => {
    expect(waited(5, zero).log).toEqual([
      [5, 0],
      [5, 'complete'],
    ]);
  });

  it('of 0 is over in the same turn', () => {
    expect(waited(0, zero)).toEqual({
      log: [
        [0, 0],
        [0, 'complete'],
      ],
      pieces: [],
    });
  });

  it('of 0 goes through the scheduler if asked to', () => {
    expect(waited(0, zero, true)).toEqual({
      log: [
        [0, 0],
        [0, 'complete'],
      ],
      pieces: [0],
    });
  });

  it('can be a fraction of a millisecond', () => {
    expect(waited(0.25, zero).log[0]).toEqual([0.25, 0]);
  });

  it('asks at its end how much longer to wait', () => {
    const answers = [3, 4, 0];
    expect(waited(5, () => answers.shift() ?? NaN).log).toEqual([
      [12, 0],
      [12, 'complete'],
    ]);
    expect(answers).toEqual([]);
  });

  it('of 0 that is prolonged goes through the scheduler', () => {
    const answers = [3, 0];
    expect(waited(0, () => answers.shift() ?? NaN)).toEqual({
      log: [
        [3, 0],
        [3, 'complete'],
      ],
      pieces: [3],
    });
  });

  it.each([2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32, 2 ** 40])(
    'of %d ms is made of pieces that a timer can measure',
    (ms) => {
      vi.useFakeTimers({ now: 0 });
      const { setInterval } = globalThis;
      const delays: number[] = [];
      // Not a spy: vitest restores spies after each file, which would bring back this fake timer for the other specs.
      vi.stubGlobal('setInterval', (handler: () => void, delay: number) => {
        delays.push(delay);
        return setInterval(handler, delay);
      });
      const asked: number[] = [];
      wait(ms, asyncScheduler, () => asked.push(Date.now()) - 1).subscribe();
      vi.advanceTimersByTime(2 * ms);
      vi.unstubAllGlobals();
      vi.useRealTimers();
      expect(asked).toEqual([ms]);
      expect(Math.max(...delays)).toBe(2 ** 31 - 1);
    },
  );

  it('of 1000 years of virtual time ends', () => {
    expect(waited(thousandYears, zero).log).toEqual([
      [thousandYears, 0],
      [thousandYears, 'complete'],
    ]);
  });

  it('of 1000 years ends in the virtual time of a TestScheduler', () => {
    const scheduler = new TestScheduler(noop);
    const ends: number[] = [];
    scheduler.run(({ flush }) => {
      wait(thousandYears, asyncScheduler, zero).subscribe(() => ends.push(scheduler.now()));
      flush();
    });
    expect(ends).toEqual([thousandYears]);
  });

  it('of 1000 years can be left in its last piece', () => {
    const scheduler = new VirtualTimeScheduler();
    let asked = 0;
    const subscription = wait(thousandYears, scheduler, () => (asked += 1)).subscribe();
    scheduler.maxFrames = thousandYears - 1;
    scheduler.flush();
    subscription.unsubscribe();
    scheduler.maxFrames = Infinity;
    scheduler.flush();
    expect(asked).toBe(0);
  });

  it('that is prolonged is made of such pieces, too', () => {
    const answers = [2 ** 31 + 5, 0];
    expect(waited(1, () => answers.shift() ?? NaN).log[0]).toEqual([2 ** 31 + 6, 0]);
  });

  it.each([2 ** 53, 2 ** 60, Number.MAX_VALUE])('of %d ms schedules nothing', (ms) => {
    expect(waited(ms, zero)).toEqual({ log: [], pieces: [] });
  });

  it('that is prolonged by 2^53 ms does not end', () => {
    const answers = [2 ** 53, 0];
    const { log } = waited(5, () => answers.shift() ?? NaN);
    expect(log).toEqual([]);
    expect(answers).toEqual([0]);
  });

  it('of 2^53 - 1 ms begins', () => {
    const scheduler = new VirtualTimeScheduler(undefined, 0);
    const schedule = vi.spyOn(scheduler, 'schedule');
    wait(Number.MAX_SAFE_INTEGER, scheduler, zero).subscribe();
    expect(schedule).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['at once', 0],
    ['later', 5],
  ])('fails with what is thrown when it asks, %s', (_, ms) => {
    const { log } = waited(ms, () => {
      throw mistake;
    });
    expect(log).toEqual([[ms, mistake]]);
  });

  it('asks nothing after its consumer has left', () => {
    let asked = 0;
    const more = (): number => (asked += 1);
    const scheduler = new VirtualTimeScheduler();
    const subscription = wait(5, scheduler, more).subscribe();
    subscription.unsubscribe();
    scheduler.flush();
    expect(asked).toBe(0);
  });

  it('ends if its consumer leaves while it asks', () => {
    const scheduler = new VirtualTimeScheduler();
    const subscription = wait(5, scheduler, () => {
      subscription.unsubscribe();
      return 7;
    }).subscribe();
    scheduler.flush();
    expect(scheduler.now()).toBe(5);
  });

  it('is cold: each subscription has its own wait', () => {
    const scheduler = new VirtualTimeScheduler();
    const log: number[] = [];
    const stream = wait(5, scheduler, zero);
    stream.subscribe(() => log.push(scheduler.now()));
    scheduler.flush();
    stream.subscribe(() => log.push(scheduler.now()));
    scheduler.flush();
    expect(log).toEqual([5, 10]);
  });
});
