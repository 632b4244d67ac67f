import {
  concat,
  defer,
  delay,
  EMPTY,
  finalize,
  NEVER,
  of,
  takeUntil,
  throwError,
  timer,
  VirtualTimeScheduler,
  type MonoTypeOperatorFunction,
} from 'rxjs';
import {
  both,
  circuit,
  concurrencyLimit,
  fixed,
  gate,
  guard,
  rateLimit,
  retries,
  retryWithPolicy,
  type Gate,
} from 'rxjs-reprise';
import { seededRandom } from 'rxjs-reprise/testing';
import { expect, it } from 'vitest';
import { heapUsed } from '../../support/heap.js';
import { size } from '../../support/size.js';

/*
 * A million subscriptions go through the same three gates: each through some of them, in any order, in `guard` or in a
 * retry, with synchronous and asynchronous sources that complete, fail, hang or are left.
 */

const subscriptions = size(40_000, 1_000_000);

it('a million subscriptions in random order over three gates leave all gates at rest, and the heap as it was', () => {
  const random = seededRandom(2026);
  const draw = (n: number): number => Math.floor(random() * n);
  const scheduler = new VirtualTimeScheduler();
  const options = { scheduler, random };
  const slots = gate(concurrencyLimit({ limit: 5, maxWaiting: 50 }), options);
  const rate = gate(rateLimit({ limit: 40, per: 10, burst: 10 }), options);
  const live = circuit({
    threshold: 8,
    window: 20,
    resetAfter: 10,
    halfOpen: { probes: 2, probeTimeout: 30 },
    ...options,
  });

  const failing = throwError(() => new Error('down'));
  const endings = [of('a'), EMPTY, of('a', 'b'), failing, concat(of('a'), failing), concat(of('a'), NEVER), NEVER];
  let [running, most, started] = [0, 0, 0];
  const source = (usesSlots: boolean) =>
    defer(() => {
      started += 1;
      if (usesSlots) running += 1;
      most = Math.max(most, running);
      const ending = endings[draw(endings.length)] ?? NEVER;
      return draw(2) === 0 ? ending : ending.pipe(delay(draw(4), scheduler));
    }).pipe(
      finalize(() => {
        if (usesSlots) running -= 1;
      }),
    );
  const through = (gates: readonly Gate[]): MonoTypeOperatorFunction<string> => {
    const maxWait = [0, 5, Infinity][draw(3)] ?? 0;
    const successOn = (['complete', 'first'] as const)[draw(2)] ?? 'complete';
    return draw(2) === 0
      ? guard(gates, { ...options, maxWait, successOn })
      : retryWithPolicy(both(fixed(draw(3)), retries(draw(3))), { ...options, gates });
  };
  const begin = (): void => {
    const all = [slots, rate, live].sort(() => random() - 0.5);
    const gates = all.slice(draw(3));
    source(gates.includes(slots))
      .pipe(through(gates), takeUntil(timer(draw(12), scheduler)))
      .subscribe({ error: () => undefined });
  };
  const play = (count: number): void => {
    let begun = 0;
    scheduler.schedule(function next() {
      begin();
      begun += 1;
      if (begun < count) this.schedule(undefined, draw(2));
    });
    scheduler.flush();
    expect(running).toBe(0);
    expect(slots.state).toEqual({ running: 0, waiting: 0, free: 5, limit: 5 });
    expect(rate.state.waiting).toBe(0);
    expect(live.snapshot()).not.toHaveProperty('state.probes.0');
  };

  play(subscriptions / 10);
  const before = {
    heap: heapUsed(),
    snapshots: JSON.stringify([slots, rate, live].map((each) => each.snapshot())).length,
  };
  play(subscriptions - subscriptions / 10);
  const snapshots = JSON.stringify([slots, rate, live].map((each) => each.snapshot())).length;

  expect(most).toBe(5);
  expect(started).toBeGreaterThan(subscriptions / 10);
  expect(snapshots - before.snapshots).toBeLessThan(200);
  expect(heapUsed() - before.heap).toBeLessThan(1_000_000);
}, 600_000);
