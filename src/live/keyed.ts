import { callable, milliseconds, string, whole } from '../options.js';
import { readOptions } from '../readOptions.js';
import type { Gate } from './gate.js';
import { KeyedGates } from './keyedGates.js';

/** Options of {@link keyed}. */
export interface KeyedOptions {
  /** How many gates there may be: a whole number, at least 1. @defaultValue 1000 */
  readonly max?: number | undefined;
  /**
   * For how many milliseconds, not seconds, a gate at rest is kept without use: at least 0. It is dropped when any key is
   * used later. There is no timer.
   *
   * @defaultValue until there is no room
   */
  readonly idle?: number | undefined;
  /** Its name in the error for a key that has no room. @defaultValue 'keyed' */
  readonly name?: string | undefined;
}

/**
 * One gate per key: a circuit for each host, a limit for each tenant. A gate is made when its key is first used. When there
 * are `max`, the least recently used one is dropped.
 *
 * A gate is dropped only if it is not in use and at rest. It is in use while a call runs or waits, or while its `state$` or
 * `events$` has a subscriber. It is at rest when a new gate would answer in the same way:
 *
 * - a circuit that is closed and counts no failure. An open one is at rest when it could have been probed for as long as it
 *   was open, and no call came
 * - a rate that is not used, a budget in whose window there was no attempt, a quota that is full, a limit of calls of which
 *   none runs or waits
 *
 * If no gate can be dropped, the new key is rejected with a {@link TooManyKeysError} (`reason` `'too-many-keys'`). Choose
 * `max` larger than the number of keys that can be in trouble at once.
 *
 * Pass it to {@link circuitBreak} or {@link guard} with the option `key`. Elsewhere ask {@link KeyedGates.for} for each call:
 * `gates: [byHost.for(host)]`. A dropped gate that a caller still holds is the gate of its key again at the next use.
 *
 * @param makeGate makes the gate of a key
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const byHost = keyed((host) => circuit({ name: host, threshold: 1 }), { max: 500 });
 * const load = (host: string, call$: Observable<string>) => call$.pipe(circuitBreak(byHost, { key: host }));
 * load('a.example', throwError(() => new Error('down'))).subscribe({ error: () => undefined });
 * byHost.for('a.example').state.phase // => 'open'
 * await firstValueFrom(load('b.example', of('loaded'))) // => 'loaded'
 */
export function keyed<G extends Gate<any, any, any>>(
  makeGate: (key: string) => G,
  options: KeyedOptions = {},
): KeyedGates<G> {
  callable('keyed', 'makeGate', makeGate);
  const { name, max, idle } = readOptions<KeyedOptions, typeof rows>('keyed', options, rows);
  return new KeyedGates(makeGate, { name, max, idle: idle ?? Infinity });
}

const rows = {
  max: [whole, 1000, 1],
  idle: [milliseconds, undefined],
  name: [string, 'keyed'],
} as const;
