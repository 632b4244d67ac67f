import type { GateEntry } from './waiting.js';
import type { Gate } from './gate.js';
import { rejectOption } from '../options.js';

/*
 * Gates as options of an operator. Only types are imported here: the code that runs gates comes with the gates.
 */

/** Gates are known by what they can do, not by their class. */
export const isGate = (value: unknown): value is Gate =>
  typeof (value as Partial<Gate> | null | undefined)?.enter === 'function';

/**
 * A list of gates without duplicates. A gate asked twice for one attempt would take a half-open circuit's only probe and
 * then reject itself.
 */
export const areGates = (value: unknown): value is readonly Gate[] =>
  Array.isArray(value) &&
  [...(value as unknown[])].every(isGate) &&
  (value.length < 2 || new Set(value).size === value.length);

/** Throws unless `value` is a list of distinct gates. */
export function checkGates(where: string, option: string, value: unknown): void {
  if (!areGates(value))
    rejectOption(where, option, 'an array of distinct gates (from circuit() or gate())', value, TypeError);
}

/** The way into those gates; `undefined` if there are none. */
export const entryTo = (gates: readonly Gate[]): GateEntry | undefined => gates[0]?.enter(gates);
