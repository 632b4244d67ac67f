import asyncRetry from 'async-retry';
import { circuitBreaker, ConsecutiveBreaker, handleAll, retry as cockatielRetry } from 'cockatiel';
import { Effect } from 'effect';
import { backOff } from 'exponential-backoff';
import Opossum from 'opossum';
import pRetry from 'p-retry';
import { defer, firstValueFrom, retry, tap } from 'rxjs';
import { action, circuit, circuitBreak } from 'rxjs-reprise';
import { counter, returns } from '../job.js';
import type { Row } from '../row.js';

/*
 * A function whose promise resolves at once. Every retry may make three calls and needs one.
 */

const fn = async (): Promise<number> => {
  counter.calls += 1;
  return Promise.resolve(1);
};

const check = returns(1, 1);

const bare = 'defer(fn)';
const rxjsRetry = 'defer(fn) + RxJS retry(3)';
const retried = 'action(fn, { retry: 3 })';

export const P2: Row = {
  title: 'a promise resolves (firstValueFrom)',
  unit: 'ns',
  lines: [
    { ours: 'action(fn)', peer: bare, atMost: 1.6 },
    { ours: retried, peer: rxjsRetry, atMost: 1.2 },
    { ours: retried, peer: 'async-retry', atMost: 1 },
    { ours: retried, peer: 'exponential-backoff', atMost: 1 },
    { ours: retried, peer: 'effect', atMost: 1 },
    { ours: retried, peer: 'p-retry' },
    { ours: retried, peer: 'cockatiel' },
  ],
  subjects: () => {
    const plainAction = action(fn);
    const retriedAction = action(fn, { retry: 3 });
    const program = Effect.promise(fn).pipe(Effect.retry({ times: 2 }));
    const policy = cockatielRetry(handleAll, { maxAttempts: 2 });
    return {
      'action(fn)': { run: () => firstValueFrom(plainAction()), check },
      [retried]: { run: () => firstValueFrom(retriedAction()), check },
      [bare]: { run: () => firstValueFrom(defer(fn)), check },
      [rxjsRetry]: { run: () => firstValueFrom(defer(fn).pipe(retry(3))), check },
      'async-retry': { run: () => asyncRetry(fn, { retries: 2 }), check },
      'exponential-backoff': { run: () => backOff(fn, { numOfAttempts: 3 }), check },
      effect: { run: () => Effect.runPromise(program), check },
      'p-retry': { run: () => pRetry(fn, { retries: 2 }), check },
      cockatiel: { run: () => policy.execute(fn), check },
    };
  },
};

const tapped = 'defer(fn) + RxJS tap';

export const P7: Row = {
  title: 'the circuit is closed, a promise resolves (firstValueFrom)',
  unit: 'ns',
  lines: [
    { ours: 'defer(fn) + circuitBreak', peer: tapped, atMost: 1.4 },
    { ours: 'action(fn, { circuit })', peer: 'opossum', atMost: 0.8 },
    { ours: 'action(fn, { circuit })', peer: 'cockatiel' },
  ],
  subjects: () => {
    const users = circuit({ name: 'users' });
    const guardedAction = action(fn, { circuit: users });
    const breaker = new Opossum(fn);
    const policy = circuitBreaker(handleAll, { halfOpenAfter: 60_000, breaker: new ConsecutiveBreaker(5) });
    const ended = { successes: 0, failures: 0 };
    const countEnds = {
      error: () => {
        ended.failures += 1;
      },
      complete: () => {
        ended.successes += 1;
      },
    };
    return {
      'defer(fn) + circuitBreak': { run: () => firstValueFrom(defer(fn).pipe(circuitBreak(users))), check },
      'action(fn, { circuit })': { run: () => firstValueFrom(guardedAction()), check },
      [tapped]: { run: () => firstValueFrom(defer(fn).pipe(tap(countEnds))), check },
      opossum: { run: () => breaker.fire(), check },
      cockatiel: { run: () => policy.execute(fn), check },
    };
  },
};
