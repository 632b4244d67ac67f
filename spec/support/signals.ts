import type { Ask, Cancel, Failure, Policy, Signal, Success, Value, Verdict } from 'rxjs-reprise';
import { expect } from 'vitest';
import { step } from '../../src/policy/policy.js';

/*
 * Signals in short form, and the answers of a policy to them.
 */

const stamp = { ticket: 1, now: 0, random: 0 };

export const ask = (given: Partial<Ask> = {}): Ask => ({ kind: 'ask', ...stamp, attempt: 1, ...given });
export const value = (value: unknown, given: Partial<Value> = {}): Value => ({
  kind: 'value',
  ...stamp,
  value,
  ...given,
});
export const success = (given: Partial<Success> = {}): Success => ({ kind: 'success', ...stamp, took: 0, ...given });
export const failure = (given: Partial<Failure> = {}): Failure => ({
  kind: 'failure',
  ...stamp,
  took: 0,
  error: undefined,
  ...given,
});
export const cancel = (given: Partial<Cancel> = {}): Cancel => ({ kind: 'cancel', ...stamp, took: 0, ...given });

/** Every verdict, in order. */
export function verdicts(policy: Policy, signals: readonly Signal[]): Verdict[] {
  let { initial: state } = policy;
  return signals.map((signal) => {
    const verdict = step(policy, state, signal);
    state = verdict.state;
    return verdict;
  });
}

export const waits = (policy: Policy, signals: readonly Signal[]): number[] =>
  verdicts(policy, signals).map(({ wait }) => wait);

/** These numbers, each within 0.0005. */
export const close = (numbers: readonly number[]): unknown[] => numbers.map((each): unknown => expect.closeTo(each, 3));
