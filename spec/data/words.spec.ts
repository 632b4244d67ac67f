import { describe as group, expect, it } from 'vitest';
import * as core from 'rxjs-reprise/core';
import { httpRetry, isTransient, retryAfter } from 'rxjs-reprise/http';
import { gatePhrases } from '../../src/data/gatePhrases.js';
import { phrases } from '../../src/data/phrases.js';
import { words } from '../../src/data/words.js';
import { slotsOf } from '../support/slots.js';

/*
 * Every function of the core that makes a policy or a rule can be described and written as JSON.
 */

const { fixed, circuitBreaker, describe, fromJSON, toJSON } = core;

const isBusy = (error: unknown): boolean => error === 'busy';

/** A policy of each word, with every option. */
const examples: Readonly<Record<string, () => core.Policy>> = {
  exponentialBackoff: () =>
    core.exponentialBackoff({
      ...{ maxAttempts: Infinity, base: 1, factor: 3, cap: 4, jitter: [0.5, 1], maxElapsed: 5 },
      ...{ retryOn: isBusy, retryAfter: () => 6, maxRetryAfter: 7 },
    }),
  fixedRetry: () => core.fixedRetry({ maxAttempts: 2, delay: 3, retryOn: [TypeError, RangeError] }),
  exponential: () => core.exponential(1, 3),
  fibonacci: () => core.fibonacci(1),
  fixed: () => fixed(1),
  immediate: () => core.immediate,
  linear: () => core.linear(1),
  never: () => core.never,
  sequence: () => core.sequence([1, 2]),
  decorrelated: () => core.decorrelated({ base: 1, cap: 2 }),
  smoothExponential: () => core.smoothExponential(1, { cap: 2 }),
  onlyIf: () => core.onlyIf(TypeError, fixed(1)),
  retries: () => core.retries(Infinity),
  within: () => core.within(1, fixed(1)),
  jittered: () => core.jittered('equal', fixed(1), { cap: 2 }),
  capped: () => core.capped(1, fixed(1)),
  hinted: () => core.hinted(fixed(1), { from: () => 1, max: 2, past: 'clamp' }),
  both: () => core.both(fixed(1), core.retries(1)),
  either: () => core.either(fixed(1), core.never),
  followedBy: () => core.followedBy(core.retries(1), fixed(1)),
  resetAfterUptime: () => core.resetAfterUptime(1, fixed(1)),
  resetOn: () => core.resetOn(isBusy, fixed(1)),
  circuitBreaker: () =>
    circuitBreaker({
      ...{ threshold: 2, window: 3, resetAfter: fixed(4), maxOpen: 5, classify: () => 'failure', onCancel: 'failure' },
      halfOpen: { probes: 3, allowedFailures: 1, probeTimeout: 6 },
    }),
  consecutive: () => circuitBreaker({ trip: core.consecutive(2) }),
  failureRate: () => circuitBreaker({ trip: core.failureRate(0.5, { window: 10, minimum: 2, buckets: 5 }) }),
  failures: () => circuitBreaker({ trip: [core.failures(2, { calls: 3 }), core.failures(2, { window: 3 })] }),
  slowRate: () => circuitBreaker({ trip: core.slowRate(0.5, { calls: 10, minimum: 2, slowerThan: 3 }) }),
  retryBudget: () => core.retryBudget({ ratio: 0.5, reserve: 1, window: 2 }),
  retryQuota: () => core.retryQuota({ capacity: 5, cost: () => 1, refund: 2 }),
  retryThrottle: () => core.retryThrottle({ maxTokens: 5, tokenRatio: 0.5, classify: () => 'success' }),
  adaptiveThrottle: () => core.adaptiveThrottle({ k: 3, window: 4, classify: () => 'ignore' }),
  rateLimit: () => core.rateLimit({ limit: 3, per: 4, burst: 2, maxWaiting: 5 }),
  concurrencyLimit: () => core.concurrencyLimit({ limit: 2, maxWaiting: Infinity }),
  aimd: () => core.concurrencyLimit({ limit: core.aimd({ initial: 4, min: 2, max: 9, timeout: 100, backoff: 0.5 }) }),
  vegas: () => core.concurrencyLimit({ limit: core.vegas({ alpha: 1, beta: 2, classify: () => 'ignore' }) }),
  latencyQuantile: () => core.latencyQuantile(0.95, { initial: 10, min: 5, max: 100 }),
};

/** What core exports that does not make a policy of data. */
const others: Readonly<Record<string, string>> = {
  onFailure: 'makes a custom policy of a function',
  retryPolicy: 'makes a custom policy of two functions',
  gatePolicy: 'makes a custom policy of handlers',
  awsStandard: 'options of retryQuota',
  preview: 'makes no policy',
  describe: 'makes no policy',
  toJSON: 'makes no policy',
  fromJSON: 'makes any policy',
  isFinal: 'makes no policy',
  isRejection: 'makes no policy',
  CircuitOpenError: 'an error',
  ClosedError: 'an error',
  CompletedError: 'an error',
  RejectedError: 'an error',
};

it('every export of core is a word, or is listed with the reason why not', () => {
  const known = [...Object.keys(examples), ...Object.keys(others)];
  expect(Object.keys(core).sort()).toEqual(known.sort());
  expect(Object.keys(words).sort()).toEqual(Object.keys(examples).sort());
});

it('every word has a phrase', () => {
  expect(Object.keys({ ...phrases, ...gatePhrases }).sort()).toEqual(Object.keys(words).sort());
});

/** The functions in a word are not JSON. */
const withoutWords = (key: string, value: unknown): unknown => (key === 'word' ? undefined : value);

group('a word comes back from its JSON', () => {
  it.each(Object.entries(examples))('%s', (name, make) => {
    const policy = make();
    const slots = slotsOf(policy);
    const json = toJSON(policy, slots);
    const text = JSON.stringify(json);
    const back = fromJSON(JSON.parse(text), slots);
    expect(text).toContain(`"word":"${name}"`);
    expect(JSON.parse(text)).toEqual(json);
    expect(toJSON(back, slots)).toEqual(json);
    expect(describe(back)).toBe(describe(policy));
    expect(describe(policy)).not.toMatch(/custom|undefined/);
    expect(back).toMatchObject(JSON.parse(JSON.stringify(policy, withoutWords)) as object);
  });

  it('awsStandard, as the options of a quota', () => {
    const json = toJSON(core.retryQuota(core.awsStandard));
    expect(json.policy).toEqual({ word: 'retryQuota', ...core.awsStandard, cost: { slot: 'awsStandard' } });
    expect(toJSON(fromJSON(json))).toEqual(json);
  });

  it('httpRetry, as an exponentialBackoff with two slots', () => {
    const slots = { retryOn: { isTransient }, retryAfter: { retryAfter } };
    const json = toJSON(httpRetry({ base: 100 }), slots);
    expect(json.policy).toMatchObject({
      word: 'exponentialBackoff',
      base: 100,
      retryOn: { slot: 'isTransient' },
      retryAfter: { slot: 'retryAfter' },
    });
    expect(core.preview(fromJSON(json, slots), { error: { status: 404 } })).toEqual({ delays: [], reason: 'error' });
  });
});
