import type { Policy } from '../policy/policy.js';
import type { GatePolicy } from './gatePolicy.js';
import { withPart } from './parts.js';

/*
 * Whether a gate is at rest: a new gate of the same policy would answer in the same way from now on.
 */

/** Whether a state is at rest at the instant `now`. Parts of a composed policy are each asked. */
export const isAtRest = (policy: Policy, state: unknown, now: number): boolean =>
  isSame(settled(policy, state, now), policy.initial);

/** The state, in which each part that is at rest has its first state. */
function settled(policy: Policy, given: unknown, now: number): unknown {
  const { isAtRest: isSettled, bare = policy }: Partial<GatePolicy> = policy;
  if (isSettled !== undefined) return isSettled(given, now) ? policy.initial : given;
  let state = given;
  for (const part of bare.parts?.(given) ?? []) {
    const own = settled(part.policy, part.state, now);
    if (part.key === undefined) state = own;
    else state = withPart(state, part.key, own);
  }
  return state;
}

/** Whether two values are the same JSON. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const [entries, keys] = [Object.entries(one), Object.keys(other)];
  return (
    entries.length === keys.length &&
    entries.every(([key, value]) => key in other && isSame(value, (other as Readonly<Record<string, unknown>>)[key]))
  );
}
