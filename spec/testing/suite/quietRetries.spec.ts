import { asyncScheduler, defer, firstValueFrom, lastValueFrom, of, throwError, timer, type Observable } from 'rxjs';
import {
  both,
  circuit,
  exponential,
  exponentialBackoff,
  fixed,
  gate,
  guard,
  immediate,
  rateLimit,
  retries,
  retryWithPolicy,
  within,
  type RetryEvent,
} from 'rxjs-reprise';
import { marbles, quietRetries } from 'rxjs-reprise/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { thrownBy } from '../../support/thrown.js';

/*
 * A suite without waits. These tests take real time, so each of them would time out if a wait were real.
 */

const original = Object.getOwnPropertyDescriptors(asyncScheduler);
const isQuiet = (): boolean => Object.hasOwn(asyncScheduler, 'schedule');
const restores: (() => void)[] = [];

afterEach(() => {
  for (const restore of restores.splice(0).reverse()) restore();
  vi.unstubAllGlobals();
});

const quiet: typeof quietRetries = (options) => {
  const restore = quietRetries(options);
  restores.push(restore);
  return restore;
};

const anHour = 3_600_000;
const fails = (): Observable<never> => throwError(() => new Error('busy'));
const endOf = (stream: Observable<unknown>): Promise<unknown> =>
  firstValueFrom(stream).catch((error: unknown) => error);

describe('quietRetries', () => {
  it('turns the waits of retries to nothing, and lets the clock jump', async () => {
    quiet();
    const events: RetryEvent[] = [];
    const policy = within(3.5 * anHour, both(fixed(anHour), retries(9)));
    await endOf(fails().pipe(retryWithPolicy(policy, { observe: (event) => events.push(event) })));
    const waits = events.filter(({ kind }) => kind === 'retrying');
    expect(waits).toHaveLength(3);
    expect(Math.round(Number(events.at(-1)?.elapsed) / anHour)).toBe(3);
    expect(events.at(-1)).toMatchObject({ kind: 'gave-up', attempt: 4, reason: 'deadline' });
  });

  it('bounds the attempts, also those without a wait', async () => {
    quiet({ attempts: 2 });
    let calls = 0;
    const counted = defer(() => throwError(() => new Error(`failure ${String((calls += 1))}`)));
    await endOf(counted.pipe(retryWithPolicy(immediate)));
    await endOf(counted.pipe(retryWithPolicy(exponentialBackoff())));
    expect(calls).toBe(4);
  });

  it('ends the waits for gates, in the order in which they would end', async () => {
    quiet();
    const users = circuit({ name: 'users', resetAfter: anHour });
    users.open();
    await expect(firstValueFrom(of('a').pipe(retryWithPolicy(retries(1), { gates: [users] })))).resolves.toBe('a');
    const rate = gate(rateLimit({ limit: 1, per: anHour }));
    const order: number[] = [];
    const call = (n: number): Promise<unknown> =>
      lastValueFrom(defer(() => of(order.push(n))).pipe(guard(rate, { maxWait: 9 * anHour })));
    await Promise.all([call(1), call(2), call(3)]);
    expect(order).toEqual([1, 2, 3]);
    const waits: number[] = [];
    const after = (ms: number): Promise<unknown> =>
      endOf(fails().pipe(retryWithPolicy(both(fixed(ms), retries(1))))).then(() => waits.push(ms));
    await Promise.all([after(3 * anHour), after(anHour), after(2 * anHour)]);
    expect(waits).toEqual([anHour, 2 * anHour, 3 * anHour]);
  });

  it('ends waits of the same length in the order in which they began', async () => {
    quiet();
    const calls: number[] = [];
    const load = (id: number): Promise<unknown> => {
      const source = defer(() => {
        calls.push(id);
        return fails();
      });
      return endOf(source.pipe(retryWithPolicy(both(fixed(anHour), retries(1)))));
    };
    const before = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(before);
    await Promise.all([1, 2, 3].map(load));
    vi.restoreAllMocks();
    expect(calls).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it('forgets a wait whose consumer has left', async () => {
    quiet();
    let calls = 0;
    const counted = defer(() => throwError(() => new Error(String((calls += 1)))));
    const subscription = counted.pipe(retryWithPolicy(fixed(anHour))).subscribe();
    subscription.unsubscribe();
    await firstValueFrom(timer(5));
    expect(calls).toBe(1);
  });

  it('leaves timers of RxJS and marbles alone', async () => {
    quiet({ delay: 0 });
    const seen: string[] = [];
    const later = timer(60_000).subscribe(() => seen.push('timer'));
    await endOf(fails().pipe(retryWithPolicy(both(fixed(anHour), retries(1)))));
    expect(seen).toEqual([]);
    later.unsubscribe();
    marbles(({ cold, expectObservable }) => {
      const policy = both(exponential(4), retries(1));
      expectObservable(cold('-#').pipe(retryWithPolicy(policy))).toBe('------#');
    })();
  });

  it('makes waits as long as it says', async () => {
    quiet({ delay: 20 });
    const seen: string[] = [];
    timer(1).subscribe(() => seen.push('timer'));
    await endOf(fails().pipe(retryWithPolicy(both(fixed(anHour), retries(1)))));
    expect(seen).toEqual(['timer']);
  });

  it('is restored by its function, once', () => {
    const restore = quietRetries({ attempts: 1 });
    expect(isQuiet()).toBe(true);
    restore();
    const again = quietRetries();
    restore();
    expect(isQuiet()).toBe(true);
    again();
    expect(isQuiet()).toBe(false);
    expect(Object.getOwnPropertyDescriptors(asyncScheduler)).toEqual(original);
  });

  it('bounds no attempts after it was restored', async () => {
    quiet({ attempts: 2 })();
    let calls = 0;
    const source = defer(() => {
      calls += 1;
      return fails();
    });
    await endOf(source.pipe(retryWithPolicy(both(immediate, retries(4)))));
    expect(calls).toBe(5);
  });

  it('is restored at the end of the suite', () => {
    const ends: (() => void)[] = [];
    const afterAll = (end: () => void): unknown => ends.push(end);
    quietRetries({ afterAll });
    vi.stubGlobal('after', afterAll);
    quietRetries();
    vi.stubGlobal('afterAll', afterAll);
    quietRetries();
    expect(ends).toHaveLength(3);
    for (const end of ends.reverse()) end();
    expect(isQuiet()).toBe(false);
  });

  it('names what is wrong, and changes nothing', () => {
    const wrong = [
      () => quietRetries({ attempts: 0 }),
      () => quietRetries({ delay: -1 }),
      () => quietRetries({ afterAll: 3 as never }),
      () => quietRetries({ attempt: 3 } as never),
    ].map((act) => String(thrownBy(act)));
    expect(wrong).toEqual([
      expect.stringContaining('RangeError: quietRetries: attempts must be a whole number, at least 1'),
      expect.stringContaining('RangeError: quietRetries: delay must be'),
      expect.stringContaining('TypeError: quietRetries: afterAll must be a function'),
      'TypeError: quietRetries: there is no option attempt, only attempts, afterAll, delay',
    ]);
    expect(isQuiet()).toBe(false);
  });
});
