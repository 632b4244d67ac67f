import type { HedgeEvent } from '../engine/hedgeEvents.js';
import type { HedgePlan } from '../engine/hedgedCall.js';
import { isGatePolicy } from '../gates/gatePolicy.js';
import type { Gate } from '../live/gate.js';
import { areGates, entryTo, isGate } from '../live/gates.js';
import { callable, rejectOption, string, whole } from '../options.js';
import { isPolicy, type Policy } from '../policy/policy.js';
import { hasLimit } from '../policy/retryPolicy.js';
import { readOptions } from '../readOptions.js';
import { checkScheduler, checkUntil, clockFrom, type ClockOptions, type SchedulerClock } from '../time/clock.js';
import { notifyObserver } from './notify.js';

/** A gate whose view has the delay of {@link hedge}: how many milliseconds to wait for an attempt, or Infinity. */
export type DelayGate = Gate<any, { readonly delay: number }>;

/** Options of {@link hedge}. */
export interface HedgeOptions extends ClockOptions {
  /** How many hedges a call may have: a whole number, at least 0. @defaultValue 1 */
  readonly max?: number | undefined;
  /**
   * What pays the hedges: a gate that limits retries, such as `gate(retryBudget({ ratio: 0.05, reserve: 0 }))`, or an array
   * of them. A first attempt deposits, a hedge withdraws. If the budget cannot pay a hedge, the call goes on without it.
   *
   * @defaultValue none: with a fixed wait, a service that becomes slow receives every call `max` + 1 times
   */
  readonly budget?: Gate | readonly Gate[] | undefined;
  /**
   * Receives what happens, for logs and metrics. It cannot change the stream: what it throws is reported as unhandled. It
   * must not be `async`.
   */
  readonly observe?: ((event: HedgeEvent) => void) | undefined;
  /** Which operation it is, in events. @defaultValue 'hedge' */
  readonly name?: string | undefined;
  /** No hedge starts after it aborts. Attempts that run are not interrupted. @defaultValue never */
  readonly until?: AbortSignal | undefined;
}

/** What all subscriptions of one operator share. */
export interface HedgeHost extends HedgePlan {
  readonly clock: SchedulerClock;
  readonly until: AbortSignal | undefined;
  /** The gates that an attempt goes through. */
  gatesOf(attempt: number): readonly Gate[];
}

const rows = {
  max: [whole, 1, 0],
  budget: [checkBudget, undefined],
  observe: [callable, undefined],
  name: [string, 'hedge'],
  until: [checkUntil, undefined],
  scheduler: [checkScheduler, undefined],
  random: [callable, undefined],
} as const;

export function hedgeHost(policy: Policy | DelayGate, options: HedgeOptions): HedgeHost {
  checkDelay('hedge', 'policy', policy);
  const { max, budget, observe, name, until, ...clock } = readOptions('hedge', options, rows);
  const ofHedges: readonly Gate[] = isGate(budget) ? [budget] : [...(budget ?? [])];
  const ofFirst = isGate(policy) ? [policy, ...ofHedges] : ofHedges;
  const firstEntry = entryTo(ofFirst);
  const hedgeEntry = entryTo(ofHedges);
  return {
    policy: isGate(policy) ? delayOf(policy) : policy,
    max,
    entryOf: (attempt) => (attempt === 1 ? firstEntry : hedgeEntry),
    gatesOf: (attempt) => (attempt === 1 ? ofFirst : ofHedges),
    clock: clockFrom('hedge', clock),
    until,
    name,
    notify:
      observe &&
      ((event) => {
        notifyObserver(observe, event);
      }),
  };
}

/** A policy that reads the gate each time. */
const delayOf = (gate: DelayGate): Policy => ({
  initial: null,
  reduce: (state) => ({ state, wait: gate.state.delay }),
});

function checkDelay(where: string, option: string, value: unknown): void {
  const wanted = 'a policy such as fixed(100), or a gate with a delay such as gate(latencyQuantile(0.95))';
  if (isGate(value)) {
    const { delay } = Object(value.state) as { readonly delay?: unknown };
    if (typeof delay !== 'number') throw new TypeError(`${where}: ${option} must be ${wanted}, got ${value.title}`);
  } else if (!isPolicy(value)) rejectOption(where, option, wanted, value, TypeError);
  else if (isGatePolicy(value) || hasLimit(value)) {
    const why = 'this one learns from many calls, and here each call would have its own';
    throw new TypeError(`${where}: ${option} must be a gate that is made once and shared, as in gate(policy): ${why}`);
  }
}

function checkBudget(where: string, option: string, value: unknown): void {
  const gates = isGate(value) ? [value] : areGates(value) ? value : undefined;
  if (gates === undefined) {
    const wanted = 'a gate or an array of distinct gates, such as gate(retryBudget({ ratio: 0.05 }))';
    return rejectOption(where, option, wanted, value, TypeError);
  }
  const other = gates.find(({ policy }) => policy.limits !== 'retries');
  if (other !== undefined) {
    throw new TypeError(
      `${where}: ${option} must limit retries only, as gate(retryBudget({ ratio: 0.05 })) does, but ${other.title} limits ` +
        'first attempts too. Put it below, in guard',
    );
  }
}
