import { describe, expect, it } from 'vitest';
import { RejectedError, retryThrottle, type Outcome, type Signal } from 'rxjs-reprise';
import { abandon, answers, ask, cancel, control, failure, folded, success } from '../../support/log.js';

const grpc = { maxTokens: 10, tokenRatio: 0.1 };
const retry = ask(0, { attempt: 2 });
const times = (n: number, signal: Signal): Signal[] => Array.from({ length: n }, () => signal);

describe('retryThrottle', () => {
  it.each<[title: string, log: readonly Signal[], tokens: number, isAllowed: boolean]>([
    ['full at first', [], 10, true],
    ['9', times(1, failure(0)), 9, true],
    ['8', times(2, failure(0)), 8, true],
    ['7', times(3, failure(0)), 7, true],
    ['6', times(4, failure(0)), 6, true],
    ['5 is rejected', times(5, failure(0)), 5, false],
    ['5.1 is allowed', [...times(5, failure(0)), success(0)], 5.1, true],
    ['never below 0', times(12, failure(0)), 0, false],
    ['never above maxTokens', [...times(12, success(0)), failure(0)], 9, true],
    ['50 successes are 5 exactly', [...times(10, failure(0)), ...times(50, success(0))], 5, false],
    ['and the 51st exceeds half', [...times(10, failure(0)), ...times(51, success(0))], 5.1, true],
  ])('gRPC, 10 and 0.1: %s', (_, log, tokens, isAllowed) => {
    const policy = retryThrottle(grpc);
    const state = folded(policy, log);
    expect(policy.view(state, 0)).toEqual({ tokens, isThrottling: !isAllowed });
    expect(policy.reduce(state, retry)).toStrictEqual(
      isAllowed ? { state, wait: 0 } : { state, wait: Infinity, reason: 'throttle' },
    );
    expect(answers({ ...policy, initial: state }, [ask(0)])).toEqual(['0']);
  });

  it('does not drift over a million ups and downs', () => {
    const policy = retryThrottle(grpc);
    let state = folded(policy, times(4, failure(0)));
    for (let round = 0; round < 90_000; round += 1) {
      ({ state } = policy.reduce(state, failure(0)));
      for (let n = 0; n < 10; n += 1) ({ state } = policy.reduce(state, success(0)));
    }
    expect(policy.view(state, 0).tokens).toBe(6);
  });

  it.each<[outcome: Outcome, tokens: number]>([
    ['failure', 8],
    ['success', 9.1],
    ['ignore', 9],
  ])('counts an error that is classified as %s', (outcome, tokens) => {
    const policy = retryThrottle({ ...grpc, classify: (error) => (error === 'odd' ? outcome : 'failure') });
    const state = folded(policy, [failure(0), failure(0, { error: 'odd' })]);
    expect(policy.view(state, 0).tokens).toBe(tokens);
  });

  it('ignores our own rejections by default', () => {
    const policy = retryThrottle(grpc);
    expect(policy.reduce(policy.initial, failure(0, { error: new RejectedError('open') })).state).toBe(policy.initial);
  });

  it('counts an error on which classify throws, and returns what it threw', () => {
    const odd = new Error('odd');
    const policy = retryThrottle({
      ...grpc,
      classify: () => {
        throw odd;
      },
    });
    const verdict = policy.reduce(policy.initial, failure(0));
    expect(verdict).toStrictEqual({ state: { tokens: 9 }, wait: 0, thrown: { error: odd } });
  });

  it('returns the same state if nothing changes', () => {
    const policy = retryThrottle({ ...grpc, classify: (error) => (error === 'odd' ? 'ignore' : 'failure') });
    const empty = folded(policy, times(10, failure(0)));
    const other = [ask(0), cancel(0), abandon(0), control(0, 'resume'), failure(0, { error: 'odd' })];
    for (const signal of [...other, { kind: 'value', ticket: 1, now: 0, random: 0, value: 1 } as const]) {
      expect(policy.reduce(policy.initial, signal)).toStrictEqual({ state: policy.initial, wait: 0 });
      expect(policy.reduce(policy.initial, signal).state).toBe(policy.initial);
    }
    expect(policy.reduce(policy.initial, success(0)).state).toBe(policy.initial);
    expect(policy.reduce(empty, failure(0)).state).toBe(empty);
    expect(policy.reduce(empty, retry).state).toBe(empty);
    expect(policy.wakes(empty, policy.initial, success(0))).toEqual([]);
  });

  it('accepts the bounds of gRPC', () => {
    const policy = retryThrottle({ maxTokens: 1000, tokenRatio: 5 });
    expect(policy.view(policy.initial, 0)).toEqual({ tokens: 1000, isThrottling: false });
    const small = retryThrottle({ maxTokens: 0.5, tokenRatio: 0.001 });
    expect(small.view(folded(small, [failure(0), success(0)]), 0)).toEqual({ tokens: 0.001, isThrottling: true });
  });
});
