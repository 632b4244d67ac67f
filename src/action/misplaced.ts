import { isObservable } from 'rxjs';
import { isGate } from '../live/gates.js';
import { isPromise, rejectOption } from '../options.js';
import { isPolicy } from '../policy/policy.js';

/** Rejects arguments of `action` that are not a function and its options, with the form that was meant. */
export function rejectMisplaced(first: unknown, second: unknown, isLegacy: boolean): void {
  if (isObservable(first) || isPromise(first))
    rejectOption('action', 'fn', 'a function that returns it, as in action(() => source)', first, TypeError);
  if (isLegacy || isContext(second))
    throw new TypeError('action: as a decorator it must be called with options, as in @action({ retry: 3 })');
  if (typeof first === 'object' && first !== null && second !== undefined)
    throw new TypeError('action: fn must be the first argument, before the options');
  const options = typeof first === 'function' ? second : first;
  if (isPolicy(options) || isGate(options)) {
    const wanted = 'options must be an object such as { retry: policy, gates: [gate] }';
    throw new TypeError(`action: ${wanted}, got ${isGate(options) ? 'a gate' : 'a policy'}`);
  }
}

/** Whether it is what a decorator of the standard form receives about the method. A circuit has a `kind` too. */
const isContext = (value: unknown): boolean =>
  typeof (value as Partial<DecoratorContext> | null | undefined)?.kind === 'string' && !isGate(value);
