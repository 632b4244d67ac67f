import { GateTransaction } from '../../engine/gateTransaction.js';
import type { HedgePlan } from '../../engine/hedgedCall.js';
import type { GatePolicy } from '../../gates/gatePolicy.js';
import type { Policy } from '../../policy/policy.js';
import { isDelayPolicy, type DelayPolicy, type HedgeSettings } from './hedgeOptions.js';
import type { Scene } from './scene.js';
import { SimulatedGate } from './simulatedGate.js';

/** What all hedged attempts of one process share, as `hedge(policy, { max, budget })` has it. */
export function hedgingOf({ policy, max, budget }: HedgeSettings, { clock, notifyHedge }: Scene): HedgePlan {
  const live = (each: GatePolicy): SimulatedGate => new SimulatedGate(each, clock);
  const budgets = budget.map(live);
  const delay = isDelayPolicy(policy) ? live(policy) : undefined;
  const first = entryTo(delay ? [delay, ...budgets] : budgets);
  const later = entryTo(budgets);
  return {
    policy: delay && isDelayPolicy(policy) ? delayOf(policy, delay) : policy,
    max,
    entryOf: (attempt) => (attempt === 1 ? first : later),
    clock,
    name: '',
    notify: notifyHedge,
  };
}

const entryTo = (gates: readonly SimulatedGate[]): ReturnType<HedgePlan['entryOf']> =>
  gates.length === 0 ? undefined : { begin: () => new GateTransaction(gates) };

/** A policy that reads the gate each time. */
const delayOf = (learnt: DelayPolicy, gate: SimulatedGate): Policy => ({
  initial: null,
  reduce: (state, { now }) => ({ state, wait: learnt.view(gate.current, now).delay }),
});
