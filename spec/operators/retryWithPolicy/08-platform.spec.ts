import { asyncScheduler, defer, lastValueFrom, noop, of, queueScheduler, throwError, VirtualTimeScheduler } from 'rxjs';
import {
  both,
  circuit,
  circuitBreak,
  fixed,
  retries,
  retryWithPolicy,
  sequence,
  within,
  type Policy,
  type RetryEvent,
} from 'rxjs-reprise';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { size } from '../../support/size.js';

/*
 * Time that marbles cannot show: the timers and the clock of the platform. Virtual time has no longest timer and no wall
 * clock that is set back.
 */

const lost = new Error('lost');
const [hour, day] = [3_600_000, 24 * 3_600_000];

/** Runs a stream that fails at once. How often it was subscribed, and how it ended. */
function running(policy: Policy): { subscribed: number; end: unknown; leave: () => void } {
  const seen = { subscribed: 0, end: undefined as unknown, leave: noop };
  const source = defer(() => {
    seen.subscribed += 1;
    return throwError(() => lost);
  });
  const subscription = source.pipe(retryWithPolicy(policy)).subscribe({
    error: (error: unknown) => {
      seen.end = error;
    },
  });
  seen.leave = () => {
    subscription.unsubscribe();
  };
  return seen;
}

describe('on the timers of the platform', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ['asyncScheduler', asyncScheduler],
    ['queueScheduler', queueScheduler],
  ])('of 20 000 waits of 0, every 512th goes through the %s', (_, scheduler) => {
    let subscribed = 0;
    let end: unknown;
    const source = defer(() => {
      subscribed += 1;
      return throwError(() => lost);
    });
    source.pipe(retryWithPolicy(retries(20_000), { scheduler })).subscribe({
      error: (error: unknown) => {
        end = error;
      },
    });
    expect(subscribed).toBe(512);
    vi.runAllTimers();
    expect([subscribed, end]).toEqual([20_001, lost]);
  });

  it('a wait of 0 takes no timer', () => {
    const seen = running(retries(1));
    expect(seen).toMatchObject({ subscribed: 2, end: lost });
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['1 ms', 1],
    ['2^31 - 1 ms', 2 ** 31 - 1],
    ['2^31 ms', 2 ** 31],
    ['12b 30 days', 30 * day],
    ['60 days', 60 * day],
  ])('a wait of %s ends at that millisecond, not one earlier', (_, ms) => {
    const seen = running(both(fixed(ms), retries(1)));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(ms - 1);
    expect(seen).toMatchObject({ subscribed: 1, end: undefined });
    vi.advanceTimersByTime(1);
    expect(seen).toMatchObject({ subscribed: 2, end: lost });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('a wait that cannot end has no timer', () => {
    const seen = running(fixed(Number.MAX_VALUE));
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(365 * day);
    expect(seen).toMatchObject({ subscribed: 1, end: undefined });
  });

  it.each([
    ['in its first piece', 5],
    ['in its second piece', 2 ** 31 + 5],
  ])('a consumer that leaves a wait %s clears the timer', (_, ms) => {
    const seen = running(fixed(60 * day));
    vi.advanceTimersByTime(ms);
    expect(vi.getTimerCount()).toBe(1);
    seen.leave();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('a consumer that leaves at a zero wait on the scheduler clears the timer', () => {
    const seen = running(sequence(Array.from({ length: 600 }, () => 0)));
    expect(seen.subscribed).toBe(512);
    expect(vi.getTimerCount()).toBe(1);
    seen.leave();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(hour);
    expect(seen.subscribed).toBe(512);
  });

  it.each([
    ['set back an hour: keeps its deadline', -hour, 4],
    ['set forward an hour: gives up sooner', hour, 3],
    ['left alone: keeps its deadline', 0, 4],
  ])('39 with a wall clock that is %s', (_, jump, attempts) => {
    const seen = running(within(350, fixed(100)));
    vi.advanceTimersByTime(150);
    vi.setSystemTime(Date.now() + jump);
    vi.advanceTimersByTime(10_000);
    expect(seen).toMatchObject({ subscribed: attempts, end: lost });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('D17 a scheduler that answers NaN once ends one stream with an error that names it, and the next one runs', () => {
    const scheduler = new VirtualTimeScheduler();
    const answers = [NaN, Infinity];
    const { now } = scheduler;
    scheduler.now = () => answers.shift() ?? now.call(scheduler);
    const ends: unknown[] = [];
    const stream = of('ok').pipe(retryWithPolicy(fixed(5), { scheduler }));
    for (let run = 1; run <= 3; run += 1)
      stream.subscribe({ next: (v) => ends.push(v), error: (e: unknown) => ends.push(String(e)) });
    const message = 'RangeError: retryWithPolicy: the answer of scheduler.now must be a finite number, got';
    expect(ends).toEqual([`${message} NaN`, `${message} Infinity`, 'ok']);
  });

  it('A22 an open circuit that is first read after the wall clock was set back keeps its time', () => {
    const live = circuit({ threshold: 1, resetAfter: 200 });
    throwError(() => lost)
      .pipe(circuitBreak(live))
      .subscribe({ error: noop });
    vi.advanceTimersByTime(230);
    vi.setSystemTime(Date.now() - hour);
    expect(live.state.retryAfter).toBe(0);
  });

  it('the observer receives no negative time', () => {
    const elapsed: number[] = [];
    const observe = (event: RetryEvent): void => {
      elapsed.push(event.elapsed);
    };
    throwError(() => lost)
      .pipe(retryWithPolicy(both(fixed(100), retries(2)), { observe }))
      .subscribe({ error: noop });
    vi.setSystemTime(Date.now() - hour);
    vi.advanceTimersByTime(200);
    expect(elapsed).toEqual([0, 0, 100, 100, 200, 200]);
  });
});

describe('24 a long row of failures without a wait', { timeout: 60_000 }, () => {
  // A plain retry without a wait overflows the stack after some 7 400 failures.

  /** Whether a timer fired before `end` came. */
  const alive = async (end: Promise<unknown>): Promise<boolean> => {
    let hasFired = false;
    const timer = setTimeout(() => {
      hasFired = true;
    }, 10);
    await end;
    clearTimeout(timer);
    return hasFired;
  };

  it('gives the original error with the stack intact, and other timers fire meanwhile', async () => {
    const attempts = size(200_000, 1_000_000);
    const error = new RangeError('the original');
    let subscribed = 0;
    const source = defer(() => {
      subscribed += 1;
      return throwError(() => error);
    });
    const end = lastValueFrom(source.pipe(retryWithPolicy(retries(attempts - 1))));
    expect(await alive(expect(end).rejects.toBe(error))).toBe(true);
    expect(subscribed).toBe(attempts);
  });

  it('and then a success gives its value', async () => {
    const failures = size(100_000, 1_000_000);
    let subscribed = 0;
    const source = defer(() => ((subscribed += 1) > failures ? of('ok') : throwError(() => lost)));
    const end = lastValueFrom(source.pipe(retryWithPolicy(retries(Infinity))));
    expect(await alive(expect(end).resolves.toBe('ok'))).toBe(true);
    expect(subscribed).toBe(failures + 1);
  });
});
