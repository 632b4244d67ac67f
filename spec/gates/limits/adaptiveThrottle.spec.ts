import { describe, expect, it } from 'vitest';
import {
  adaptiveThrottle,
  both,
  RejectedError,
  type AdaptiveThrottleOptions,
  type Outcome,
  type Policy,
  type Signal,
} from 'rxjs-reprise';
import { seededRandom } from 'rxjs-reprise/testing';
import { abandon, answers, ask, cancel, control, failure, folded, success } from '../../support/log.js';

/** A number of requests, of which the first are accepted. */
const traffic = (requests: number, accepts: number, now = 0): Signal[] => [
  ...Array.from({ length: requests }, () => ask(now)),
  ...Array.from({ length: accepts }, () => success(now)),
  ...Array.from({ length: requests - accepts }, () => failure(now)),
];

describe('adaptiveThrottle', () => {
  it.each<[requests: number, accepts: number, rejection: number, options?: AdaptiveThrottleOptions]>([
    [0, 0, 0],
    [1, 0, 1 / 2],
    [100, 50, 0],
    [100, 40, 20 / 101],
    [100, 0, 100 / 101],
    [100, 60, 0],
    [100, 50, 50 / 101, { k: 1 }],
    [100, 50, 0, { k: 3 }],
    [100, 20, 70 / 101, { k: 1.5 }],
  ])('SRE: %d requests and %d accepts', (requests, accepts, rejection, options = {}) => {
    const policy = adaptiveThrottle(options);
    const state = folded(policy, traffic(requests, accepts));
    const view = policy.view(state, 0);
    expect(view).toMatchObject({ requests, accepts });
    expect(view.rejection).toBeCloseTo(rejection, 12);

    const answersTo = (random: number): string[] => answers({ ...policy, initial: state }, [ask(0, { random })]);
    expect(answersTo(Math.max(0, 1 - rejection - 1e-9))).toEqual(['0']);
    expect(answersTo(1 - 2 ** -53)).toEqual([rejection > 0 ? 'Infinity throttle' : '0']);
    if (rejection > 0) expect(answersTo(1 - view.rejection)).toEqual(['Infinity throttle']);
    else expect(answersTo(1)).toEqual(['0']);
  });

  it('rounds to the numbers of the book: 0, 0.198, 0.990', () => {
    const policy = adaptiveThrottle();
    const rejections = [50, 40, 0].map((accepts) => policy.view(folded(policy, traffic(100, accepts)), 0).rejection);
    expect(rejections.map((p) => p.toFixed(3))).toEqual(['0.000', '0.198', '0.990']);
  });

  it('rejects that share of the asks', () => {
    const policy = adaptiveThrottle();
    const state = folded(policy, traffic(100, 40));
    const random = seededRandom(7);
    const draws = Array.from({ length: 50_000 }, () => policy.reduce(state, ask(0, { random: random() })).wait);
    expect(draws.filter((wait) => wait > 0).length / draws.length).toBeCloseTo(20 / 101, 2);
  });

  it('counts every ask, also a rejected one, after its decision', () => {
    const policy = adaptiveThrottle();
    const log = [ask(0, { random: 0.99 }), ask(0, { random: 0.4 }), ask(0, { random: 0.4 }), ask(0, { random: 0.4 })];
    expect(answers(policy, log)).toEqual(['0', '0', 'Infinity throttle', 'Infinity throttle']);
    expect(policy.view(folded(policy, log), 0)).toEqual({ requests: 4, accepts: 0, rejection: 4 / 5 });
  });

  it('counts an ask that it rejected, but not one that another part rejected', () => {
    const shut: Policy = { initial: null, reduce: (state) => ({ state, wait: Infinity, reason: 'shut' }) };
    const throttle = adaptiveThrottle();
    const policy = both(throttle, shut);
    const state = folded(throttle, traffic(1, 0));
    const requestsAfter = (random: number): number => {
      const { state: next } = policy.reduce([state, null], ask(0, { random }));
      return throttle.view((next as unknown[])[0], 0).requests;
    };
    expect([requestsAfter(0), requestsAfter(0.9)]).toEqual([1, 2]);
  });

  it('forgets what is older than the window, in ten steps', () => {
    const policy = adaptiveThrottle({ window: 1000 });
    const state = folded(policy, [...traffic(10, 2, 0), ...traffic(4, 1, 150)]);
    const views = [999, 1000, 1099, 1100].map((now) => policy.view(state, now));
    expect(views.map(({ requests, accepts }) => [requests, accepts])).toEqual([
      [14, 3],
      [4, 1],
      [4, 1],
      [0, 0],
    ]);
  });

  it.each<[outcome: Outcome, requests: number, accepts: number]>([
    ['failure', 3, 0],
    ['success', 3, 1],
    ['ignore', 2, 0],
  ])('counts an error that is classified as %s', (outcome, requests, accepts) => {
    const policy = adaptiveThrottle({ classify: (error) => (error === 'odd' ? outcome : 'failure') });
    const state = folded(policy, [ask(0), ask(0), ask(0), failure(0), failure(0, { error: 'odd' })]);
    expect(policy.view(state, 0)).toMatchObject({ requests, accepts });
  });

  it('takes back a request that was cancelled or that another gate rejected', () => {
    const policy = adaptiveThrottle();
    const before = folded(policy, traffic(3, 0));
    expect(policy.view(folded(policy, [cancel(0)], before), 0).requests).toBe(2);
    expect(policy.view(folded(policy, [failure(0, { error: new RejectedError('open') })], before), 0).requests).toBe(2);
  });

  it('never counts fewer than 0 requests, when one is taken back after the window', () => {
    const policy = adaptiveThrottle({ window: 1000 });
    const state = folded(policy, [ask(0), cancel(5000), cancel(5000)]);
    expect(policy.view(state, 5000)).toEqual({ requests: 0, accepts: 0, rejection: 0 });
    expect(policy.view(folded(policy, traffic(3, 0, 5000), state), 5000).requests).toBe(1);
  });

  it('cannot take back a request that the window has forgotten', () => {
    const policy = adaptiveThrottle({ window: 1000, classify: () => 'ignore' });
    const state = folded(policy, [ask(0), ask(900)]);
    for (const end of [cancel, failure]) {
      expect(policy.reduce(state, end(1000, { took: 1000 })).state).toBe(state);
      expect(policy.reduce(state, end(5000, { took: 4100 })).state).toBe(state);
      expect(policy.view(folded(policy, [end(999, { took: 999 })], state), 999).requests).toBe(1);
    }
  });

  it('counts an error on which classify throws as a failure, and returns what it threw', () => {
    const odd = new Error('odd');
    const policy = adaptiveThrottle({
      classify: () => {
        throw odd;
      },
    });
    const state = folded(policy, [ask(0)]);
    const verdict = policy.reduce(state, failure(0));
    expect(verdict).toStrictEqual({ state, wait: 0, thrown: { error: odd } });
    expect(verdict.state).toBe(state);
  });

  it('returns the same state if nothing changes', () => {
    const policy = adaptiveThrottle();
    const state = folded(policy, traffic(3, 1));
    const value = { kind: 'value', ticket: 1, now: 0, random: 0, value: 1 } as const;
    for (const signal of [failure(0), abandon(0), control(0, 'reset'), control(0, 'resume'), value]) {
      expect(policy.reduce(state, signal)).toStrictEqual({ state, wait: 0 });
      expect(policy.reduce(state, signal).state).toBe(state);
    }
    expect(policy.wakes(policy.initial, state, success(0))).toEqual([]);
  });

  it('resumes on another clock with its counts, none of them in the future', () => {
    const policy = adaptiveThrottle({ window: 1000 });
    const state = folded(policy, [...traffic(5, 1, 1e9), control(50, 'resume')]);
    expect([50, 1050].map((now) => policy.view(state, now).requests)).toEqual([5, 0]);
  });

  it('admits healthy traffic, almost nothing in an outage, and recovers by itself', () => {
    const policy = adaptiveThrottle({ window: 10_000 });
    const random = seededRandom(3);
    let state = policy.initial;
    let now = 0;
    /** How many of 100 requests in each second were admitted, if the other side accepts the share `rate` of them. */
    const seconds = (length: number, rate: number): number[] =>
      Array.from({ length }, () => {
        let admitted = 0;
        for (let n = 0; n < 100; n += 1) {
          now += 10;
          const verdict = policy.reduce(state, ask(now, { random: random() }));
          ({ state } = verdict);
          if (verdict.wait > 0) continue;
          admitted += 1;
          ({ state } = policy.reduce(state, random() < rate ? success(now) : failure(now)));
        }
        return admitted;
      });
    expect(Math.min(...seconds(30, 0.9))).toBe(100);
    expect(seconds(30, 0).slice(-20)).toSatisfy((each: number[]) => each.every((admitted) => admitted <= 2));
    const recovery = seconds(120, 1);
    expect(recovery.slice(-10)).toEqual(Array.from({ length: 10 }, () => 100));
    // Traffic grows by a factor of about e in each window.
    expect(recovery.findIndex((admitted) => admitted === 100)).toSatisfy((at: number) => at > 30 && at < 90);
  });
});
