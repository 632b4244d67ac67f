import type { Calls } from '../engine/transaction.js';
import type { Gate } from './gate.js';

/*
 * Gates as they are handed over.
 */

/** Known by what it can do, so that asking does not bring the class along. */
export const isGate = (it: unknown): it is Gate =>
  typeof (it as Partial<Gate> | null | undefined)?.attemptIn === 'function';

/** Gates, each once: of a half-open circuit's only probe the one ask would take the place and the other reject. */
export const areGates = (it: unknown): it is readonly Gate[] =>
  Array.isArray(it) && [...(it as unknown[])].every(isGate) && (it.length < 2 || new Set(it).size === it.length);

/** What begins an attempt in those gates, if there are any. */
export function entry(gates: readonly Gate[]): (() => Calls) | undefined {
  const [first] = gates;
  return first && (() => first.attemptIn(gates));
}
