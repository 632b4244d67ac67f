import { checkPolicy, type Policy } from '../policy/policy.js';
import type { Snapshot } from '../gates/snapshot.js';

/*
 * What is the same for writing, reading and describing.
 */

export const format = 'rxjs-reprise/policyData';

/** A policy as JSON: the result of `toJSON`, and the argument of `fromJSON`. */
export interface PolicyJSON {
  readonly format: 'rxjs-reprise/policyData';
  readonly version: 1;
  readonly policy: PolicyData;
}

/** A policy in JSON: the name of a function of this library with its arguments and options, or the name of a slot. */
export interface PolicyData {
  readonly word?: string;
  readonly slot?: string;
  readonly [argument: string]: unknown;
}

/** A policy, or a live gate: a `circuit` or what `gate` makes. */
export type PolicySource = Policy<any> | { readonly name: string; snapshot(): Snapshot };

/** What is deeper or larger than any policy that a person writes. */
export const maxDepth = 100;
export const maxParts = 1000;

/** A window of calls takes memory, so these calls count as one part. */
const callsOfPart = 20_000;

/** Throws a RangeError at a part that is too deep, or one too many. */
interface Limiter {
  readonly part: (path: string, depth: number) => void;
  readonly number: (option: string, value: number) => void;
}

/** The policy itself, or the one that a live gate was made of. */
export function policyIn(where: string, source: PolicySource): Policy {
  const { policy = source }: { readonly policy?: unknown } = Object(source) as object;
  const { bare: found = policy }: { readonly bare?: unknown } = Object(policy) as object;
  checkPolicy(where, 'policy', found);
  return found;
}

/** Limits a value that may be a cycle, or have one object in very many places. */
export function limiter(where: string): Limiter {
  let parts = 0;
  const add = (count: number): void => {
    parts += count;
    if (parts > maxParts)
      throw new RangeError(
        `${where}: policy must have at most ${String(maxParts)} parts, where ${String(callsOfPart)} calls of a window count as one`,
      );
  };
  return {
    part(path, depth) {
      if (depth > maxDepth)
        throw new RangeError(`${where}: ${path.slice(0, 60)}… must be at most ${String(maxDepth)} levels deep`);
      add(1);
    },
    number(option, value) {
      if (option === 'calls' && value > 0) add(value / callsOfPart);
    },
  };
}
