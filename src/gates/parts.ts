import { show } from '../options.js';
import { step, type Part, type Policy } from '../policy/policy.js';
import type { Signal } from '../policy/signals.js';
import { isGatePolicy, type GatePolicy } from './gatePolicy.js';
import type { Reject } from './parser.js';

/*
 * What a gate asks of a policy that is made of others: whether a state from elsewhere fits each part, which waiting calls a
 * change of the parts concerns, and when it receives how an attempt ends.
 */

/**
 * The state as the policy and each of its parts read it. `given` is changed in place, so pass a copy. `reject` receives
 * the path of the part that does not fit.
 */
export function readState(policy: Policy, given: unknown, reject: Reject, path = ''): unknown {
  const rejectHere: Reject = (got = show(given)) => reject(path === '' ? got : `${got} in state${path}`);
  if (isGatePolicy(policy)) return readOwnState(policy, given, rejectHere);
  if (policy.parts === undefined)
    return accepts(policy, given) ? given : rejectHere('a state that it cannot go on from');
  let state = given;
  for (const part of policy.parts(given) ?? rejectHere()) {
    const read = readState(part.policy, part.state, reject, path + pathOf(part));
    if (part.key === undefined) state = read;
    else (state as Record<string | number, unknown>)[part.key] = read;
  }
  return state;
}

/**
 * The tickets of the waiting calls that a signal concerns: those that its parts name, or `'all'` if a part that cannot
 * name them has changed.
 */
export function wakesOf(policy: Policy, before: unknown, after: unknown, signal: Signal): readonly number[] | 'all' {
  if (before === after || policy.handles?.includes('ask') === false) return [];
  if (isGatePolicy(policy)) return after === policy.initial ? 'all' : policy.wakes(before, after, signal);
  const [olds, news] = [partsOf(policy, before), partsOf(policy, after)];
  if (news.length === 0) return signal.kind === 'ask' ? [] : 'all';
  const woken = news.map((part, index) => {
    const old = olds[index];
    return old?.policy === part.policy ? wakesOf(part.policy, old.state, part.state, signal) : 'all';
  });
  return woken.includes('all') ? 'all' : [...new Set((woken as number[][]).flat())].sort((one, other) => one - other);
}

/** `'end'` if a part needs it. The parts are those of the first state. */
export function settlesAtOf(policy: Policy, state: unknown = policy.initial): 'proof' | 'end' {
  if (isGatePolicy(policy)) return policy.settlesAt ?? 'proof';
  return partsOf(policy, state).some((part) => settlesAtOf(part.policy, part.state) === 'end') ? 'end' : 'proof';
}

const partsOf = (policy: Policy, state: unknown): readonly Part[] => policy.parts?.(state) ?? [];

const pathOf = ({ key = '' }: Part): string => (typeof key === 'number' ? `[${String(key)}]` : key && `.${key}`);

/** The state of a whole with another state of one part. */
export const withPart = (whole: unknown, key: string | number, part: unknown): unknown =>
  Object.assign(Array.isArray(whole) ? [...(whole as unknown[])] : { ...(whole as object) }, { [key]: part });

/** A gate policy that was not made by `gatePolicy` may only read whole snapshots. */
function readOwnState(policy: GatePolicy, state: unknown, reject: Reject): unknown {
  if (policy.read !== undefined) return policy.read(state, reject);
  try {
    return policy.parse('', { format: policy.format, version: 1, name: '', state });
  } catch {
    return reject();
  }
}

/** Whether a policy accepts a state: all that can be known of one that does not know its own states. */
function accepts(policy: Policy, state: unknown): boolean {
  const base = { ticket: 1, now: 0, random: 0 };
  const signals: Signal[] = [
    { kind: 'ask', ...base, attempt: 1 },
    { kind: 'success', ...base, took: 0 },
  ];
  try {
    for (const signal of signals) step(policy, state, signal);
    return state !== undefined;
  } catch {
    return false;
  }
}
