import { describe, expect, it } from 'vitest';
import {
  decorrelated,
  either,
  exponential,
  fibonacci,
  fixed,
  immediate,
  linear,
  never,
  preview,
  retries,
  sequence,
  smoothExponential,
  type Policy,
  type Signal,
} from 'rxjs-reprise';
import { ask, cancel, close, failure, success, value, verdicts } from '../support/signals.js';

const draws = [0, 0.25, 0.5, 0.75, 0.999];

describe('a delay', () => {
  it.each<[string, Policy, number[]]>([
    ['immediate', immediate, [0, 0, 0, 0, 0]],
    ['fixed(100)', fixed(100), [100, 100, 100, 100, 100]],
    ['linear(100)', linear(100), [100, 200, 300, 400, 500]],
    ['exponential(100)', exponential(100), [100, 200, 400, 800, 1600]],
    ['exponential(100, 1)', exponential(100, 1), [100, 100, 100, 100, 100]],
    ['exponential(500, 1.5)', exponential(500, 1.5), [500, 750, 1125, 1687.5, 2531.25]],
    ['fibonacci(100)', fibonacci(100), [100, 100, 200, 300, 500]],
    ['linear(0)', linear(0), [0, 0, 0, 0, 0]],
  ])('%s begins with its argument and follows its curve', (_, policy, curve) => {
    expect(preview(policy, { failures: curve.length })).toEqual({ delays: curve, reason: undefined });
  });

  it.each<[string, Policy, readonly number[], number[]]>([
    ['AWS decorrelated', decorrelated({ base: 100, cap: 10_000 }), draws, [100, 150, 275, 643.75, 1929.419]],
    [
      'Polly.Contrib windowed decorrelated',
      decorrelated({ base: 100, cap: 600 }),
      [0.5, 0.5, 0.5, 0.999, 0.999],
      [200, 350, 350, 599.5, 599.5],
    ],
    ['Polly V2, b = 128', smoothExponential(128), draws, [0, 212.543, 302.805, 713.7, 1693.876]],
    [
      'Polly V2, b = 1000',
      smoothExponential(1000),
      [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
      [897.405, 1093.004, 2035.748, 4045.979, 8083.632, 16_163.663],
    ],
    [
      'Polly V2, capped',
      smoothExponential(1000, { cap: 3000 }),
      [0.5, 0.5, 0.5, 0.5],
      [897.405, 1093.004, 2035.748, 3000],
    ],
    [
      'Polly V2, the latest draw and then the earliest',
      smoothExponential(1000),
      [0.999, 0, 0],
      [1376.127, 1.055, 1460.067],
    ],
  ])('has the numbers of its source: %s', (_, policy, random, vector) => {
    expect(preview(policy, { random }).delays).toEqual(close(vector));
  });

  it.each<[string, Policy]>([
    ['linear(1e305)', linear(1e305)],
    ['exponential(100)', exponential(100)],
    ['exponential(1, 1.5)', exponential(1, 1.5)],
    ['fibonacci(100)', fibonacci(100)],
    ['smoothExponential(100)', smoothExponential(100)],
  ])('%s reaches the largest number and stays there', (_, policy) => {
    const { delays } = preview(policy, { failures: 2000 });
    expect(delays).toHaveLength(2000);
    expect(delays.filter((ms) => !(ms > 0 && ms <= Number.MAX_VALUE))).toEqual([]);
    expect(delays.slice(-100)).toEqual(Array(100).fill(Number.MAX_VALUE));
  });

  it.each<[string, Policy]>([
    ['linear', linear(1e305)],
    ['exponential', exponential(100)],
    ['fibonacci', fibonacci(100)],
    ['smoothExponential', smoothExponential(100)],
    ['decorrelated', decorrelated({ base: 1, cap: Number.MAX_VALUE })],
  ])('of %s has a JSON state, after any number of retries', (_, policy) => {
    const { state } = verdicts(policy, Array<Signal>(2000).fill(failure({ random: 0.9 }))).at(-1) ?? {};
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  it('of 0 stays 0 if its factor overflows', () => {
    expect(new Set(preview(exponential(0), { failures: 2000 }).delays)).toEqual(new Set([0]));
  });

  it('of smoothExponential is its cap once the curve is not finite', () => {
    const { delays } = preview(smoothExponential(0.001, { cap: 30_000 }), { failures: 2000 });
    expect(delays.slice(-900)).toEqual(Array(900).fill(30_000));
  });

  it('of decorrelated is at most its cap for the latest draw too, although rounding would exceed it', () => {
    const [base, cap] = [179.29274520159373, 777.5505407568243];
    expect(base + (cap - base)).toBeGreaterThan(cap);
    expect(preview(decorrelated({ base, cap }), { failures: 3, random: 1 }).delays.at(-1)).toBe(cap);
  });

  it('can have a cap equal to its first delay', () => {
    expect(preview(decorrelated({ base: 5, cap: 5 }), { failures: 2 }).delays).toEqual([5, 5]);
    expect(preview(smoothExponential(5, { cap: 5 }), { failures: 1, random: 1 }).delays).toEqual([5]);
  });

  it('of decorrelated draws from the delay before, at least its base', () => {
    const random = [1, 0, 1];
    expect(preview(decorrelated({ base: 100, cap: 10_000 }), { random }).delays).toEqual([300, 100, 300]);
  });
});

describe('sequence', () => {
  it('says no after its last delay', () => {
    expect(preview(sequence([300, 0, 100]))).toEqual({ delays: [300, 0, 100], reason: 'exhausted' });
  });

  it('keeps saying no', () => {
    const [, ...noes] = verdicts(sequence([1]), [failure(), failure(), failure()]);
    expect(noes).toEqual([
      { state: 1, wait: Infinity, reason: 'exhausted' },
      { state: 1, wait: Infinity, reason: 'exhausted' },
    ]);
  });

  it('is not changed by later changes to the array', () => {
    const delays = [1, 2];
    const policy = sequence(delays);
    delays.push(3);
    expect(preview(policy).delays).toEqual([1, 2]);
  });
});

describe('never', () => {
  it('says no to every failure, as retries(0) does with another reason', () => {
    expect(preview(never)).toEqual({ delays: [], reason: 'exhausted' });
    expect(preview(retries(0))).toEqual({ delays: [], reason: 'retries' });
  });

  it('admits every attempt and handles no report', () => {
    for (const signal of [ask(), value(1), success(), cancel()]) {
      expect(never.reduce(never.initial, signal)).toEqual({ state: null, wait: 0 });
    }
  });

  it('has no effect in either', () => {
    expect(preview(either(never, fixed(5)), { failures: 2 }).delays).toEqual([5, 5]);
  });
});

describe('immediate', () => {
  it('handles nothing, and answers 0 to everything', () => {
    expect(immediate.handles).toEqual([]);
    for (const signal of [ask(), value(1), success(), failure(), cancel()]) {
      expect(immediate.reduce(null, signal)).toEqual({ state: null, wait: 0 });
    }
  });
});
