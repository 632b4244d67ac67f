import { step, type Policy } from '../policy/policy.js';

const farFuture = 2 ** 31;

/**
 * Finds the deadline by bisection: the last time at which a first failure does not end with reason `deadline`, plus the wait
 * that follows it. A policy is a function, so its deadline cannot be read from it. If it has no time for a single retry, the
 * deadline is what it says when the first attempt starts, or 0.
 */
export function findDeadline(policy: Policy, error: unknown): number | undefined {
  const stamp = { ticket: 1, random: 0 };
  const { state, atMost } = step(policy, policy.initial, { kind: 'ask', ...stamp, now: 0, attempt: 1 });
  const failAt = (now: number): { wait: number; isLate: boolean } => {
    const { wait, reason } = step(policy, state, { kind: 'failure', ...stamp, now, took: now, error });
    return { wait, isLate: wait === Infinity && reason === 'deadline' };
  };
  if (!failAt(farFuture).isLate) return undefined;
  let [early, late] = [0, farFuture];
  while (late - early > 0.001) {
    const middle = (early + late) / 2;
    if (failAt(middle).isLate) late = middle;
    else early = middle;
  }
  const { wait, isLate } = failAt(early);
  return isLate ? (atMost ?? 0) : Math.round(early + wait);
}
