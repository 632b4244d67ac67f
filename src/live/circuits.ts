import { isBreaker, type CircuitBreaker } from '../gates/circuit/circuitBreaker.js';
import { rejectOption } from '../options.js';
import { clockFrom, type ClockOptions } from '../time/clock.js';
import { Circuit } from './circuit.js';
import { isGate } from './gates.js';

/*
 * Circuits as options of an operator: a live circuit, or the policy of one.
 */

/** The circuit itself, or a new one for a bare policy, with that scheduler and those random numbers. */
export function circuitOf(
  where: string,
  option: string,
  value: unknown,
  { scheduler, random }: ClockOptions = {},
): Circuit {
  if (isLive(value)) return value;
  if (isBreaker(value)) return new Circuit('circuit', value, clockFrom(where, { scheduler, random }));
  return rejectOption(
    where,
    option,
    'a circuit, a circuitBreaker or a function that returns a circuit',
    value,
    TypeError,
  );
}

/** Throws unless `value` is a live circuit. */
export function checkCircuit(where: string, option: string, value: unknown): asserts value is Circuit {
  if (isLive(value)) return;
  if (!isBreaker(value)) rejectOption(where, option, 'a circuit from circuit()', value, TypeError);
  throw new TypeError(
    `${where}: ${option} must be a circuit, got the policy of one, which would count the failures of each pipe apart. ` +
      `Make a circuit once, with circuit(options), and pass that`,
  );
}

/** Whether it is a circuit, or the policy of one. */
export const isCircuit = (value: unknown): value is Circuit | CircuitBreaker => isLive(value) || isBreaker(value);

/** A circuit is known by what it can do, not by its class: it may come from another copy of this library. */
export const isLive = (value: unknown): value is Circuit => isGate(value) && 'halfOpen' in value;
