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
import { size } from '../../support/size.js';
import { wakeAll } from '../../support/stage.js';

/*
 * Thousands of streams over the same gates. Their calls complete, fail or hang, with and without a value, and their
 * consumers leave, all at random instants of virtual time. At the end no source is subscribed, no stream waits, no probe
 * is running and no timer is left. No probe times out during the soak, so that a leaked slot would never come back.
 */

const streams = size(25_000, 100_000);
/** How often the rarest kind of event must have happened. */
const floor = size(5, 50);

/** A consumer leaves in less than this many milliseconds. */
const stay = { circuit: 20, limits: 40 };

const down = throwError(() => new Error('down'));
const endings = [of('a'), concat(of('a'), NEVER), concat(of('a'), down), down, NEVER] as const;

/** `protect` puts one circuit around the calls. */
function soak(
  protect: (live: Circuit, scheduler: SchedulerLike, call: Observable<string>) => Observable<string>,
): void {
  const scheduler = new VirtualTimeScheduler();
  const random = seededRandom(61);
  const draw = (n: number): number => Math.floor(random() * n);
  const halfOpen = { probes: 2, probeTimeout: 1e9 };
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

  let [begun, last] = [0, 0];
  scheduler.schedule(function begin() {
    protect(live, scheduler, call)
      .pipe(takeUntil(timer(draw(stay.circuit), scheduler)))
      .subscribe({ error: () => undefined });
    most = Math.max(most, running);
    if (draw(1000) === 0) live.isolate().release();
    begun += 1;
    last = scheduler.now();
    if (begun < streams) this.schedule(undefined, draw(4));
  });
  scheduler.flush();
  log.unsubscribe();

  expect(begun).toBe(streams);
  expect(calls).toBeGreaterThan(streams / 10);
  expect([...seen.keys()].sort()).toEqual(['closed', 'half-opened', 'isolated', 'late', 'opened', 'rejected']);
  expect(Math.min(...seen.values())).toBeGreaterThan(floor);
  expect(most).toBeLessThan(50);
  expect(running).toBe(0);
  expect(scheduler.now()).toBeLessThan(last + stay.circuit);
  expect(live.snapshot()).not.toHaveProperty('state.probes.0');

  const end = { calls, now: scheduler.now() };
  wakeAll([live], scheduler);
  live.reset();
  scheduler.flush();
  expect({ calls, now: scheduler.now() }).toEqual(end);
  expect(JSON.stringify(live.snapshot()).length - fresh).toBeLessThan(20);
}

/**
 * The same over shared limits, a budget and a throttle. At the end all slots are free, no stream waits, no payment is
 * remembered, and the states are as small as at the beginning.
 */
function soakOfLimits(
  protect: (gates: Readonly<Record<'rate' | 'slots' | 'budget' | 'quota' | 'throttle', PolicyGate>>) => {
    readonly through: (call: Observable<string>, scheduler: SchedulerLike) => Observable<string>;
    readonly reasons: readonly string[];
  },
): void {
  const scheduler = new VirtualTimeScheduler();
  const random = seededRandom(62);
  const draw = (n: number): number => Math.floor(random() * n);
  const options = { scheduler, random };
  const gates = {
    rate: gate(rateLimit({ limit: 3, per: 10, burst: 3 }), options),
    slots: gate(concurrencyLimit({ limit: 3 }), options),
    budget: gate(retryBudget({ ratio: 0.1, reserve: 0, window: 200 }), options),
    quota: gate(retryQuota({ capacity: 20, cost: 7, refund: 1 }), options),
    throttle: gate(adaptiveThrottle({ k: 4, window: 100 }), options),
  };
  const { through, reasons } = protect(gates);
  const seen = new Map<string, number>();
  const logs = Object.values(gates).map((each) =>
    each.events$.subscribe((event) => {
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

  let [begun, last] = [0, 0];
  scheduler.schedule(function begin() {
    through(call, scheduler)
      .pipe(takeUntil(timer(draw(stay.limits), scheduler)))
      .subscribe({ error: () => undefined });
    begun += 1;
    last = scheduler.now();
    if (begun < streams) this.schedule(undefined, draw(5));
  });
  scheduler.flush();
  for (const log of logs) log.unsubscribe();

  expect(begun).toBe(streams);
  expect(calls).toBeGreaterThan(streams / 10);
  expect([...seen.keys()].sort()).toEqual(['admitted', ...reasons].sort());
  expect(Math.min(...seen.values())).toBeGreaterThan(floor);
  expect(most).toBe(3);
  expect(running).toBe(0);
  expect(scheduler.now()).toBeLessThan(last + stay.limits);
  expect(gates.slots.state).toEqual({ running: 0, waiting: 0, free: 3, limit: 3 });
  expect(gates.rate.state).toMatchObject({ waiting: 0 });
  expect(gates.quota.snapshot()).toMatchObject({ state: { paid: [] } });
  for (const each of Object.values(gates)) expect(JSON.stringify(each.snapshot()).length).toBeLessThan(800);

  const end = { calls, now: scheduler.now() };
  wakeAll(Object.values(gates), scheduler);
  expect({ calls, now: scheduler.now() }).toEqual(end);
}

describe('61 a soak over one circuit leaves nothing behind', { timeout: 120_000 }, () => {
  it('behind circuitBreak', () => {
    soak((live, _, call) => call.pipe(circuitBreak(live)));
  });

  it('behind retryWithPolicy, where rejected calls wait', () => {
    const policy = both(fixed(2), retries(3));
    soak((live, scheduler, call) => call.pipe(retryWithPolicy(policy, { gates: [live], scheduler })));
  });
});

describe('62 a soak over shared limits leaves nothing behind', { timeout: 120_000 }, () => {
  it('behind guard, where most calls may wait', () => {
    soakOfLimits(({ rate, slots, throttle }) => {
      let turn = 0;
      return {
        through: (call, scheduler) =>
          call.pipe(guard([throttle, rate, slots], { maxWait: (turn += 5) % 25, scheduler })),
        reasons: ['rate', 'concurrency', 'throttle'],
      };
    });
  });

  it('behind retryWithPolicy, where retries are paid for', () => {
    const policy = both(fixed(2), retries(3));
    soakOfLimits(({ rate, slots, budget, quota }) => ({
      through: (call, scheduler) =>
        call.pipe(retryWithPolicy(policy, { gates: [budget, quota, rate, slots], scheduler })),
      reasons: ['rate', 'concurrency', 'budget', 'quota'],
    }));
  });
});
