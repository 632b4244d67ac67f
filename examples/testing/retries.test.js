import { test } from 'vitest';
import { deepEqual, equal } from 'node:assert/strict';
import { lastValueFrom, of } from 'rxjs';
import { both, exponential, exponentialBackoff, onFailure, retries, retryWithPolicy } from 'rxjs-reprise';
import { assertPolicyLaws, expectRetries, faults, flaky, marbles, timeline } from 'rxjs-reprise/testing';

/*
 * Tests of retries with `rxjs-reprise/testing`. They run in any test runner: only the first line differs.
 * `npm run consumers -- runner` runs this file in vitest, jest, mocha, jasmine and node:test.
 */

test('the policy waits 100, 200 and 400 ms, then gives up', () => {
  const policy = exponentialBackoff({ base: 100, maxAttempts: 4 });
  expectRetries(policy, { random: 0.5 }).toWait([100, 200, 400]).toGiveUp('retries');
});

test(
  'the stream recovers, in virtual time',
  marbles(({ expectObservable }) => {
    const source = flaky.marble('-#', '-#', '-a|');
    expectObservable(source.pipe(retryWithPolicy(both(exponential(4), retries(4))))).toBe('---------------a|');
  }),
);

test('the timeline shows each attempt and each wait', () => {
  const source = flaky.marble('--#', '--#', '-a|');
  deepEqual(timeline(both(exponential(4), retries(4)), { source }).split('\n'), [
    'attempt 1   --#',
    'wait          ....',
    'attempt 2         --#',
    'wait                ........',
    'attempt 3                   -a|',
  ]);
});

test('the stream recovers from injected faults', async () => {
  const chaos = faults({ enabled: true, rate: 0.5, latency: 1, seed: 7 });
  const stream = of('ok').pipe(chaos, retryWithPolicy(both(exponential(1), retries(5))));
  equal(await lastValueFrom(stream), 'ok');
});

test('a custom policy obeys the laws', () => {
  assertPolicyLaws(onFailure(1, (attempt) => ({ state: attempt + 1, wait: 100 * attempt })));
});
