import type { Part, Policy } from '../policy/policy.js';
import { kept, type Adopted } from './adopted.js';
import { isGatePolicy, type GatePolicy } from './gatePolicy.js';
import { fits } from './parser.js';
import { readState, withPart } from './parts.js';

/*
 * How a gate goes on with other options. The new policy takes over the state of the old one, part by part. A part that it
 * cannot take over begins anew, and is named.
 */

/** The state of `policy`, which takes the place of `from` in that state at the instant `now`. */
export function adoptState(policy: Policy, from: Policy, state: unknown, now: number): Adopted {
  if (isGatePolicy(policy) && isGatePolicy(from)) return adoptOwnState(policy, from, state, now);
  if (isGatePolicy(policy) || isGatePolicy(from)) return anew(policy);
  const [parts, olds] = [partsOf(policy, state), partsOf(from, state)];
  if (parts.length < olds.length || (parts.length === 0 && !accepts(policy, state))) return anew(policy);
  let whole = state;
  const lost: string[] = [];
  for (const [index, { key, policy: part, state: before }] of parts.entries()) {
    const old = olds[index];
    if (old === undefined) return anew(policy);
    const adopted = adoptState(part, old.policy, before, now);
    lost.push(...adopted.lost.map((each) => [...(key === undefined ? [] : [key]), each].join('.')));
    if (adopted.state !== before) whole = key === undefined ? adopted.state : withPart(whole, key, adopted.state);
  }
  return { state: whole, lost };
}

function adoptOwnState(policy: GatePolicy, from: GatePolicy, state: unknown, now: number): Adopted {
  if (policy.format !== from.format) return anew(policy);
  if (policy.bare !== undefined && from.bare !== undefined) return adoptState(policy.bare, from.bare, state, now);
  if (policy.shape === from.shape && accepts(policy, state)) return kept(state);
  return policy.adopt?.(state, now, from) ?? anew(policy);
}

const anew = ({ initial }: Policy): Adopted => ({ state: initial, lost: ['state'] });

const partsOf = (policy: Policy, state: unknown): readonly Part[] => policy.parts?.(state) ?? [];

/** Whether the policy can go on from that state. */
const accepts = (policy: Policy, state: unknown): boolean =>
  fits((value, reject) => readState(policy, value, reject), state);
