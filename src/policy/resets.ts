import { answered, callable, milliseconds } from '../options.js';
import { samePart } from './parts.js';
import { checkPolicy, handledKinds, step, type Policy, type Verdict } from './policy.js';
import type { Signal } from './signals.js';

/*
 * When a policy begins again: at a value that proves health, or after a connection that held.
 */

/**
 * Resets `policy` to its initial state at every value that matches. Do not match every value: a source that emits a
 * greeting before it fails would be retried forever. Match the value that proves health, and keep an outer limit:
 * `both(resetOn(isOpen, retries(5)), retries(100))`.
 *
 * @param predicate which values reset it
 * @param policy the policy to reset
 * @throws TypeError if one is anything else. An error that the predicate throws ends the stream.
 *
 * @example
 * const policy = resetOn((value: string) => value === 'open', both(exponential(100), retries(3)));
 * preview(policy).delays // => [100, 200, 400]
 */
export function resetOn(predicate: (value: any) => boolean, policy: Policy): Policy {
  callable('resetOn', 'predicate', predicate);
  checkPolicy('resetOn', 'policy', policy);

  const reduce = (state: unknown, signal: Signal): Verdict =>
    signal.kind === 'value' && answered('resetOn', 'predicate', predicate(signal.value))
      ? { state: policy.initial, wait: 0 }
      : step(policy, state, signal);
  return {
    initial: policy.initial,
    handles: handledKinds([policy], 'value'),
    reduce,
    parts: samePart(policy),
    word: [reduce, 'resetOn', predicate, policy],
  };
}

/**
 * Resets `policy` if an attempt ran for at least `ms` before it failed, so that this failure is its first. For
 * connections: one that was up for a minute may reconnect quickly, one that flaps may not.
 *
 * @param ms milliseconds from the attempt's start to its failure, finite, at least 0
 * @param policy the policy to reset
 * @throws RangeError | TypeError if one is anything else
 *
 * @example
 * const policy = resetAfterUptime(60_000, both(exponential(100), retries(3)));
 * preview(policy).delays // => [100, 200, 400]
 */
export function resetAfterUptime(ms: number, policy: Policy): Policy {
  milliseconds('resetAfterUptime', 'ms', ms);
  checkPolicy('resetAfterUptime', 'policy', policy);

  const reduce = (state: unknown, signal: Signal): Verdict =>
    step(policy, signal.kind === 'failure' && signal.took >= ms ? policy.initial : state, signal);
  return {
    initial: policy.initial,
    handles: handledKinds([policy], 'failure'),
    reduce,
    parts: samePart(policy),
    word: [reduce, 'resetAfterUptime', ms, policy],
  };
}
