import { show } from '../../options.js';
import type { Policy, Verdict } from '../../policy/policy.js';
import type { Signal } from '../../policy/signals.js';
import { formatValue } from '../assertion/format.js';
import { clocks, type WatchedGlobal } from '../globals/watchGlobals.js';
import { jsonProblem } from './jsonProblem.js';
import type { Violation } from './violation.js';

/** A policy, and the clocks and random sources that it has used. */
export interface WatchedPolicy {
  readonly policy: Policy;
  readonly globalsUsed: readonly WatchedGlobal[];
}

/** The verdict, or the law that it breaks, or both: a verdict can be well-formed and wrong. */
export type CheckedVerdict =
  | { readonly verdict: Verdict; readonly violation?: undefined }
  | { readonly verdict?: Verdict; readonly violation: Violation };

/** Calls `reduce` once and checks the laws that concern a single verdict. */
export function callReduce({ policy, globalsUsed }: WatchedPolicy, state: unknown, signal: Signal): CheckedVerdict {
  let result: unknown;
  try {
    result = policy.reduce(state, signal);
  } catch (error) {
    return { violation: { law: 'throws', must: 'not throw', got: formatValue(error) } };
  }
  const [used] = globalsUsed;
  if (used !== undefined) {
    const must = clocks.includes(used) ? 'take the time from signal.now' : 'take random numbers from signal.random';
    return { violation: { law: 'globals', must, got: `a call of ${used}` } };
  }
  if (!isVerdict(result)) {
    const got = result instanceof Promise ? 'a promise' : formatValue(result);
    return { violation: { law: 'verdict', must: 'return { state, wait }', got } };
  }
  const violation = violationIn(result);
  return violation === undefined ? { verdict: result } : { verdict: result, violation };
}

const isVerdict = (value: unknown): value is Verdict =>
  typeof value === 'object' && value !== null && 'state' in value && 'wait' in value;

function violationIn({ state, wait, reason }: Verdict): Violation | undefined {
  const problem = jsonProblem(state, 'state');
  if (problem !== undefined) return { law: 'json', must: 'return a state that is JSON', got: problem };
  if (typeof wait !== 'number' || !(wait >= 0)) {
    return { law: 'wait', must: 'return a wait of at least 0 ms, or Infinity', got: show(wait) };
  }
  if (reason === undefined || typeof reason === 'string') return undefined;
  return { law: 'verdict', must: 'return a string as its reason', got: show(reason) };
}
