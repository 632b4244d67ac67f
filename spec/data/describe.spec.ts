import { describe as group, expect, it } from 'vitest';
import {
  adaptiveThrottle,
  aimd,
  awsStandard,
  both,
  capped,
  circuit,
  circuitBreaker,
  concurrencyLimit,
  consecutive,
  decorrelated,
  describe,
  either,
  exponential,
  exponentialBackoff,
  failureRate,
  failures,
  fibonacci,
  fixed,
  fixedRetry,
  followedBy,
  gate,
  gatePolicy,
  hinted,
  immediate,
  jittered,
  latencyQuantile,
  linear,
  never,
  onFailure,
  onlyIf,
  rateLimit,
  resetAfterUptime,
  resetOn,
  retries,
  retryBudget,
  retryPolicy,
  retryQuota,
  retryThrottle,
  sequence,
  slowRate,
  smoothExponential,
  vegas,
  within,
  type PolicySource,
} from 'rxjs-reprise';
import { thrownBy } from '../support/thrown.js';

class Busy extends Error {}
const isBusy = (error: unknown): boolean => error instanceof Busy;
const custom = onFailure(0, (state) => ({ state, wait: 1 }));

group('the line of each word', () => {
  const lines: readonly (readonly [line: string, policy: PolicySource])[] = [
    ['exponentialBackoff(2 s ×2 ≤ 1 min, jitter ±50 %, 5 attempts)', exponentialBackoff()],
    [
      'exponentialBackoff(250 ms ×1.5 ≤ 30 s, no jitter, 1 attempt, within 1.5 min, only if isBusy, hint ≤ 1 min)',
      exponentialBackoff({
        ...{ base: 250, factor: 1.5, cap: 30_000, jitter: false, maxAttempts: 1, maxElapsed: 90_000 },
        ...{ retryOn: isBusy, retryAfter: true },
      }),
    ],
    [
      'exponentialBackoff(2 s ×2 ≤ 1 min, jitter equal, attempts without limit, hint of isBusy ≤ 5 s)',
      exponentialBackoff({ jitter: 'equal', maxAttempts: Infinity, retryAfter: isBusy as never, maxRetryAfter: 5000 }),
    ],
    ['fixedRetry(1 s, 3 attempts)', fixedRetry({ maxAttempts: 3 })],
    ['fixedRetry(0 ms, 3 attempts, only if Busy)', fixedRetry({ maxAttempts: 3, delay: 0, retryOn: Busy })],
    [
      'both(exponential 250 ms ×2 ≤ 30 s, jitter full, 5 attempts)',
      both(jittered('full', exponential(250), { cap: 30_000 }), retries(4)),
    ],
    ['fixed 1.25 s', fixed(1250)],
    ['linear 2 h', linear(7_200_000)],
    ['fibonacci 0.1 ms', fibonacci(0.1)],
    ['immediate', immediate],
    ['never', never],
    ['sequence [100 ms, 5 s]', sequence([100, 5000])],
    ['sequence [1 ms, 1 ms, 1 ms, 1 ms, 1 ms, 1 ms, 1 ms, 1 ms, … 9 delays]', sequence(Array<number>(9).fill(1))],
    ['decorrelated 100 ms ≤ 600 ms', decorrelated({ base: 100, cap: 600 })],
    ['smoothExponential 1 s', smoothExponential(1000)],
    ['smoothExponential 1 s ≤ 30 s', smoothExponential(1000, { cap: 30_000 })],
    ['immediate, only if Busy or TypeError', onlyIf([Busy, TypeError])],
    ['fixed 1 ms, only if a function', onlyIf(() => true, fixed(1))],
    ['attempts without limit', retries(Infinity)],
    ['fixed 1 ms, within 30 s', within(30_000, fixed(1))],
    ['fixed 1 s, jitter ×0.8 to ×1.2', jittered([0.8, 1.2], fixed(1000))],
    ['exponential 1 s ×2, capped at 5 min', capped(300_000, exponential(1000))],
    ['fixed 1 s, hint ≤ 1 min', hinted(fixed(1000))],
    [
      'fixed 1 s, hint of isBusy ≤ 2 s, clamped',
      hinted(fixed(1000), { from: isBusy as never, max: 2000, past: 'clamp' }),
    ],
    ['either(fixed 1 s, never)', either(fixed(1000), never)],
    ['followedBy(both(fixed 100 ms, 3 attempts), fixed 5 s)', followedBy(both(fixed(100), retries(2)), fixed(5000))],
    ['fixed 1 s, reset after 1 min of uptime', resetAfterUptime(60_000, fixed(1000))],
    ['fixed 1 s, reset on isBusy', resetOn(isBusy, fixed(1000))],
    ['circuitBreaker(5 failures in 1 min, open 1 min, hint ≤ 5 min)', circuitBreaker()],
    [
      'circuitBreaker(5 failures in a row or 3 failures in 10 calls, open exponential 1 s ×2, hint ≤ 1 min, 3 probes, 1 may fail, probe timeout 9 s, classify isBusy, a cancel is a failure)',
      circuitBreaker({
        ...{ trip: [consecutive(5), failures(3, { calls: 10 })], resetAfter: exponential(1000), maxOpen: 60_000 },
        ...{ classify: isBusy as never, onCancel: 'failure' },
        halfOpen: { probes: 3, allowedFailures: 1, probeTimeout: 9000 },
      }),
    ],
    [
      'circuitBreaker(50 % failures in 10 s, open 30 s, hint ≤ 5 min)',
      circuitBreaker({ trip: failureRate(0.5, { window: 10_000 }), resetAfter: 30_000 }),
    ],
    [
      'circuitBreaker(80 % slower than 2 s in 20 calls of at least 1 call, open 1 min, hint ≤ 5 min)',
      circuitBreaker({ trip: slowRate(0.8, { calls: 20, slowerThan: 2000, minimum: 1 }) }),
    ],
    ['retryBudget(20 % of first attempts in 10 s, plus 10 per second)', retryBudget()],
    ['retryQuota(capacity 500, cost 14, refund 1)', retryQuota()],
    ['retryQuota(capacity 500, cost awsStandard, refund 1)', retryQuota(awsStandard)],
    ['retryQuota(capacity 500, cost isBusy, refund 1)', retryQuota({ cost: isBusy as never })],
    ['retryThrottle(10 tokens, 0.1 per success)', retryThrottle({ maxTokens: 10, tokenRatio: 0.1 })],
    ['adaptiveThrottle(k 2 in 2 min, classify isBusy)', adaptiveThrottle({ classify: isBusy as never })],
    ['rateLimit(100 per 1 s)', rateLimit({ limit: 100, per: 1000 })],
    ['rateLimit(9 per 1 s, burst 2, at most 5 waiting)', rateLimit({ limit: 9, per: 1000, burst: 2, maxWaiting: 5 })],
    ['concurrencyLimit(3 at a time)', concurrencyLimit({ limit: 3 })],
    ['concurrencyLimit(3 at a time, at most 9 waiting)', concurrencyLimit({ limit: 3, maxWaiting: 9 })],
    ['concurrencyLimit(aimd(at least 1, ×0.9 at a failure))', concurrencyLimit({ limit: aimd() })],
    [
      'concurrencyLimit(aimd(from 4, at least 2, at most 9, timeout 2 s, ×0.5 at a failure, classify isBusy))',
      concurrencyLimit({
        limit: aimd({ initial: 4, min: 2, max: 9, timeout: 2000, backoff: 0.5, classify: isBusy as never }),
      }),
    ],
    ['concurrencyLimit(vegas(at least 1))', concurrencyLimit({ limit: vegas() })],
    [
      'concurrencyLimit(vegas(from 4, at least 2, at most 9, alpha 1, beta 2, classify isBusy))',
      concurrencyLimit({
        limit: vegas({ initial: 4, min: 2, max: 9, alpha: 1, beta: 2, classify: isBusy as never }),
      }),
    ],
    ['latencyQuantile(95 %, at least 1 ms)', latencyQuantile(0.95)],
    ['latencyQuantile(50 %, at first 1 s, 10 ms to 2 s)', latencyQuantile(0.5, { initial: 1000, min: 10, max: 2000 })],
  ];
  it.each(lines)('%s', (line, policy) => {
    expect(describe(policy)).toBe(line);
  });
});

group('times', () => {
  const times: readonly (readonly [ms: number, shown: string])[] = [
    [999, '999 ms'],
    [1000, '1 s'],
    [1234, '1.234 s'],
    [1234.5, '1234.5 ms'],
    [90_000, '1.5 min'],
    [100_000, '100 s'],
    [5_400_000, '1.5 h'],
    [1 / 3, '0.333333 ms'],
    [1e300, '1e+300 ms'],
    [Number.MAX_VALUE, '1.79769e+308 ms'],
  ];
  it.each(times)('%d milliseconds are shown as %s', (ms, shown) => {
    expect(describe(fixed(ms))).toBe(`fixed ${shown}`);
  });
});

group('custom policies', () => {
  it('are custom, and a gate policy shows its format', () => {
    const acme = gatePolicy({ name: 'acme/hours', initial: 0, on: {}, view: () => 0, read: () => 0 });
    expect(describe(both(custom, acme))).toBe('both(custom, custom acme/hours)');
    expect(describe(retryPolicy({ shouldRetry: () => true, nextDelay: () => 1 }))).toBe('custom');
    expect(describe(circuitBreaker({ trip: { ...consecutive(2), isReached: () => true } }))).toBe(
      'circuitBreaker(custom, open 1 min, hint ≤ 5 min)',
    );
  });

  it('have the names of their slots, as functions have', () => {
    const policy = onlyIf(isBusy, both(custom, fixed(1)));
    const slots = { retryOn: { busy: isBusy }, policies: { chatty: custom } };
    expect(describe(policy, slots)).toBe('both(chatty, fixed 1 ms), only if busy');
  });

  it('a policy that a spread has changed is custom', () => {
    const policy = retries(3);
    expect(describe({ ...policy })).toBe('4 attempts');
    expect(describe({ ...policy, reduce: (state, signal) => policy.reduce(state, signal) })).toBe('custom');
    expect(describe({ ...policy, initial: 2 })).toBe('custom');
    expect(describe({ ...policy, handles: ['ask', 'failure'] })).toBe('custom');
  });

  it('a word of another version of the library is custom', () => {
    const policy = fixed(1);
    const [reduce] = policy.word ?? [];
    expect(describe({ ...policy, word: [reduce, 'fixed', 1] })).toBe('fixed 1 ms');
    expect(describe({ ...policy, word: [reduce, 'later', 1] })).toBe('custom');
    expect(describe({ ...policy, word: [reduce, 'fixed', 'soon'] })).toBe('custom');
  });
});

it('a live gate is described by the policy that it was made of', () => {
  expect(describe(circuit({ name: 'users', threshold: 2 }))).toBe(
    'circuitBreaker(2 failures in 1 min, open 1 min, hint ≤ 5 min)',
  );
  expect(describe(gate(retryBudget()))).toBe(describe(retryBudget()));
  expect(describe(gate(both(retryBudget(), fixed(1))))).toBe(`both(${describe(retryBudget())}, fixed 1 ms)`);
});

it('a line stays short for a policy of very many parts or levels', () => {
  let doubled = fixed(1);
  for (let level = 0; level < 60; level += 1) doubled = both(doubled, doubled);
  expect(describe(doubled).length).toBeLessThan(20_000);
  let deep = fixed(1);
  for (let level = 0; level < 200; level += 1) deep = capped(2, deep);
  expect(describe(deep)).toMatch(/^…(, capped at 2 ms){100}$/);
});

it.each([
  ['describe: policy must be a policy such as retries(3) or exponentialBackoff(), got 5', () => describe(5 as never)],
  [
    'describe: policy must be a policy such as retries(3) or exponentialBackoff(), got null',
    () => describe(null as never),
  ],
  ['describe: slots must be an object, got 5', () => describe(never, 5 as never)],
])('%s', (message, act) => {
  expect(thrownBy(act)).toEqual(new TypeError(message));
});
