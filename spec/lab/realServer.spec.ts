import { defer, from, lastValueFrom, mergeMap, catchError, of, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { exponentialBackoff, retryWithPolicy } from 'rxjs-reprise';
import { seededRandom, simulate } from 'rxjs-reprise/lab';
import { readJson } from '../../examples/flaky-server/http.js';
import { FlakyServer, greet, respondWith, type Behaviour } from '../../examples/flaky-server/server.js';

/*
 * Compares the simulation with the HTTP server of the example: the number of attempts per call, not their durations.
 */

/** On a busy machine Node's fetch may miss that a connection has closed. It must not wait for ever. */
const maxWait = 10_000;
const calls = 1000;
const share = 0.4;
const policy = exponentialBackoff({ base: 1, cap: 4, maxAttempts: 5 });

it('a real server receives as many attempts per call as a simulated one', { timeout: 120_000 }, async () => {
  const draw = seededRandom(1);
  const fail = respondWith(503);
  const sometimesFails: Behaviour = (response, client) => {
    (draw() < share ? fail : greet)(response, client);
  };
  const counts = FlakyServer.use(new Map([['lab', [sometimesFails]]]), (server) =>
    defer(() => server.open()).pipe(
      mergeMap(() => from(Array.from({ length: calls }, (_, call) => call))),
      mergeMap(
        () =>
          defer(() => fetch(server.url('lab'), { signal: AbortSignal.timeout(maxWait) }).then(readJson)).pipe(
            retryWithPolicy(policy),
            catchError(() => of('lost')),
          ),
        8,
      ),
      toArray(),
      mergeMap((ends) => of({ received: server.received('lab'), lost: ends.filter((end) => end === 'lost').length })),
    ),
  );
  const { received, lost } = await lastValueFrom(counts);

  const { totals } = simulate({
    clients: 1000,
    policy,
    calls: { every: 1000 },
    service: { latency: 2, outages: [{ kind: 'brown-out', from: 0, to: 60_000, share }] },
    duration: 60_000,
  });
  expect(received / calls / totals.amplification).toBeGreaterThan(0.95);
  expect(received / calls / totals.amplification).toBeLessThan(1.05);
  expect(lost).toBeLessThan(0.03 * calls);
});
