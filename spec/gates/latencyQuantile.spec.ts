import { describe, expect, it } from 'vitest';
import { gate, latencyQuantile, type Signal } from 'rxjs-reprise';
import { assertPolicyLaws, seededRandom } from 'rxjs-reprise/testing';
import { cancel, control, failure, folded, snapshotWith, success } from '../support/log.js';

const took = (ms: number): Signal => success(0, { took: ms });
const times = (n: number, signal: Signal): Signal[] => Array.from({ length: n }, () => signal);

/** Its delay after that log. */
function delayAfter(policy: ReturnType<typeof latencyQuantile>, log: readonly Signal[]): number {
  return policy.view(folded(policy, log), 0).delay;
}

describe('the first estimate', () => {
  it.each([
    [0.5, 2],
    [0.8, 5],
    [0.95, 20],
    [0.99, 100],
  ])('of the quantile %d takes %d attempts', (quantile, needed) => {
    const policy = latencyQuantile(quantile);
    expect(delayAfter(policy, times(needed - 1, took(7)))).toBe(Infinity);
    expect(delayAfter(policy, times(needed, took(7)))).toBe(7);
  });

  it('is the longest of them', () => {
    expect(delayAfter(latencyQuantile(0.75), [took(3), took(9), took(2), took(4)])).toBe(9);
  });

  it('is initial until then', () => {
    const policy = latencyQuantile(0.5, { initial: 40 });
    expect(policy.view(policy.initial, 0)).toEqual({ delay: 40, isReady: false });
    expect(policy.view(folded(policy, [took(3), took(9)]), 0)).toEqual({ delay: 9, isReady: true });
  });
});

describe('an attempt', () => {
  const policy = latencyQuantile(0.95);
  const ready = folded(policy, times(20, took(100)));

  it.each<[title: string, signal: Signal, delay: number]>([
    ['that took longer makes the delay longer', took(101), 100 * Math.exp(0.19)],
    ['that took as long makes it shorter', took(100), 100 * Math.exp(-0.01)],
    ['that took no time makes it no more than that shorter', took(0), 100 * Math.exp(-0.01)],
    ['that took years makes it no more than that longer', took(1e12), 100 * Math.exp(0.19)],
    ['that was cancelled later counts', cancel(0, { took: 101 }), 100 * Math.exp(0.19)],
    ['that was cancelled earlier does not', cancel(0, { took: 100 }), 100],
    ['that failed later counts', failure(0, { took: 101 }), 100 * Math.exp(0.19)],
    ['that failed earlier does not', failure(0, { took: 1 }), 100],
  ])('%s', (_, signal, delay) => {
    expect(policy.view(folded(policy, [signal], ready), 0).delay).toBeCloseTo(delay, 10);
  });

  it('that changes nothing leaves the same state', () => {
    for (const signal of [cancel(0, { took: 100 }), failure(0, { took: 1 }), control(0, 'resume')])
      expect(policy.reduce(ready, signal).state).toBe(ready);
    const bound = latencyQuantile(0.5, { max: 5 });
    const longest = folded(bound, times(2, took(5)));
    expect(bound.reduce(longest, took(9)).state).toBe(longest);
  });

  it('is always admitted', () => {
    expect(policy.handles).toEqual(['success', 'failure', 'cancel', 'control']);
  });
});

describe('the delay', () => {
  it('stays within min and max', () => {
    const policy = latencyQuantile(0.5, { min: 5, max: 20 });
    expect(delayAfter(policy, times(2, took(1)))).toBe(5);
    expect(delayAfter(policy, times(50, took(1)))).toBe(5);
    expect(delayAfter(policy, times(50, took(1000)))).toBe(20);
  });

  it('is at least 1 ms, so that calls of less than that are not all hedged', () => {
    expect(delayAfter(latencyQuantile(0.95), times(1000, took(0)))).toBe(1);
  });

  it('follows a tenfold rise in 13 attempts, and a tenfold fall in 231', () => {
    const policy = latencyQuantile(0.95);
    const usual = folded(policy, times(20, took(100)));
    const risen = folded(policy, times(13, took(1000)), usual);
    expect(policy.view(risen, 0).delay).toBeGreaterThan(1000);
    const fallen = folded(policy, times(231, took(10)), usual);
    expect(policy.view(fallen, 0).delay).toBeLessThan(10);
  });

  it.each<[title: string, draw: (u: number) => number, quantile: number]>([
    ['exponential times', (u) => -50 * Math.log(1 - u), -50 * Math.log(0.05)],
    ['uniform times', (u) => 100 * u, 95],
    ['constant times', () => 50, 50],
  ])('is near the quantile of %s', (_, draw, quantile) => {
    const random = seededRandom(1);
    const policy = latencyQuantile(0.95);
    let state = policy.initial;
    let sum = 0;
    const n = 20_000;
    for (let call = 0; call < n; call += 1) {
      state = policy.reduce(state, took(draw(random()))).state;
      if (call >= 1000) sum += policy.view(state, 0).delay;
    }
    expect(sum / (n - 1000) / quantile).toBeGreaterThan(0.9);
    expect(sum / (n - 1000) / quantile).toBeLessThan(1.15);
  });
});

describe('its gate', () => {
  it('keeps the laws of policies', () => {
    assertPolicyLaws(latencyQuantile(0.8));
    assertPolicyLaws(latencyQuantile(0.8, { initial: 10, min: 10, max: 10 }));
  });

  it('goes on from a snapshot', () => {
    const live = gate(latencyQuantile(0.5));
    live.restore(snapshotWith({ delay: 30, calls: 2 }, 'rxjs-reprise/latencyQuantile'));
    expect(live.state).toEqual({ delay: 30, isReady: true });
    live.restore(snapshotWith({ delay: 0, calls: 0 }, 'rxjs-reprise/latencyQuantile'));
    expect(live.state).toEqual({ delay: Infinity, isReady: false });
  });

  it.each([
    [{ delay: 30, calls: 3 }, 'calls 3'],
    [{ delay: 30, calls: -1 }, 'calls -1'],
    [{ delay: 30, calls: 0 }, 'delay 30'],
    [{ delay: 2, calls: 1 }, 'delay 2'],
    [{ delay: 1001, calls: 1 }, 'delay 1001'],
    [{ delay: null, calls: 1 }, 'delay null'],
    [{ delay: 30 }, 'calls undefined'],
  ])('rejects the snapshot %j', (state, got) => {
    const live = gate(latencyQuantile(0.5, { min: 3, max: 1000 }));
    expect(() => {
      live.restore(snapshotWith(state, 'rxjs-reprise/latencyQuantile'));
    }).toThrow(`gate gate: the snapshot must fit this policy, got ${got}`);
  });
});
