import { BrokenCircuitError, circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel';
import Opossum from 'opossum';
import { defer, firstValueFrom, of, throwError } from 'rxjs';
import { circuit, circuitBreak, CircuitOpenError, failureRate, type Circuit } from 'rxjs-reprise';
import { fresh, gives, lastOf, refuses, same, tally } from '../job.js';
import type { Row, Subject } from '../row.js';

/*
 * A dependency that is down: what a circuit costs that rejects, and what a failure costs in a busy window.
 */

const down = new Error('down');
const anHour = 3_600_000;

const asStream = 'circuitBreak, as a stream';
const asPromise = 'circuitBreak, firstValueFrom';
const newError = 'throwError(() => new Error())';
const oneError = 'throwError(() => one error)';

export const P8: Row = {
  title: 'a circuit is open; it rejects',
  unit: 'ns',
  lines: [
    { ours: asStream, peer: newError, atMost: 0.2 },
    { ours: asStream, peer: oneError, atMost: 8 },
    { ours: asStream, peer: 'cockatiel', atMost: 1 / 8 },
    { ours: asStream, peer: 'opossum', atMost: 1 / 8 },
    { ours: asPromise, peer: 'cockatiel', atMost: 1 / 2.5 },
    { ours: asPromise, peer: 'opossum', atMost: 1 / 2.5 },
  ],
  subjects: async () => {
    const users = circuit({ name: 'users', threshold: 1, resetAfter: anHour });
    lastOf(throwError(() => down).pipe(circuitBreak(users)));
    const refused$ = defer(() => of((tally.calls += 1))).pipe(circuitBreak(users));
    const newError$ = throwError(() => new Error('down'));
    const oneError$ = throwError(() => down);

    const fn = (): Promise<number> => Promise.resolve((tally.calls += 1));
    const policy = circuitBreaker(handleAll, { halfOpenAfter: anHour, breaker: new ConsecutiveBreaker(1) });
    await policy.execute(() => Promise.reject(down)).catch(same);
    const breaker = new Opossum(fn, { resetTimeout: anHour });
    breaker.open();

    const isOurs = (error: unknown): boolean => error instanceof CircuitOpenError && error.cause === down;
    return {
      [asStream]: { run: () => lastOf(refused$), check: refuses(isOurs) },
      [asPromise]: { run: () => firstValueFrom(refused$).catch(same), check: refuses(isOurs) },
      [newError]: { run: () => lastOf(newError$), check: refuses((error) => error instanceof Error) },
      [oneError]: { run: () => lastOf(oneError$), check: gives(down) },
      cockatiel: {
        run: () => policy.execute(fn).catch(same),
        check: refuses((error) => error instanceof BrokenCircuitError),
      },
      opossum: {
        run: () => breaker.fire().catch(same),
        check: refuses((error) => (error as { readonly code?: unknown }).code === 'EOPENBREAKER'),
      },
    };
  },
};

const few = 'circuitBreak, 100 calls';
const many = 'circuitBreak, 100 000 calls';

export const P10: Row = {
  title: 'a call fails; a window of 10 s holds so many calls',
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

/** A call that fails, through a circuit that has seen so many that were good, and never opens. */
function failing(calls: number): Subject {
  let users: Circuit;
  return {
    prepare: fresh(5000, () => {
      users = circuit({ name: 'users', trip: failureRate(1, { window: 10_000 }) });
      const good$ = of(1).pipe(circuitBreak(users));
      for (let left = calls; left > 0; left -= 1) lastOf(good$);
    }),
    run: () => firstValueFrom(defer(fail).pipe(circuitBreak(users))).catch(same),
    check: (answer) => {
      gives(down)(answer);
      gives([calls, 1])([users.state.successes, users.state.failures]);
    },
  };
}

function failingInOpossum(calls: number): Subject {
  let breaker: Opossum<number> | undefined;
  let isDown = false;
  return {
    prepare: fresh(5000, async () => {
      breaker?.shutdown();
      isDown = false;
      breaker = new Opossum(() => (isDown ? fail() : Promise.resolve(1)));
      for (let left = calls; left > 0; left -= 1) await breaker.fire();
      isDown = true;
    }),
    run: () => breaker?.fire().catch(same),
    check: gives(down),
  };
}

const fail = (): Promise<never> => Promise.reject(down);
