import {
  concat,
  concatMap,
  defer,
  finalize,
  NEVER,
  of,
  takeUntil,
  throwError,
  timer,
  VirtualTimeScheduler,
} from 'rxjs';
import type { Observable, SchedulerLike } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  adaptiveThrottle,
  both,
  circuit,
  circuitBreak,
  concurrencyLimit,
  fixed,
  guard,
  rateLimit,
  retries,
  retryBudget,
  retryWithPolicy,
  gate,
  retryQuota,
  type Circuit,
  type PolicyGate,
} from 'rxjs-reprise';
import { seededRandom } from 'rxjs-reprise/testing';

/*
 * 100 000 streams over one circuit: their calls complete, fail or hang, with and without a value, and the consumers
 * leave, all at random moments of virtual time. At the end nobody is subscribed, nobody listens, no probe is out and
 * no timer runs. No lease ends within the time of the soak: a place that leaks would never come back.
 */

const streams = 100_000;

const down = throwError(() => new Error('down'));
const endings = [of('a'), concat(of('a'), NEVER), concat(of('a'), down), down, NEVER] as const;

function soak(guard: (live: Circuit, scheduler: SchedulerLike, call: Observable<string>) => Observable<string>): void {
  const scheduler = new VirtualTimeScheduler();
  const random = seededRandom(61);
  const draw = (n: number): number => Math.floor(random() * n);
  const halfOpen = { calls: 2, probeTimeout: 1e9 };
  const live = circuit({ threshold: 6, window: 30, resetAfter: 20, halfOpen, scheduler, random });
  const fresh = JSON.stringify(live.snapshot()).length;
  const seen = new Map<string, number>();
  const log = live.events$.subscribe(({ kind }) => seen.set(kind, (seen.get(kind) ?? 0) + 1));

  let calls = 0;
  let [running, most] = [0, 0];
  const call = defer(() => {
    calls += 1;
    running += 1;
    return timer(draw(10), scheduler).pipe(concatMap(() => endings[draw(endings.length)] ?? NEVER));
  }).pipe(finalize(() => (running -= 1)));

  let begun = 0;
  scheduler.schedule(function begin() {
    guard(live, scheduler, call)
      .pipe(takeUntil(timer(draw(20), scheduler)))
      .subscribe({ error: () => undefined });
    most = Math.max(most, running);
    if (draw(1000) === 0) live.isolate().release();
    begun += 1;
    if (begun < streams) this.schedule(undefined, draw(4));
  });
  scheduler.flush();
  log.unsubscribe();

  expect(begun).toBe(streams);
  expect(calls).toBeGreaterThan(streams / 10);
  expect([...seen.keys()].sort()).toEqual(['closed', 'half-opened', 'isolated', 'late', 'opened', 'rejected']);
  expect(Math.min(...seen.values())).toBeGreaterThan(50);
  expect(most).toBeLessThan(50);
  expect(running).toBe(0);
  expect(scheduler.actions).toEqual([]);
  expect(live).toHaveProperty('folds.observed', false);
  expect(live.snapshot()).not.toHaveProperty('state.probes.0');
  live.reset();
  expect(JSON.stringify(live.snapshot()).length - fresh).toBeLessThan(20);
}

/**
 * The same over limits, a budget and a throttle in common. At the end all places are free, nobody waits, no price is
 * remembered, and the states are as small as at the beginning.
 */
function soakOfLimits(
  guarded: (gates: Readonly<Record<'quota' | 'places' | 'budget' | 'bucket' | 'throttle', PolicyGate>>) => {
    readonly through: (call: Observable<string>, scheduler: SchedulerLike) => Observable<string>;
    readonly reasons: readonly string[];
  },
): void {
  const scheduler = new VirtualTimeScheduler();
  const random = seededRandom(62);
  const draw = (n: number): number => Math.floor(random() * n);
  const options = { scheduler, random };
  const gates = {
    quota: gate(rateLimit({ limit: 3, per: 10, burst: 3 }), options),
    places: gate(concurrencyLimit({ limit: 3 }), options),
    budget: gate(retryBudget({ ratio: 0.1, reserve: 0, window: 200 }), options),
    bucket: gate(retryQuota({ capacity: 20, cost: 7, refund: 1 }), options),
    throttle: gate(adaptiveThrottle({ k: 4, window: 100 }), options),
  };
  const { through, reasons } = guarded(gates);
  const seen = new Map<string, number>();
  const logs = Object.values(gates).map((gate) =>
    gate.events$.subscribe((event) => {
      const what = event.kind === 'rejected' ? event.reason : event.kind;
      seen.set(what, (seen.get(what) ?? 0) + 1);
    }),
  );

  let [calls, running, most] = [0, 0, 0];
  const call = defer(() => {
    calls += 1;
    running += 1;
    most = Math.max(most, running);
    return timer(draw(10), scheduler).pipe(concatMap(() => endings[draw(endings.length)] ?? NEVER));
  }).pipe(finalize(() => (running -= 1)));

  let begun = 0;
  scheduler.schedule(function begin() {
    through(call, scheduler)
      .pipe(takeUntil(timer(draw(40), scheduler)))
      .subscribe({ error: () => undefined });
    begun += 1;
    if (begun < streams) this.schedule(undefined, draw(5));
  });
  scheduler.flush();
  for (const log of logs) log.unsubscribe();

  expect(begun).toBe(streams);
  expect(calls).toBeGreaterThan(streams / 10);
  expect([...seen.keys()].sort()).toEqual(['admitted', ...reasons].sort());
  expect(Math.min(...seen.values())).toBeGreaterThan(50);
  expect(most).toBe(3);
  expect(running).toBe(0);
  expect(scheduler.actions).toEqual([]);
  for (const gate of Object.values(gates)) expect(gate).toHaveProperty('folds.observed', false);
  expect(gates.places.state).toEqual({ running: 0, waiting: 0, free: 3 });
  expect(gates.quota.state).toMatchObject({ waiting: 0 });
  expect(gates.bucket.snapshot()).toMatchObject({ state: { paid: [] } });
  for (const gate of Object.values(gates)) expect(JSON.stringify(gate.snapshot()).length).toBeLessThan(800);
}

describe('61 a soak of 100 000 streams over one circuit leaves nothing behind', { timeout: 60_000 }, () => {
  it('behind circuitBreak', () => {
    soak((live, _, call) => call.pipe(circuitBreak(live)));
  });

  it('behind retryWithPolicy, where those who are rejected wait', () => {
    const policy = both(fixed(2), retries(3));
    soak((live, scheduler, call) => call.pipe(retryWithPolicy(policy, { gates: [live], scheduler })));
  });
});

describe('62 a soak of 100 000 streams over limits in common leaves nothing behind', { timeout: 60_000 }, () => {
  it('behind guard, where some are patient', () => {
    soakOfLimits(({ quota, places, throttle }) => {
      let turn = 0;
      return {
        through: (call, scheduler) =>
          call.pipe(guard(throttle, quota, places, { maxWait: (turn += 5) % 25, scheduler })),
        reasons: ['rate', 'concurrency', 'throttle'],
      };
    });
  });

  it('behind retryWithPolicy, where retries are paid for', () => {
    const policy = both(fixed(2), retries(3));
    soakOfLimits(({ quota, places, budget, bucket }) => ({
      through: (call, scheduler) =>
        call.pipe(retryWithPolicy(policy, { gates: [budget, bucket, quota, places], scheduler })),
      reasons: ['rate', 'concurrency', 'budget', 'tokens'],
    }));
  });
});
