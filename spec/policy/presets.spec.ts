import { describe, expect, it } from 'vitest';
import {
  both,
  exponential,
  exponentialBackoff,
  fixed,
  fixedRetry,
  jittered,
  onlyIf,
  preview,
  retries,
  retryPolicy,
  within,
  type RetryOn,
} from 'rxjs-reprise';
import { failure, waits } from '../support/signals.js';

class ConnectionError extends Error {}
class TimeoutError extends Error {}

describe('fixedRetry', () => {
  it.each([
    [1, []],
    [2, [1000]],
    [3, [1000, 1000]],
  ])('makes at most %d calls, 1000 ms apart', (maxAttempts, delays) => {
    expect(preview(fixedRetry({ maxAttempts }))).toEqual({ delays, reason: 'retries' });
  });

  it('waits for the given delay', () => {
    expect(preview(fixedRetry({ maxAttempts: 3, delay: 20 })).delays).toEqual([20, 20]);
    expect(preview(fixedRetry({ maxAttempts: 3, delay: 0 })).delays).toEqual([0, 0]);
  });

  it('retries forever with Infinity', () => {
    const policy = fixedRetry({ maxAttempts: Infinity });
    expect(preview(policy, { failures: 100 })).toEqual({ delays: Array(100).fill(1000), reason: undefined });
  });
});

describe('exponentialBackoff', () => {
  it('has the documented defaults: 5 calls, 2 s doubled, at most 60 s, ±50 %', () => {
    expect(preview(exponentialBackoff())).toEqual({ delays: [2000, 4000, 8000, 16_000], reason: 'retries' });
    expect(preview(exponentialBackoff(), { random: 0 }).delays).toEqual([1000, 2000, 4000, 8000]);
    expect(preview(exponentialBackoff(), { random: 1 }).delays).toEqual([3000, 6000, 12_000, 24_000]);
    const long = exponentialBackoff({ maxAttempts: 8 });
    expect(preview(long, { random: 1 }).delays).toEqual([3000, 6000, 12_000, 24_000, 48_000, 60_000, 60_000]);
  });

  it('has no deadline by default', () => {
    const policy = exponentialBackoff({ maxAttempts: Infinity });
    expect(preview(policy, { failures: 1000 }).reason).toBe(undefined);
  });

  it('takes a falsy answer of a predicate for a no', () => {
    const retryOn = (() => undefined) as unknown as (error: unknown) => boolean;
    expect(preview(exponentialBackoff({ retryOn }))).toEqual({ delays: [], reason: 'error' });
  });

  it('equals a composition of the other policies', () => {
    const options = {
      maxAttempts: 9,
      base: 100,
      factor: 3,
      cap: 5000,
      jitter: 'full',
      maxElapsed: 9000,
      retryOn: ConnectionError,
    } as const;
    const sentence = within(
      9000,
      onlyIf(ConnectionError, both(jittered('full', exponential(100, 3), { cap: 5000 }), retries(8))),
    );
    const error = new ConnectionError();
    const random = [0.1, 0.9, 0.5, 0.7, 0.99, 0.3, 0.2, 0.6, 0.4];
    const seen = preview(exponentialBackoff(options), { error, random });
    expect(seen).toEqual(preview(sentence, { error, random }));
    expect(seen.reason).toBe('deadline');
  });

  it.each([
    ['factor 1', { factor: 1, jitter: false }, [2000, 2000, 2000, 2000]],
    ['a cap that is the base', { cap: 2000, jitter: false }, [2000, 2000, 2000, 2000]],
    ['a base of 0', { base: 0 }, [0, 0, 0, 0]],
    ['full jitter', { jitter: 'full' }, [1000, 2000, 4000, 8000]],
    ['equal jitter', { jitter: 'equal' }, [1500, 3000, 6000, 12_000]],
    ['a range of jitter', { jitter: [1, 2] }, [3000, 6000, 12_000, 24_000]],
    ['one call', { maxAttempts: 1 }, []],
  ] as const)('takes %s', (_, options, delays) => {
    expect(preview(exponentialBackoff(options)).delays).toEqual(delays);
  });

  it('starts no retry later than maxElapsed', () => {
    const policy = (maxElapsed: number): ReturnType<typeof preview> =>
      preview(exponentialBackoff({ jitter: false, maxElapsed }));
    expect(policy(6000)).toEqual({ delays: [2000, 4000], reason: 'deadline' });
    expect(policy(5999)).toEqual({ delays: [2000], reason: 'deadline' });
    expect(policy(0)).toEqual({ delays: [], reason: 'deadline' });
  });
});

describe.each([
  ['fixedRetry', (retryOn: RetryOn) => fixedRetry({ maxAttempts: 2, delay: 5, retryOn })],
  ['exponentialBackoff', (retryOn: RetryOn) => exponentialBackoff({ maxAttempts: 2, base: 5, jitter: false, retryOn })],
])('%s with retryOn', (_, retrying) => {
  it.each<[string, RetryOn, unknown, unknown]>([
    ['a predicate', (error) => error === 'busy', 'busy', 'lost'],
    ['an error class', ConnectionError, new ConnectionError(), new TimeoutError()],
    ['an array of error classes', [ConnectionError, TimeoutError], new TimeoutError(), new Error()],
  ])('retries what matches %s', (_, retryOn, match, other) => {
    expect(preview(retrying(retryOn), { error: match })).toEqual({ delays: [5], reason: 'retries' });
    expect(preview(retrying(retryOn), { error: other })).toEqual({ delays: [], reason: 'error' });
  });
});

describe('retryPolicy', () => {
  it('passes the number of the failed attempt and the error to both functions', () => {
    const calls: unknown[] = [];
    const policy = retryPolicy({
      shouldRetry: (attempt, error) => {
        calls.push(['shouldRetry', attempt, error]);
        return attempt < 3;
      },
      nextDelay: (attempt, error) => {
        calls.push(['nextDelay', attempt, error]);
        return attempt * 50;
      },
    });
    expect(preview(policy, { error: (attempt: number) => `e${String(attempt)}` })).toEqual({
      delays: [50, 100],
      reason: 'declined',
    });
    expect(calls).toEqual([
      ['shouldRetry', 1, 'e1'],
      ['nextDelay', 1, 'e1'],
      ['shouldRetry', 2, 'e2'],
      ['nextDelay', 2, 'e2'],
      ['shouldRetry', 3, 'e3'],
    ]);
  });

  it('handles only failures', () => {
    expect(retryPolicy({ shouldRetry: () => true, nextDelay: () => 0 }).handles).toEqual(['failure']);
  });

  it('does not count an attempt that it declined', () => {
    const policy = retryPolicy({ shouldRetry: (_, error) => error !== 'no', nextDelay: (attempt) => attempt });
    const signals = ['yes', 'no', 'yes'].map((error) => failure({ error }));
    expect(waits(policy, signals)).toEqual([1, Infinity, 2]);
  });

  it('combines with a limit', () => {
    const policy = retryPolicy({ shouldRetry: () => true, nextDelay: (attempt) => attempt });
    expect(preview(both(policy, fixed(2), retries(3)))).toEqual({ delays: [2, 2, 3], reason: 'retries' });
  });
});
