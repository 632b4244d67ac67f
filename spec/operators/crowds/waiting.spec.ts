import { of, Subject, type Observable } from 'rxjs';
import {
  concurrencyLimit,
  gate,
  guard,
  immediate,
  rateLimit,
  retryWithPolicy,
  type RejectedError,
  type GatePolicy,
  type PolicyGate,
} from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { heapUsed } from '../../support/heap.js';
import { size } from '../../support/size.js';

/*
 * Theme: what many waiting calls cost. Memory is counted in bytes and work in signals, not in milliseconds.
 */

/** Counts the signals that a policy receives. */
function counted<S, V>(policy: GatePolicy<S, V>): { readonly policy: GatePolicy<S, V>; readonly count: () => number } {
  let signals = 0;
  const reduce: typeof policy.reduce = (state, signal) => {
    signals += 1;
    return policy.reduce(state, signal);
  };
  return { policy: { ...policy, reduce }, count: () => signals };
}

const through: readonly [string, (limit: PolicyGate) => (source: Observable<number>) => Observable<number>][] = [
  ['guard', (limit) => guard<number>(limit, { maxWait: Infinity })],
  ['gates of a retry', (limit) => retryWithPolicy<number>(immediate, { gates: [limit] })],
];

describe.each(through)('a call that waits in %s', (name, operator) => {
  it.each<[string, number, () => GatePolicy<unknown, { readonly waiting: number }>]>([
    ['concurrencyLimit', 0, () => concurrencyLimit({ limit: 1 })],
    ['rateLimit, with a timer', 1500, () => rateLimit({ limit: 1, per: 1e9 })],
  ])('of a %s takes as much memory however many wait', (_, timer, make) => {
    const bytesEach = (calls: number): number => {
      const limit = gate(make());
      new Subject<number>().pipe(operator(limit)).subscribe();
      const source = of(1).pipe(operator(limit));
      const before = heapUsed();
      const waiting = Array.from({ length: calls }, () => source.subscribe());
      const bytes = (heapUsed() - before) / calls;
      expect(limit.state).toMatchObject({ waiting: calls });
      for (const each of waiting) each.unsubscribe();
      expect(limit.state).toMatchObject({ waiting: 0 });
      return bytes;
    };
    bytesEach(1000);
    const [few, most] = [bytesEach(2000), bytesEach(size(20_000, 100_000))];
    // A retry that waits takes what RxJS's own retry takes, which is more in older versions.
    expect(most).toBeLessThan(timer + (name === 'guard' ? 1500 : 6000));
    expect(most).toBeLessThan(1.25 * few);
  });

  it('is asked for as often however many wait', () => {
    const signalsEach = (calls: number): number => {
      const { policy, count } = counted(concurrencyLimit({ limit: 3 }));
      const limit = gate(policy);
      const first = [1, 2, 3].map(() => new Subject<number>());
      for (const each of first) each.pipe(operator(limit)).subscribe();
      for (let call = 0; call < calls; call += 1) of(call).pipe(operator(limit)).subscribe();
      for (const each of first) each.complete();
      expect(limit.state).toEqual({ running: 0, waiting: 0, free: 3, limit: 3 });
      return count() / calls;
    };
    expect(signalsEach(20_000)).toBeCloseTo(3, 2);
    expect(signalsEach(200)).toBeCloseTo(3, 0);
  });
});

describe('maxWaiting', () => {
  it.each<[string, (maxWaiting: number) => GatePolicy<unknown, { readonly waiting: number }>]>([
    ['concurrencyLimit', (maxWaiting) => concurrencyLimit({ limit: 1, maxWaiting })],
    ['rateLimit', (maxWaiting) => rateLimit({ limit: 1, per: 1e9, maxWaiting })],
  ])('rejects at once the call that finds so many waiting: %s', (_, make) => {
    const limit = gate(make(2), { name: 'limit' });
    const ends: string[] = [];
    const calls = [1, 2, 3, 4].map((call) =>
      new Subject<number>().pipe(guard(limit, { maxWait: Infinity })).subscribe({
        error: (error: unknown) => ends.push(`${String(call)} ${String(error)}`),
      }),
    );
    expect(ends).toEqual(['4 RejectedError: rejected by limit: queue-full']);
    expect(limit.state).toMatchObject({ waiting: 2 });
    calls[1]?.unsubscribe();
    calls.push(new Subject<number>().pipe(guard(limit, { maxWait: Infinity })).subscribe());
    expect(ends).toHaveLength(1);
    expect(limit.state).toMatchObject({ waiting: 2 });
    for (const each of calls) each.unsubscribe();
    expect(limit.state).toMatchObject({ waiting: 0 });
  });

  it('lets no call wait with 0', () => {
    const limit = gate(concurrencyLimit({ limit: 1, maxWaiting: 0 }));
    const reasons: unknown[] = [];
    new Subject<number>().pipe(guard(limit)).subscribe();
    of(1)
      .pipe(guard(limit, { maxWait: Infinity }))
      .subscribe({ error: (error: unknown) => reasons.push((error as RejectedError).reason) });
    expect(reasons).toEqual(['queue-full']);
  });
});
