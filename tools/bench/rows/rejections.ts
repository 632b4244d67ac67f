import { BrokenCircuitError, circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel';
import Opossum from 'opossum';
import { defer, firstValueFrom, of, throwError } from 'rxjs';
import { circuit, circuitBreak, CircuitOpenError, failureRate, type Circuit } from 'rxjs-reprise';
import { asResult, counter, lastOf, rebuildEvery, rejects, returns } from '../job.js';
import type { Row, Subject } from '../row.js';

/*
 * A dependency that is down: the cost of a rejection by an open circuit, and of a failure in a busy window.
 */

const down = new Error('down');
const hour = 3_600_000;

const asStream = 'circuitBreak, as a stream';
const asPromise = 'circuitBreak, firstValueFrom';
const newError = 'throwError(() => new Error())';
const oneError = 'throwError(() => one error)';

export const P8: Row = {
  title: 'the circuit is open and rejects the call',
  unit: 'ns',
  lines: [
    { ours: asStream, peer: newError, atMost: 0.15 },
    { ours: asStream, peer: oneError },
    { ours: asStream, peer: 'cockatiel', atMost: 1 / 8 },
    { ours: asStream, peer: 'opossum', atMost: 1 / 8 },
    { ours: asPromise, peer: 'cockatiel', atMost: 1 / 2.5 },
    { ours: asPromise, peer: 'opossum', atMost: 1 / 2.5 },
  ],
  subjects: async () => {
    const users = circuit({ name: 'users', threshold: 1, resetAfter: hour });
    lastOf(throwError(() => down).pipe(circuitBreak(users)));
    const rejected$ = defer(() => of((counter.calls += 1))).pipe(circuitBreak(users));
    const newError$ = throwError(() => new Error('down'));
    const oneError$ = throwError(() => down);

    const fn = (): Promise<number> => Promise.resolve((counter.calls += 1));
    const policy = circuitBreaker(handleAll, { halfOpenAfter: hour, breaker: new ConsecutiveBreaker(1) });
    await policy.execute(() => Promise.reject(down)).catch(asResult);
    const breaker = new Opossum(fn, { resetTimeout: hour });
    breaker.open();

    const isOurs = (error: unknown): boolean => error instanceof CircuitOpenError && error.cause === down;
    return {
      [asStream]: { run: () => lastOf(rejected$), check: rejects(isOurs) },
      [asPromise]: { run: () => firstValueFrom(rejected$).catch(asResult), check: rejects(isOurs) },
      [newError]: { run: () => lastOf(newError$), check: rejects((error) => error instanceof Error) },
      [oneError]: { run: () => lastOf(oneError$), check: returns(down) },
      cockatiel: {
        run: () => policy.execute(fn).catch(asResult),
        check: rejects((error) => error instanceof BrokenCircuitError),
      },
      opossum: {
        run: () => breaker.fire().catch(asResult),
        check: rejects((error) => (error as { readonly code?: unknown }).code === 'EOPENBREAKER'),
      },
    };
  },
};

const few = 'circuitBreak, 100 calls';
const many = 'circuitBreak, 100 000 calls';

export const P10: Row = {
  title: 'a call fails while a window of 10 s holds N calls',
  unit: 'µs',
  lines: [
    { ours: many, peer: few, atMost: 1.25 },
    { ours: many, peer: 'opossum, 100 000 calls', atMost: 1 / 100 },
  ],
  subjects: () => ({
    [few]: failing(100),
    [many]: failing(100_000),
    'opossum, 100 000 calls': failingInOpossum(100_000),
  }),
};

/** A failing call through a circuit that never opens and whose window holds `calls` successes. */
function failing(calls: number): Subject {
  let users: Circuit;
  return {
    prepare: rebuildEvery(5000, () => {
      users = circuit({ name: 'users', trip: failureRate(1, { window: 10_000 }) });
      const good$ = of(1).pipe(circuitBreak(users));
      for (let left = calls; left > 0; left -= 1) lastOf(good$);
    }),
    run: () => firstValueFrom(defer(fail).pipe(circuitBreak(users))).catch(asResult),
    check: (result) => {
      returns(down)(result);
      returns([calls, 1])([users.state.successes, users.state.failures]);
    },
  };
}

function failingInOpossum(calls: number): Subject {
  let breaker: Opossum<number> | undefined;
  let isDown = false;
  return {
    prepare: rebuildEvery(5000, async () => {
      breaker?.shutdown();
      isDown = false;
      breaker = new Opossum(() => (isDown ? fail() : Promise.resolve(1)));
      for (let left = calls; left > 0; left -= 1) await breaker.fire();
      isDown = true;
    }),
    run: () => breaker?.fire().catch(asResult),
    check: returns(down),
  };
}

const fail = (): Promise<never> => Promise.reject(down);
