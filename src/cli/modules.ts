import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CircuitBreaker } from '../gates/circuit/circuitBreaker.js';
import { format as circuitFormat } from '../gates/circuit/snapshot.js';
import { isPolicy, type Policy } from '../policy/policy.js';
import { isGatePolicy, type GatePolicy } from '../gates/gatePolicy.js';
import { messageOf, UsageError } from './usageError.js';
import { checkPure } from './purity.js';
import type { Terminal } from './terminal.js';

/*
 * A module that says what to simulate: a policy, a circuit, a budget, each found by what it is.
 */

export interface LoadedModule {
  readonly name: string;
  readonly policy: Policy | undefined;
  readonly circuit: CircuitBreaker | undefined;
  readonly budget: GatePolicy | undefined;
}

const example = `as in\n\n  import { exponentialBackoff } from 'rxjs-reprise/core';\n  export default exponentialBackoff({ base: 200 });\n`;

/** Loads a module, and finds in it what can be simulated. */
export async function load(file: string, terminal: Terminal): Promise<LoadedModule> {
  const path = resolve(terminal.folder, file);
  if (!existsSync(path)) throw new UsageError(`there is no file ${path}`);
  const exported = await imported(file, path, terminal);
  const found = Object.entries(exported).flatMap(([name, it]) => parts(name, it));
  const of = (kind: Part['kind']): Policy | undefined => chosen(file, kind, found);
  const [policy, circuit, budget] = [of('policy'), of('circuit'), of('budget')];
  if (found.length === 0) {
    const names = Object.keys(exported).join(', ') || 'nothing';
    const made = typeof exported.default === 'function' ? ' (default is a function: export what it answers)' : '';
    throw new UsageError(`${file} exports no policy and no circuit, but ${names}${made}: export one, ${example}`);
  }
  for (const { name, policy: it } of found) checkPure(`${file}: ${name}`, it);
  return {
    name: basename(file).replace(/\.[cm]?[jt]s$/, ''),
    policy,
    circuit: circuit as CircuitBreaker | undefined,
    budget: budget as GatePolicy | undefined,
  };
}

async function imported(file: string, path: string, terminal: Terminal): Promise<Record<string, unknown>> {
  try {
    return (await terminal.load(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    if ((error as { readonly code?: unknown } | null)?.code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new UsageError(
        `${file} cannot be read by Node ${process.versions.node}: TypeScript needs Node 22.18 or newer, or compile it first`,
      );
    }
    throw new UsageError(`${file} threw when it was loaded: ${messageOf(error)}; \`node ${file}\` shows where`);
  }
}

interface Part {
  readonly name: string;
  readonly kind: 'policy' | 'circuit' | 'budget';
  readonly policy: Policy;
}

/** What an export is; an object of them is each of its own, a live circuit or budget is its policy. */
function parts(name: string, it: unknown): Part[] {
  if (isPolicy(it)) return [{ name, kind: kindOf(it), policy: it }];
  if (typeof it !== 'object' || it === null) return [];
  if ('policy' in it && 'settings' in it && isPolicy(it.policy)) {
    return [{ name, kind: kindOf(it.policy), policy: it.policy }];
  }
  return Object.entries(it).flatMap(([key, value]) => (isPolicy(value) ? parts(key, value) : []));
}

function kindOf(policy: Policy): Part['kind'] {
  if (!isGatePolicy(policy)) return 'policy';
  return policy.format === circuitFormat ? 'circuit' : 'budget';
}

/** The one of that kind; where there are several, the default, or the one that is called so. */
function chosen(file: string, kind: Part['kind'], found: readonly Part[]): Policy | undefined {
  const all = found.filter((part) => part.kind === kind);
  const distinct = new Set(all.map(({ policy }) => policy));
  const named = all.find(({ name }) => name === 'default') ?? all.find(({ name }) => name === kind);
  if (distinct.size > 1 && named === undefined) {
    const names = all.map(({ name }) => name).join(', ');
    throw new UsageError(
      `${file} exports several of one kind (${names}): call one of them ${kind}, or make it the default`,
    );
  }
  return (named ?? all[0])?.policy;
}
