import { describe, expect, it } from 'vitest';
import {
  both,
  decorrelated,
  exponential,
  exponentialBackoff,
  fixed,
  immediate,
  jittered,
  never,
  onFailure,
  preview,
  retries,
  sequence,
  smoothExponential,
  within,
} from 'rxjs-reprise';
import { schedule, type Schedule } from 'rxjs-reprise/lab';
import { seededRandom } from '../../src/policy/seededRandom.js';

const waits = ({ retries: all }: Schedule) => all.map(({ wait }) => wait);

describe('schedule', () => {
  it('contains every possible schedule, and its bounds are exact', () => {
    const policy = exponentialBackoff({ base: 100, cap: 1000, maxAttempts: 8, jitter: 'equal' });
    const { retries: all, reason, isJittered } = schedule(policy);
    expect(waits({ retries: all } as Schedule).slice(0, 3)).toEqual([
      [50, 100],
      [100, 200],
      [200, 400],
    ]);
    const random = seededRandom(3);
    for (let client = 0; client < 200; client += 1) {
      let now = 0;
      preview(policy, { random }).delays.forEach((delay, index) => {
        now += delay;
        expect(now).toBeGreaterThanOrEqual(Number(all[index]?.earliest));
        expect(now).toBeLessThanOrEqual(Number(all[index]?.latest));
      });
    }
    expect(all.map(({ middle }) => middle)).toEqual([75, 225, 525, 1125, 1875, 2625, 3375]);
    expect(all.map(({ clients }) => clients.length)).toEqual(new Array(7).fill(60));
    expect([reason, isJittered]).toEqual(['retries', true]);
  });

  it('recognizes a policy without jitter', () => {
    expect(schedule(fixed(100), { retries: 3, clients: 2 })).toEqual({
      retries: [1, 2, 3].map((retry) => ({
        wait: [100, 100],
        earliest: 100 * retry,
        middle: 100 * retry,
        latest: 100 * retry,
        clients: [100 * retry, 100 * retry],
      })),
      reason: undefined,
      isJittered: false,
      cap: undefined,
      deadline: undefined,
    });
  });

  it('finds where waits stop growing', () => {
    expect(schedule(exponentialBackoff({ base: 100, cap: 500, jitter: false, maxAttempts: 9 })).cap).toEqual({
      wait: 500,
      from: 4,
    });
    expect(schedule(exponential(100)).cap).toBeUndefined();
    expect(schedule(sequence([1, 2, 3])).cap).toBeUndefined();
    expect(schedule(never)).toMatchObject({ retries: [], cap: undefined, reason: 'exhausted' });
  });

  it('finds the deadline wherever it is in the policy', () => {
    expect(schedule(within(5000, exponential(100))).deadline).toBe(5000);
    expect(schedule(both(jittered('full', fixed(70)), within(777, immediate))).deadline).toBe(777);
    expect(schedule(within(50, fixed(100))).deadline).toBe(50);
    const late = onFailure(0, (state) => ({ state, wait: Infinity, reason: 'deadline' }));
    expect(schedule(late).deadline).toBe(0);
    expect(schedule(exponential(100)).deadline).toBeUndefined();
  });

  it('shows all bounds even if the latest schedule ends early', () => {
    const { retries: all } = schedule(within(1000, jittered([0.5, 1], fixed(300))));
    expect(all.map(({ wait, latest }) => [...wait, latest])).toEqual([
      [150, 300, 300],
      [150, 300, 600],
      [150, 300, 900],
      [150, 300, 1000],
      [150, 300, 1000],
      [150, 250, 1000],
    ]);
  });

  it('accepts waits that depend on earlier random numbers or are not monotone', () => {
    expect(waits(schedule(both(decorrelated({ base: 100, cap: 1000 }), retries(3))))).toEqual([
      [100, 300],
      [100, 900],
      [100, 1000],
    ]);
    for (const [least, most] of waits(schedule(smoothExponential(100)))) expect(least).toBeLessThanOrEqual(most);
  });

  it('accepts a policy that gives up by a rule of its own', () => {
    const policy = onFailure(0, (spent, { random }) => {
      const wait = 100 + 100 * random;
      return spent + wait > 450 ? { state: spent, wait: Infinity } : { state: spent + wait, wait };
    });
    const { retries: all, reason } = schedule(policy, { clients: 0 });
    expect(all.map(({ wait, earliest, middle, latest }) => [...wait, earliest, middle, latest])).toEqual([
      [100, 200, 100, 150, 200],
      [100, 200, 200, 300, 400],
      [100, 200, 300, 450, 400],
      [100, 100, 400, 400, 400],
    ]);
    expect(reason).toBe('rejected');
  });

  it('fails with the given error', () => {
    const policy = exponentialBackoff({ retryOn: TypeError });
    expect(schedule(policy).reason).toBe('error');
    expect(schedule(policy, { error: new TypeError() }).retries).toHaveLength(4);
  });
});
