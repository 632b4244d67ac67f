import { isGatePolicy, type GatePolicy } from '../../gates/gatePolicy.js';
import { isList, rejectOption, whole } from '../../options.js';
import { isPolicy, type Policy } from '../../policy/policy.js';
import { hasLimit } from '../../policy/retryPolicy.js';
import { needed, readOptions } from '../../readOptions.js';

/*
 * Options of the hedges of a simulation.
 */

/** Hedges, as in `hedge(policy, { max, budget })`. */
export interface HedgedBy {
  /**
   * After how many milliseconds another request starts: a policy such as `fixed(100)`, or a policy for a gate whose view has
   * a `delay`, such as `latencyQuantile(0.95)`.
   */
  readonly policy: Policy | DelayPolicy;
  /**
   * How many hedges an attempt may have: a whole number, at least 0.
   *
   * @defaultValue 1
   */
  readonly max?: number | undefined;
  /**
   * What pays the hedges: a policy that limits retries, such as `retryBudget({ ratio: 0.05, reserve: 0 })`, or an array of
   * them. Each process has its own.
   *
   * @defaultValue none
   */
  readonly budget?: GatePolicy | readonly GatePolicy[] | undefined;
}

/** The hedges, checked and complete. */
export interface HedgeSettings {
  readonly policy: Policy | DelayPolicy;
  readonly max: number;
  readonly budget: readonly GatePolicy[];
}

/** A policy for a gate that learns the delay from all attempts. */
export type DelayPolicy = GatePolicy<any, { readonly delay: number }>;

/** The hedges; `undefined` if there are none. */
export function hedgeSettings(where: string, hedge: HedgedBy | undefined): HedgeSettings | undefined {
  if (hedge === undefined) return undefined;
  const { policy, max, budget } = readOptions(where, hedge, rows, [], 'hedge.');
  return { policy, max, budget: asList(budget) };
}

const asList = (budget: HedgedBy['budget'] = []): readonly GatePolicy[] => ('initial' in budget ? [budget] : budget);

/** Whether the delay is learnt by a gate. Otherwise each attempt has a policy of its own. */
export const isDelayPolicy = (policy: Policy): policy is DelayPolicy => isGatePolicy(policy);

const rows = {
  policy: [checkDelay, needed],
  max: [whole, 1, 0],
  budget: [checkBudget, undefined],
} as const;

function checkDelay(where: string, option: string, value: unknown): void {
  const wanted = 'a policy such as fixed(100), or one for a gate with a delay such as latencyQuantile(0.95)';
  const isDelay = isPolicy(value) && (isGatePolicy(value) ? typeof viewOf(value).delay === 'number' : !hasLimit(value));
  if (!isDelay) rejectOption(where, option, wanted, value, TypeError);
}

const viewOf = (policy: GatePolicy): { readonly delay?: unknown } => Object(policy.view(policy.initial, 0)) as object;

function checkBudget(where: string, option: string, value: unknown): void {
  const policies: readonly unknown[] = isList(value) ? value : [value];
  const areBudgets = policies.every((each) => isPolicy(each) && isGatePolicy(each) && each.limits === 'retries');
  if (value !== undefined && !areBudgets)
    rejectOption(
      where,
      option,
      'a policy that limits retries, such as retryBudget(), or an array of them',
      value,
      TypeError,
    );
}
