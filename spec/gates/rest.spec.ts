import {
  adaptiveThrottle,
  both,
  circuitBreaker,
  concurrencyLimit,
  consecutive,
  failureRate,
  failures,
  followedBy,
  gatePolicy,
  immediate,
  never,
  onlyIf,
  rateLimit,
  retries,
  retryBudget,
  retryQuota,
  retryThrottle,
  slowRate,
  type CircuitBreakerOptions,
  type Policy,
  type Signal,
} from 'rxjs-reprise/core';
import { describe, expect, it } from 'vitest';
import { isAtRest } from '../../src/gates/rest.js';

/*
 * When a gate is at rest: a new one would answer in the same way from then on.
 */

const at = (now: number, ticket = 1): { readonly ticket: number; readonly now: number; readonly random: number } => ({
  ticket,
  now,
  random: 0,
});
const ask = (now: number, ticket = 1, attempt = 1): Signal => ({
  kind: 'ask',
  ...at(now, ticket),
  attempt,
  error: 'x',
});
const success = (now: number, took = 0, ticket = 1): Signal => ({ kind: 'success', ...at(now, ticket), took });
const failure = (now: number, ticket = 1): Signal => ({ kind: 'failure', ...at(now, ticket), took: 0, error: 'x' });
const cancel = (now: number, ticket = 1): Signal => ({ kind: 'cancel', ...at(now, ticket), took: 0 });
const command = (name: 'isolate' | 'disable' | 'shadow' | 'reset' | 'half-open'): Signal => ({
  kind: 'control',
  ...at(0),
  command: { name },
});

const after = (policy: Policy, signals: readonly Signal[]): unknown =>
  signals.reduce((state, signal) => policy.reduce(state, signal).state, policy.initial);

/** From which of these instants on it is at rest; `undefined`: from none of them. */
const restsAt = (policy: Policy, signals: readonly Signal[], ...instants: readonly number[]): number | undefined =>
  instants.find((now) => isAtRest(policy, after(policy, signals), now));

const aMinute = 60_000;
const aDay = 24 * 60 * aMinute;

const breaker = (options: CircuitBreakerOptions = {}): Policy =>
  circuitBreaker({ threshold: 2, window: 50, resetAfter: 100, ...options });
const ruled = (...trip: NonNullable<CircuitBreakerOptions['trip']>[]): Policy => circuitBreaker({ trip: trip.flat() });

describe('a circuit is at rest', () => {
  it.each<[string, Policy, readonly Signal[], number | undefined]>([
    ['at first', breaker(), [], 0],
    ['after good calls', breaker(), [ask(0), success(0)], 0],
    ['when a failure has left the window', breaker(), [failure(0)], 50],
    ['when it could be probed for as long as it was open', breaker(), [failure(0), failure(0)], 200],
    ['never while it is isolated', breaker(), [command('isolate')], undefined],
    ['never while it is disabled', breaker(), [command('disable')], undefined],
    ['never while it is in shadow', breaker(), [command('shadow')], undefined],
    ['after a reset', breaker(), [command('isolate'), command('reset')], 0],
    [
      'when the probes of a half-open one could have timed out for as long as it was open',
      breaker({ halfOpen: { probeTimeout: 1000 } }),
      [failure(0), failure(0), ask(100)],
      1200,
    ],
    ['a minute after the last failure in a row', ruled(consecutive(3)), [failure(0)], aMinute],
    ['a minute after the last call of a window of calls', ruled(failures(3, { calls: 9 })), [failure(0)], aMinute],
    ['after a good call that ends a row', ruled(consecutive(3)), [failure(0), success(0)], 0],
    ['as soon as a rate has no failure', ruled(failureRate(0.5, { window: 100 })), [success(0), failure(0)], 100],
    ['as soon as a rate has no slow call', ruled(slowRate(0.5, { window: 100, slowerThan: 5 })), [success(9, 9)], 100],
    ['when all its rules are', ruled(failures(3, { window: aDay }), consecutive(3)), [failure(0)], aDay],
  ])('%s', (_, policy, signals, expected) => {
    expect(
      restsAt(policy, signals, 0, 49, 50, 99, 100, 199, 200, 1199, 1200, aMinute - 1, aMinute, aDay - 1, aDay),
    ).toBe(expected);
  });
});

describe('a limit is at rest', () => {
  it.each<[string, Policy, readonly Signal[], number | undefined]>([
    ['at first: a rate', rateLimit({ limit: 2, per: 100 }), [], 0],
    [
      'when a start no longer delays the next, and is not counted as late',
      rateLimit({ limit: 2, per: 100 }),
      [ask(0)],
      61,
    ],
    ['a rate of which no call waits', rateLimit({ limit: 2, per: 100 }), [ask(0), ask(0, 2)], undefined],
    ['when the whole burst is free', rateLimit({ limit: 4, per: 100, burst: 2 }), [ask(0), ask(0, 2)], 61],
    ['a limit of calls of which none runs', concurrencyLimit({ limit: 1 }), [ask(0)], undefined],
    ['when its calls have ended', concurrencyLimit({ limit: 1 }), [ask(0), success(0)], 0],
    ['when the window of a budget is empty of deposits', retryBudget({ window: 100 }), [ask(0)], 100],
    ['and of withdrawals', retryBudget({ window: 100 }), [ask(0, 1, 2)], 100],
    ['when no request counts', adaptiveThrottle({ window: 100 }), [ask(0)], 100],
    ['or when all were taken back', adaptiveThrottle({ window: 100 }), [ask(0), cancel(0)], 0],
    ['when the window is empty of successes', adaptiveThrottle({ window: 100 }), [ask(0), success(60)], 160],
    ['when a quota is full', retryQuota({ capacity: 20 }), [ask(0, 1, 2), success(0)], 0],
    ['never while a quota is not', retryQuota({ capacity: 20 }), [ask(0, 1, 2), failure(0)], undefined],
    ['never while a throttle is not full', retryThrottle({ maxTokens: 2, tokenRatio: 1 }), [failure(0)], undefined],
    ['when it is', retryThrottle({ maxTokens: 2, tokenRatio: 1 }), [failure(0), success(0)], 0],
  ])('%s', (_, policy, signals, expected) => {
    expect(restsAt(policy, signals, 0, 60, 61, 99, 100, 159, 160, aDay)).toBe(expected);
  });
});

describe('a composed policy is at rest', () => {
  const budget = retryBudget({ window: 100 });

  it.each<[string, Policy, readonly Signal[], number | undefined]>([
    ['when each part is', both(budget, concurrencyLimit({ limit: 1 })), [ask(0), success(0)], 100],
    ['never while one is not', both(budget, concurrencyLimit({ limit: 1 })), [ask(0)], undefined],
    ['as its part, within another one', both(both(budget, immediate), retries(1)), [ask(0)], 100],
    ['as the only part of a policy that has no state of its own', onlyIf(() => true, budget), [ask(0)], 100],
    ['while it is still in its first part', followedBy(both(never, budget), budget), [ask(0)], 100],
    ['never after that', followedBy(both(never, budget), budget), [ask(0), failure(0)], undefined],
  ])('%s', (_, policy, signals, expected) => {
    expect(restsAt(policy, signals, 0, 99, 100, aDay)).toBe(expected);
  });
});

describe('a policy of a user', () => {
  const counting = (isResting?: (state: { readonly count: number }, now: number) => boolean): Policy =>
    gatePolicy<{ readonly count: number }, unknown>({
      name: 'spec/counting',
      initial: { count: 0 },
      on: {
        ask: ({ count }) => ({ state: { count: count + 1 }, wait: 0 }),
        success: ({ count }) => ({ count: count - 1 }),
      },
      view: (state) => state,
      read: (state) => state as { readonly count: number },
      isAtRest: isResting,
    });

  it('is at rest while its state is the same JSON as the first one', () => {
    expect(restsAt(counting(), [ask(0)], 0, aDay)).toBeUndefined();
    expect(restsAt(counting(), [ask(0), success(0)], 0)).toBe(0);
  });

  it('says itself when it is', () => {
    expect(
      restsAt(
        counting((_, now) => now >= 99),
        [ask(0)],
        0,
        99,
      ),
    ).toBe(99);
  });

  it.each<[unknown, unknown, boolean]>([
    [null, null, true],
    [null, {}, false],
    [{}, null, false],
    [1, { a: 1 }, false],
    [{ a: 1 }, 1, false],
    [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, false],
    [{ b: undefined }, { a: undefined }, false],
    [[1, 2], [2, 1], false],
    ['a', 'a', true],
    [[], {}, true],
  ])('compares %j with %j', (initial, state, expected) => {
    const policy: Policy = { initial, reduce: () => ({ state, wait: 0 }) };
    expect(isAtRest(policy, state, 0)).toBe(expected);
  });
});
