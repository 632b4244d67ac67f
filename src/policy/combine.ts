import { list } from '../options.js';
import { answer, bounded, checkPolicy, handledKinds, isKept, step, type Policy, type Verdict } from './policy.js';
import type { Signal } from './signals.js';
import { worded } from './word.js';

/*
 * Policies made of policies. Waits are ordered, with *no* (Infinity) at the top, so `both` is the longest wait and
 * `either` the shortest. The laws of a lattice hold, also with jitter, because the random number comes in the signal.
 *
 * An ask is a transaction. Every combinator answers it with the *longest* wait, so no part can open a gate that another
 * part keeps closed. The attempt is admitted only if all parts answer 0, and only then are all new states kept. Otherwise
 * the parts that would have admitted it keep the state they had. Reducers are pure, so taking a permit back costs nothing.
 */

/**
 * Retries if all policies allow it, after the longest of their waits. Use it to join a delay and a limit.
 *
 * @param policies at least one
 * @throws RangeError if there is none; TypeError if one is not a policy
 *
 * @example preview(both(exponential(100), retries(3))) // => { delays: [100, 200, 400], reason: 'retries' }
 */
export function both(...policies: readonly Policy[]): Policy {
  return worded(combined('both', policies, longest, earliest), 'both', policies);
}

/**
 * Retries if any of the policies allows it, after the shortest of their waits. It says no if all of them do. It does not
 * open a gate (a circuit, a budget): an `ask` still gets the longest wait.
 *
 * @param policies at least one
 * @throws RangeError if there is none; TypeError if one is not a policy
 *
 * @example preview(either(sequence([500]), both(fixed(900), retries(2)))) // => { delays: [500, 900], reason: 'exhausted' }
 */
export function either(...policies: readonly Policy[]): Policy {
  return worded(combined('either', policies, shortest, latest), 'either', policies);
}

function combined(
  where: string,
  policies: readonly Policy[],
  chosen: (verdicts: readonly Verdict[]) => Verdict,
  boundOf: (verdicts: readonly Verdict[]) => number,
): Policy {
  list(where, 'policies', 'at least one policy', policies);
  policies.forEach((policy, index) => {
    checkPolicy(where, `policies[${String(index)}]`, policy);
  });

  const reduce = (states: readonly unknown[], signal: Signal): Verdict => {
    const verdicts = policies.map((policy, index) => step(policy, states[index], signal));
    const picked = signal.kind === 'ask' ? longest(verdicts) : chosen(verdicts);
    const verdict = bounded(picked.state, picked, boundOf(verdicts));
    const isAdmitted = signal.kind !== 'ask' || verdict.wait === 0;
    const next = verdicts.map((each, index) => (isKept(isAdmitted, each) ? each.state : states[index]));
    return answer(next.every((state, index) => state === states[index]) ? states : next, verdict);
  };
  return {
    initial: policies.map(({ initial }) => initial),
    handles: handledKinds(policies),
    reduce,
    parts: (states) =>
      Array.isArray(states) && states.length === policies.length
        ? policies.map((policy, key) => ({ policy, state: states[key] as unknown, key }))
        : undefined,
  };
}

const longest = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.reduce((chosen, verdict) => (verdict.wait > chosen.wait ? verdict : chosen));

const shortest = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.reduce((chosen, verdict) => (verdict.wait < chosen.wait ? verdict : chosen));

/** The earliest deadline bounds all parts. */
const earliest = (verdicts: readonly Verdict[]): number => Math.min(...verdicts.map(({ atMost = Infinity }) => atMost));

/** The latest deadline among the parts that do not say no. */
const latest = (verdicts: readonly Verdict[]): number =>
  Math.max(...verdicts.map(({ wait, atMost = Infinity }) => (wait < Infinity ? atMost : 0)));

/**
 * Follows `first` until it says no to a failure, then `second` from its initial state, beginning with that same failure.
 * A no of `first` to an `ask` stands: a closed gate does not start `second`.
 *
 * @throws TypeError if one is not a policy
 *
 * @example
 * const quickThenSlow = followedBy(both(fixed(100), retries(2)), fixed(5000));
 * preview(quickThenSlow, { failures: 4 }).delays // => [100, 100, 5000, 5000]
 */
export function followedBy(first: Policy, second: Policy): Policy {
  checkPolicy('followedBy', 'first', first);
  checkPolicy('followedBy', 'second', second);

  const reduce = (state: Following, signal: Signal): Verdict => {
    const verdict = step(state.by === 'first' ? first : second, state.inner, signal);
    if (state.by === 'first' && signal.kind === 'failure' && verdict.wait === Infinity) {
      const begun = step(second, second.initial, signal);
      return answer({ by: 'second', inner: begun.state }, begun);
    }
    return answer(verdict.state === state.inner ? state : { by: state.by, inner: verdict.state }, verdict);
  };
  return {
    initial: { by: 'first', inner: first.initial },
    handles: handledKinds([first, second], 'failure'),
    reduce,
    parts({ by, inner: state }) {
      if (by !== 'first' && by !== 'second') return undefined;
      return [{ policy: by === 'first' ? first : second, state, key: 'inner' }];
    },
    word: [reduce, 'followedBy', first, second],
  };
}

interface Following {
  readonly by: 'first' | 'second';
  readonly inner: unknown;
}
