import { format as circuitFormat } from '../gates/circuit/snapshot.js';
import { isGatePolicy, type GatePolicy } from '../gates/gatePolicy.js';
import type { GuardedBy } from '../lab/model/gateOptions.js';
import { isPolicy, type Policy } from '../policy/policy.js';
import { UsageError } from './usageError.js';

/*
 * The gates that make calls wait. They are found by the names of their exports, because a circuit that retries wait for
 * looks like one that fails fast.
 */

export interface GateExports {
  /** The export `gates`: gates of the retry. */
  readonly gates: readonly GatePolicy[];
  /** The export `guard`: gates below the retry. */
  readonly guard: GuardedBy | undefined;
}

/** The names of the exports. */
export const gateExportNames: readonly string[] = ['gates', 'guard'];

/** @throws UsageError if they are not gates */
export function findGates(file: string, exports: Readonly<Record<string, unknown>>): GateExports {
  const { gates = [], guard } = exports;
  if (guard === undefined) return { gates: policiesOf(file, 'gates', gates), guard };
  const { gates: below, maxWait } = { ...(guard as GuardedBy | null) };
  return {
    gates: policiesOf(file, 'gates', gates),
    guard: { gates: policiesOf(file, 'guard.gates', below), ...(maxWait !== undefined && { maxWait }) },
  };
}

/** The policy in an export: itself, or that of a live circuit or gate. */
export function policyIn(value: unknown): Policy | undefined {
  if (isPolicy(value)) return value;
  const isLive = typeof value === 'object' && value !== null && 'policy' in value && 'clock' in value;
  return isLive && isPolicy(value.policy) ? value.policy : undefined;
}

/** What the gates of a module are, in a few words. */
export const namesOf = (gates: readonly GatePolicy[]): string =>
  gates.map(({ format }) => (format === circuitFormat ? 'circuit' : format.replace(/^.*\//, ''))).join(', ');

function policiesOf(file: string, name: string, value: unknown): GatePolicy[] {
  const policies = Array.isArray(value) ? value.map(policyIn) : [undefined];
  const gates = policies.filter((each): each is GatePolicy => each !== undefined && isGatePolicy(each));
  if (gates.length === policies.length) return gates;
  throw new UsageError(`${file} must export ${name} as an array of gates such as [circuitBreaker(), rateLimit(..)]`);
}
