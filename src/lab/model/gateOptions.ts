import { rejectOption } from '../../options.js';
import { needed, readOptions } from '../../readOptions.js';
import type { CircuitBreaker } from '../../gates/circuit/circuitBreaker.js';
import { format as circuitFormat } from '../../gates/circuit/snapshot.js';
import { isGatePolicy, type GatePolicy } from '../../gates/gatePolicy.js';
import { isDelayPolicy, type HedgeSettings } from './hedgeOptions.js';
import { concurrencyFormat } from '../../gates/limits/slots.js';
import { checkPolicy, isPolicy } from '../../policy/policy.js';

/*
 * Options of the gates that calls of a simulation pass.
 */

/** Gates around each attempt, as in `guard(gates, { maxWait })`. */
export interface GuardedBy {
  /** The policies of the gates: at least one, and no limit of retries. */
  readonly gates: readonly GatePolicy[];
  /**
   * How many milliseconds, not seconds, an attempt waits at most to be admitted: at least 0, or Infinity. With 0 it is
   * rejected at once.
   *
   * @defaultValue 0
   */
  readonly maxWait?: number | undefined;
}

/** The gates below the retry, checked and complete. */
export interface GuardSettings {
  readonly gates: readonly GatePolicy[];
  readonly maxWait: number;
}

/** The options of {@link checkGates}. */
interface Gates {
  readonly circuit: GatePolicy | undefined;
  readonly budget: GatePolicy | undefined;
  readonly gates: readonly GatePolicy[];
  readonly guard: GuardSettings | undefined;
  readonly hedge: HedgeSettings | undefined;
}

export function checkGatePolicy(where: string, option: string, value: unknown, wanted: string): void {
  checkPolicy(where, option, value);
  if (!isGatePolicy(value)) rejectOption(where, option, wanted, value, TypeError);
}

/** Throws unless `value` is a list of gate policies. */
export function checkGatePolicies(where: string, option: string, value: unknown): void {
  const isList =
    Array.isArray(value) && [...(value as unknown[])].every((each) => isPolicy(each) && isGatePolicy(each));
  if (!isList)
    rejectOption(where, option, 'an array of gate policies such as rateLimit() or circuitBreaker()', value, TypeError);
}

/** The gates below the retry; `undefined` if there are none. */
export function guardSettings(where: string, guard: GuardedBy | undefined): GuardSettings | undefined {
  if (guard === undefined) return undefined;
  const settings = readOptions(where, guard, guardRows, [], 'guard.');
  if (settings.gates.length === 0)
    rejectOption(where, 'guard.gates', 'at least one gate policy', settings.gates, TypeError);
  const budget = settings.gates.find(({ limits }) => limits === 'retries');
  if (budget === undefined) return settings;
  throw new TypeError(
    `${where}: guard.gates must limit attempts, but ${budget.format} only limits retries, and every call is a first attempt there. Pass it as budget or in gates`,
  );
}

/**
 * Throws if an attempt would ask the same gate twice, as the operators do, or if a circuit fails fast beside a guard.
 */
export function checkDistinct(where: string, { circuit, budget, gates, guard, hedge }: Gates): void {
  const ofHedges = hedge ? [...(isDelayPolicy(hedge.policy) ? [hedge.policy] : []), ...hedge.budget] : [];
  const all = [circuit, budget, ...gates, ...ofHedges, ...(guard?.gates ?? [])].filter((each) => each !== undefined);
  const twice = all.find((each, index) => all.indexOf(each) < index);
  if (twice !== undefined)
    throw new TypeError(
      `${where}: an attempt must ask a gate only once, got ${twice.format} twice in circuit, budget, gates, hedge and guard. Make another policy for another gate`,
    );
  if (circuit !== undefined && guard !== undefined)
    throw new TypeError(`${where}: circuit must not be given with guard; put it into guard.gates`);
}

/** Whether it is the policy of a circuit. */
export const isCircuitBreaker = (policy: GatePolicy): policy is CircuitBreaker => policy.format === circuitFormat;

/** Whether it is the policy of a concurrency limit. */
export const isConcurrencyLimit = (policy: GatePolicy): boolean => policy.format === concurrencyFormat;

const guardRows = {
  gates: [checkGatePolicies, needed],
  maxWait: [checkMaxWait, 0],
} as const;

function checkMaxWait(where: string, option: string, value: unknown): void {
  if (!(typeof value === 'number' && value >= 0))
    rejectOption(where, option, 'a number of milliseconds, at least 0, or Infinity', value);
}
