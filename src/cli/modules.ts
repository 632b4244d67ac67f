import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CircuitBreaker } from '../gates/circuit/circuitBreaker.js';
import { format as circuitFormat } from '../gates/circuit/snapshot.js';
import { isPolicy, type Policy } from '../policy/policy.js';
import { isGatePolicy, type GatePolicy } from '../gates/gatePolicy.js';
import { ServiceError } from '../lab/model/serviceOptions.js';
import { assertPolicyLaws } from '../testing/laws/assertPolicyLaws.js';
import { findGates, gateExportNames, policyIn, type GateExports } from './gateExports.js';
import type { Terminal } from './terminal.js';
import { messageOf, UsageError } from './usageError.js';

/*
 * Loads a module and finds its policy, its circuit and its budget by what they are.
 */

export interface LoadedModule extends GateExports {
  readonly name: string;
  readonly policy: Policy | undefined;
  readonly circuit: CircuitBreaker | undefined;
  readonly budget: GatePolicy | undefined;
}

const example = `such as\n\n  import { exponentialBackoff } from 'rxjs-reprise/core';\n  export default exponentialBackoff({ base: 200 });\n`;

/**
 * Loads a module.
 *
 * @throws UsageError if it cannot be loaded, exports no policy, or exports a policy that breaks a law
 */
export async function loadModule(file: string, terminal: Terminal): Promise<LoadedModule> {
  const path = resolve(terminal.folder, file);
  if (!existsSync(path)) throw new UsageError(`file not found: ${path}`);
  const exports = await importModule(file, path, terminal);
  const { gates, guard } = findGates(file, exports);
  const waitedFor: readonly Policy[] = [...gates, ...(guard?.gates ?? [])];
  const found = Object.entries(exports)
    .filter(([name]) => !gateExportNames.includes(name))
    .flatMap(([name, value]) => findPolicies(name, value))
    .filter((each) => !waitedFor.includes(each.policy));
  const choose = (kind: FoundPolicy['kind']): Policy | undefined => choosePolicy(file, kind, found);
  const [policy, circuit, budget] = [choose('policy'), choose('circuit'), choose('budget')];
  if (found.length + waitedFor.length === 0) {
    const names = Object.keys(exports).join(', ') || 'nothing';
    const hint = typeof exports.default === 'function' ? ' (default is a function: export its result)' : '';
    throw new UsageError(`${file} exports no policy, circuit or budget, only ${names}${hint}; export one, ${example}`);
  }
  for (const { name, policy: each } of found) checkLaws(`${file}: ${name}`, each);
  for (const each of waitedFor) checkLaws(`${file}: a gate`, each);
  return {
    name: basename(file).replace(/\.[cm]?[jt]s$/, ''),
    policy,
    circuit: circuit as CircuitBreaker | undefined,
    budget: budget as GatePolicy | undefined,
    gates,
    guard,
  };
}

async function importModule(file: string, path: string, terminal: Terminal): Promise<Record<string, unknown>> {
  try {
    return (await terminal.load(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    if ((error as { readonly code?: unknown } | null)?.code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new UsageError(
        `Node ${process.versions.node} cannot load ${file}: use Node 22.18 or newer for TypeScript, or compile the file first`,
      );
    }
    throw new UsageError(`${file} threw while loading: ${messageOf(error)}; run \`node ${file}\` to see where`);
  }
}

interface FoundPolicy {
  readonly name: string;
  readonly kind: 'policy' | 'circuit' | 'budget';
  readonly policy: Policy;
}

/** The policies in an export: itself, the policy of a live circuit or gate, or the values of an object. */
function findPolicies(name: string, value: unknown): FoundPolicy[] {
  const policy = policyIn(value);
  if (policy !== undefined) return [{ name, kind: kindOf(policy), policy }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => (isPolicy(each) ? findPolicies(key, each) : []));
}

function kindOf(policy: Policy): FoundPolicy['kind'] {
  if (!isGatePolicy(policy)) return 'policy';
  return policy.format === circuitFormat ? 'circuit' : 'budget';
}

/** The policy of that kind. If there are several, it is the default export or the one with the name of the kind. */
function choosePolicy(file: string, kind: FoundPolicy['kind'], found: readonly FoundPolicy[]): Policy | undefined {
  const candidates = found.filter((each) => each.kind === kind);
  const distinct = new Set(candidates.map(({ policy }) => policy));
  const named = candidates.find(({ name }) => name === 'default') ?? candidates.find(({ name }) => name === kind);
  if (distinct.size > 1 && named === undefined) {
    const names = candidates.map(({ name }) => name).join(', ');
    throw new UsageError(
      `${file} must export one ${kind}, got ${names}: name one of them ${kind}, or export it as default`,
    );
  }
  return (named ?? candidates[0])?.policy;
}

/** What attempts fail with in a preview and in a simulation. */
const errors = [new Error('failed'), new ServiceError('down'), new ServiceError('limited', 700)];

/** An impure policy would give other results in production than here. */
function checkLaws(name: string, policy: Policy): void {
  try {
    assertPolicyLaws(policy, { errors, values: [undefined] });
  } catch (error) {
    const law = messageOf(error)
      .replace(/^assertPolicyLaws: /, '')
      .replace(/ \(if it needs [^)]*\)/, '');
    throw new UsageError(`${name} breaks a law of policies: ${law}`);
  }
}
