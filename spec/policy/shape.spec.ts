import { describe, expect, it } from 'vitest';
import {
  both,
  capped,
  either,
  exponential,
  exponentialBackoff,
  fixed,
  followedBy,
  hinted,
  immediate,
  jittered,
  linear,
  never,
  onlyIf,
  preview,
  resetAfterUptime,
  resetOn,
  retries,
  sequence,
  within,
  type HintOptions,
  type Jitter,
  type Policy,
} from 'rxjs-reprise';
import { ask, close, failure, success, value, verdicts, waits } from '../support/signals.js';

const draws = [0, 0.25, 0.5, 0.75, 0.999];

/** Postpones asks by 70 ms and answers every other signal with 900. */
const slow: Policy = { initial: null, reduce: (state, { kind }) => ({ state, wait: kind === 'ask' ? 70 : 900 }) };

describe.each<[string, (policy: Policy) => Policy, number]>([
  ['capped', (policy) => capped(50, policy), 50],
  ['jittered', (policy) => jittered([2, 2], policy), 1800],
  ['hinted', (policy) => hinted(policy, { from: () => 100 }), 1000],
])('%s', (_, shaped, wait) => {
  it('changes only waits after a failure', () => {
    const signals = [ask(), value(1), success(), failure()];
    expect(verdicts(shaped(slow), signals).map((verdict) => verdict.wait)).toEqual([70, 900, 900, wait]);
  });

  it('passes a no unchanged', () => {
    const policy = shaped(sequence([1]));
    expect(verdicts(policy, [failure(), failure()])[1]).toEqual({ state: 1, wait: Infinity, reason: 'exhausted' });
  });
});

describe('capped', () => {
  it('bounds each delay and never gives up', () => {
    expect(preview(capped(250, exponential(100)), { failures: 5 }).delays).toEqual([100, 200, 250, 250, 250]);
    expect(preview(capped(0, fixed(7)), { failures: 1 }).delays).toEqual([0]);
  });

  it('does not change an inner limit', () => {
    expect(preview(capped(50, both(exponential(100), retries(2))))).toEqual({ delays: [50, 50], reason: 'retries' });
  });
});

describe('jittered', () => {
  it.each<[string, Jitter, Policy, readonly number[], number[]]>([
    ['AWS full', 'full', exponential(100), draws, [0, 50, 200, 600, 1598.4]],
    ['AWS equal', 'equal', exponential(100), draws, [50, 125, 300, 700, 1599.2]],
    ['±50 %', true, exponential(100), draws, [50, 150, 400, 1000, 2398.4]],
    ['Effect and ZIO, ±20 %', [0.8, 1.2], exponential(100), draws, [80, 180, 400, 880, 1919.36]],
    ['p-retry and node-retry', [1, 2], exponential(1000), draws, [1000, 2500, 6000, 14_000, 31_984]],
    ['BullMQ, jitter 0.5', 'equal', exponential(1000), draws, [500, 1250, 3000, 7000, 15_992]],
    ['Polly constant', [0.75, 1.25], fixed(1000), [0, 0.4, 0.6, 1], [750, 950, 1050, 1250]],
    ['Polly linear', [0.75, 1.25], linear(1000), [0, 0.4, 0.6], [750, 1900, 3150]],
    ['Temporal internal', [0.8, 1], exponential(1000), [0, 0.25, 0.5, 0.75], [800, 1700, 3600, 7600]],
    ['none', false, exponential(100), draws, [100, 200, 400, 800, 1600]],
    [
      'gRPC, ±20 % after the cap',
      [0.8, 1.2],
      capped(300, exponential(100)),
      [0, 0.5, 0.5, 0.999],
      [80, 200, 300, 359.88],
    ],
  ])('has the numbers of its source: %s', (_, kind, policy, random, vector) => {
    expect(preview(jittered(kind, policy), { random }).delays).toEqual(close(vector));
  });

  it.each<[string, Jitter, number, number[]]>([
    ['AWS full, 20 s', 'full', 0.999, [49.95, 99.9, 199.8, 399.6, 799.2, 1598.4, 3196.8, 6393.6, 12_787.2, 19_980]],
    ['Reactor, in the middle of its range', true, 0.5, [50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 13_333.333]],
    ['equal, earliest', 'equal', 0, [25, 50, 100, 200, 400, 800, 1600, 3200, 6400, 10_000]],
  ])('caps the range before the draw: %s', (_, kind, random, vector) => {
    expect(preview(jittered(kind, exponential(50), { cap: 20_000 }), { random }).delays).toEqual(close(vector));
  });

  it('spreads the delays at the cap', () => {
    const policy = jittered(true, fixed(10_000), { cap: 600 });
    expect(preview(policy, { random: draws }).delays).toEqual(close([200, 300, 400, 500, 599.6]));
    expect(preview(policy, { random: [1] }).delays).toEqual([600]);
  });

  it('shortens the first delay too if the cap is the base', () => {
    expect(preview(jittered(true, exponential(100), { cap: 100 }), { random: [0, 1] }).delays).toEqual(
      close([33.333, 100]),
    );
  });

  it('draws only 0 from a range of 0, whatever the cap', () => {
    expect(preview(jittered([0, 0], exponential(100), { cap: 0 }), { failures: 2 }).delays).toEqual([0, 0]);
    expect(preview(jittered([0, 0], exponential(100), { cap: 500 }), { failures: 2 }).delays).toEqual([0, 0]);
  });

  it('stays finite if the range would not', () => {
    const policy = jittered([3, 4], fixed(Number.MAX_VALUE));
    expect(preview(policy, { failures: 1, random: 1 }).delays).toEqual([Number.MAX_VALUE]);
    const narrow = jittered([0, 0.1], fixed(100), { cap: Number.MAX_VALUE });
    expect(preview(narrow, { failures: 1, random: 0.5 }).delays).toEqual(close([5]));
  });
});

/** An object that throws whatever is read of it. */
function revokedProxy(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe('hinted', () => {
  const after = (error: unknown, options?: HintOptions): unknown =>
    preview(hinted(fixed(100), options), { failures: 1, error: () => error });

  it.each<[string, unknown, HintOptions | undefined, number]>([
    ['adds the hint to its own wait', { retryAfter: 2000 }, undefined, 2100],
    ['takes a hint of 0 as no extra wait', { retryAfter: 0 }, undefined, 100],
    ['adds nothing without a hint', new Error(), undefined, 100],
    ['adds nothing after undefined', undefined, undefined, 100],
    ['adds nothing after null', null, undefined, 100],
    ['adds nothing after a string', 'retryAfter', undefined, 100],
    ['ignores a hint that is a string', { retryAfter: '2000' }, undefined, 100],
    ['ignores a hint that is negative', { retryAfter: -1 }, undefined, 100],
    ['adds nothing if the error cannot be read', revokedProxy(), undefined, 100],
    ['ignores a hint that is NaN', { retryAfter: NaN }, undefined, 100],
    [
      'reads the hint with `from`',
      { seconds: 2 },
      { from: (error: { seconds: number }) => error.seconds * 1000 },
      2100,
    ],
    ['adds nothing if `from` finds no hint', {}, { from: () => undefined }, 100],
    ['respects a hint of a minute by default', { retryAfter: 60_000 }, undefined, 60_100],
    ['respects a hint that is exactly `max`', { retryAfter: 500 }, { max: 500 }, 600],
    ['clamps a longer hint', { retryAfter: 501 }, { max: 500, past: 'clamp' }, 600],
    ['clamps an infinite hint', { retryAfter: Infinity }, { max: 500, past: 'clamp' }, 600],
  ])('%s', (_, error, options, wait) => {
    expect(after(error, options)).toEqual({ delays: [wait], reason: undefined });
  });

  it.each<[string, unknown, HintOptions | undefined]>([
    ['a hint longer than allowed', { retryAfter: 501 }, { max: 500 }],
    ['a hint longer than allowed, with `stop`', { retryAfter: 501 }, { max: 500, past: 'stop' }],
    ['an infinite hint', { retryAfter: Infinity }, undefined],
    ['a hint of more than a minute by default', { retryAfter: 60_001 }, undefined],
  ])('says no to %s', (_, error, options) => {
    expect(after(error, options)).toEqual({ delays: [], reason: 'hint' });
  });

  it('never retries before the hint, whatever the draw', () => {
    const policy = hinted(jittered('full', exponential(100)));
    const { delays } = preview(policy, { random: draws, error: { retryAfter: 700 } });
    expect(delays).toEqual(close([700, 750, 900, 1300, 2298.4]));
  });

  it('respects the hint around a policy that does not handle failures', () => {
    const policy = hinted(immediate);
    expect(policy.handles).toEqual(['failure']);
    expect(preview(policy, { failures: 1, error: { retryAfter: 700 } }).delays).toEqual([700]);
  });

  it('leaves the limit to the inner policy', () => {
    expect(preview(hinted(retries(1)), { error: { retryAfter: 700 } })).toEqual({ delays: [700], reason: 'retries' });
  });

  it('stays finite', () => {
    const policy = hinted(fixed(Number.MAX_VALUE), { max: Number.MAX_VALUE });
    expect(preview(policy, { failures: 1, error: { retryAfter: Number.MAX_VALUE } }).delays).toEqual([
      Number.MAX_VALUE,
    ]);
  });

  it.each([
    [-1, RangeError, '-1'],
    [NaN, RangeError, 'NaN'],
    ['5', TypeError, '"5"'],
    [null, TypeError, 'null'],
  ])('rejects %s as the answer of from', (hint, kind, shown) => {
    const policy = hinted(immediate, { from: () => hint as number });
    const message = `hinted: the answer of from must be a number of milliseconds, at least 0, or undefined, got ${shown}`;
    expect(() => preview(policy)).toThrow(new kind(message));
  });
});

describe('a deadline inside', () => {
  const hourly: HintOptions = { from: () => 3_600_000, max: 3_600_000 };
  const preset = exponentialBackoff({ base: 100, jitter: false, maxElapsed: 1000 });
  const deadline = { delays: [], reason: 'deadline' };

  it.each<[string, Policy]>([
    ['the hint of hinted, around a preset', hinted(preset, hourly)],
    ['the hint of hinted, around within', hinted(within(1000, fixed(100)), hourly)],
    ['the clamped hint of hinted', hinted(preset, { from: () => Infinity, max: 5000, past: 'clamp' })],
    ['the range of jittered', jittered([20, 20], preset)],
    ['the longest wait of both', both(preset, fixed(1001))],
    ['the longest wait of both around a part that bounds', both(fixed(1001), both(immediate, within(1000, fixed(1))))],
    ['a hint around capped', hinted(capped(50, preset), hourly)],
    ['a hint around resetOn', hinted(resetOn(Boolean, preset), hourly)],
    ['a hint around resetAfterUptime', hinted(resetAfterUptime(5, preset), hourly)],
    ['a hint around onlyIf', hinted(onlyIf(Error, preset), hourly)],
    ['a hint around followedBy', hinted(followedBy(preset, fixed(1)), hourly)],
    ['a hint around the second part of followedBy', hinted(followedBy(never, within(1000, fixed(1))), hourly)],
    ['a hint around either, if all parts have a deadline', hinted(either(preset, within(900, fixed(1))), hourly)],
    ['a hint around either, if the other part says no', hinted(either(preset, never), hourly)],
    ['a hint around the outer of two deadlines', hinted(within(1000, within(9e9, fixed(1))), hourly)],
    ['a hint around the inner of two deadlines', hinted(within(9e9, within(1000, fixed(1))), hourly)],
    ['a wait at an ask, beside it', both(preset, { initial: 0, reduce: (state) => ({ state, wait: 1001 }) })],
  ])('bounds %s', (_, policy) => {
    expect(preview(policy)).toEqual(deadline);
  });

  it.each<[string, Policy, number]>([
    ['a longer wait that ends exactly at it', both(preset, fixed(1000)), 1000],
    ['either with a part that has none', hinted(either(preset, fixed(200)), { from: () => 5000 }), 5100],
    [
      'either with a part that has a later one',
      hinted(either(preset, within(9000, fixed(200))), { from: () => 5000 }),
      5100,
    ],
  ])('allows %s', (_, policy, wait) => {
    expect(preview(policy, { failures: 1 }).delays).toEqual([wait]);
  });

  it('never rejects an attempt that may start now', () => {
    const policy = both(preset, within(500, immediate));
    expect(waits(policy, [ask(), ask({ now: 5000 })])).toEqual([0, 0]);
  });

  it('keeps the reason of a wait and what a predicate threw', () => {
    const thrown = { error: new Error('thrown') };
    const odd: Policy = { initial: 0, reduce: (state) => ({ state, wait: 5, reason: 'busy', thrown }) };
    expect(verdicts(both(within(100, immediate), odd), [ask()])).toMatchObject([{ wait: 5, reason: 'busy', thrown }]);
    expect(verdicts(within(1, odd), [ask()])).toMatchObject([{ wait: Infinity, reason: 'deadline', thrown }]);
  });
});
