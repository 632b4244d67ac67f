import { defer, EMPTY, mergeMap, range, throwError, timer, VirtualTimeScheduler } from 'rxjs';
import { expect, it } from 'vitest';
import { aimd, concurrencyLimit, gate, guard, vegas } from 'rxjs-reprise';

/** A gate in virtual time, and calls that pass it and take 10 ms. */
function world(limit: ReturnType<typeof vegas>) {
  const scheduler = new VirtualTimeScheduler();
  const slots = gate(concurrencyLimit({ limit }), { scheduler });
  const call = (fails = false) =>
    defer(() => timer(10, scheduler).pipe(mergeMap(() => (fails ? throwError(() => new Error('busy')) : EMPTY)))).pipe(
      guard(slots, { maxWait: Infinity, scheduler }),
    );
  const pass = (ms: number): void => {
    scheduler.maxFrames = scheduler.frame + ms;
    scheduler.flush();
    scheduler.frame = scheduler.maxFrames;
  };
  return { slots, call, pass };
}

it('a limit that grows wakes one more waiting call', () => {
  const { slots, call, pass } = world(aimd({ initial: 2 }));
  range(0, 6)
    .pipe(mergeMap(() => call()))
    .subscribe();
  expect(slots.state).toEqual({ running: 2, waiting: 4, free: 0, limit: 2 });
  pass(10);
  expect(slots.state).toEqual({ running: 3, waiting: 1, free: 0, limit: 3 });
  pass(100);
  expect(slots.state).toMatchObject({ running: 0, waiting: 0, free: slots.state.limit });
});

it('a limit that shrinks lets running calls go on, and admits none until it fits', () => {
  const { slots, call, pass } = world(aimd({ initial: 4, backoff: 0.5 }));
  call(true).subscribe({ error: () => undefined });
  pass(5);
  range(0, 5)
    .pipe(mergeMap(() => call()))
    .subscribe();
  expect(slots.state).toEqual({ running: 4, waiting: 2, free: 0, limit: 4 });
  pass(5);
  expect(slots.state).toEqual({ running: 3, waiting: 2, free: 0, limit: 2 });
  pass(5);
  expect(slots.state).toEqual({ running: 2, waiting: 0, free: 1, limit: 3 });
});

it('follows the time that calls take by the clock of the gate', () => {
  const { slots, call, pass } = world(vegas({ initial: 10 }));
  range(0, 400)
    .pipe(mergeMap(() => call()))
    .subscribe();
  pass(1000);
  expect(slots.state.waiting).toBe(0);
  expect(slots.state.limit).toBeGreaterThan(20);
});

it('continues from a snapshot at its limit', () => {
  const { slots, call, pass } = world(aimd({ initial: 4 }));
  call(true).subscribe({ error: () => undefined });
  pass(10);
  const restarted = world(aimd({ initial: 4 })).slots;
  restarted.restore(JSON.parse(JSON.stringify(slots.snapshot())));
  expect(restarted.state).toEqual({ running: 0, waiting: 0, free: 3, limit: 3 });
});
