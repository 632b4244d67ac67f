import { isAdaptiveLimit, type AdaptiveLimit } from '../gates/limits/adaptive/rule.js';
import { isTrip } from '../gates/circuit/settings.js';
import type { Trip } from '../gates/circuit/trip.js';
import { isPolicy, type Policy } from '../policy/policy.js';
import { words } from './words.js';

/** A word as it was used: the name of the function, and its arguments with their names in JSON. */
export interface UsedWord {
  readonly name: string;
  readonly names: readonly string[];
  readonly args: readonly unknown[];
}

/** What a word makes: a policy, a rule of a circuit, or a limit that follows a service. */
export type Made = Policy | Trip | AdaptiveLimit;

export const isPart = (value: unknown): value is Made => isPolicy(value) || isTrip(value) || isAdaptiveLimit(value);

/**
 * How this library made the policy or the rule. `undefined` for a custom one, and for one that was changed by a spread:
 * what its word would make again is something else.
 */
export function wordOf(part: Made): UsedWord | undefined {
  const [reduce, name = '', ...args] = part.word ?? [];
  const own: Readonly<Record<string, unknown>> = { ...part };
  const word = Object.hasOwn(words, name) ? words[name] : undefined;
  if (word === undefined || reduce !== (own.reduce ?? own.isReached ?? own.limitOf)) return undefined;
  return isUnchanged(part, () => word.make(...args)) ? { name, names: word.args, args } : undefined;
}

/** Whether the data of the part is what its word makes. */
function isUnchanged(part: Made, make: () => Made): boolean {
  try {
    return Object.entries(make()).every(
      ([key, value]) => key === 'word' || isSameData(value, part[key as keyof typeof part]),
    );
  } catch {
    return false;
  }
}

/** The initial states of parts are the same references, so the comparison does not enter them. */
function isSameData(one: unknown, other: unknown): boolean {
  if (one === other || typeof one === 'function') return true;
  if (!isObject(one) || !isObject(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => isSameData(one[key], other[key]));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
