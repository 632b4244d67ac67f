import type { MonoTypeOperatorFunction } from 'rxjs';
import { readOptions } from '../readOptions.js';
import type { Circuit } from '../live/circuit.js';
import { checkCircuit } from '../live/circuits.js';
import { isKeyed } from '../live/isKeyed.js';
import type { KeyedGates } from '../live/keyedGates.js';
import { guarding, guardingEach } from './guard.js';
import { guardSettings, type KeyOption } from './guardOptions.js';
import { checkSuccessOn, type SuccessOptions } from './successOptions.js';

/** Options of {@link circuitBreak}. */
export type CircuitBreakOptions<T> = SuccessOptions<T>;

/**
 * Puts a circuit breaker before the source: {@link guard} with one circuit and no `maxWait`. Each subscription is one call.
 * An open circuit rejects it with a {@link CircuitOpenError}, and the source is not subscribed.
 *
 * ```
 * source         -#
 * three calls    -x(xO|)        threshold 2: x fails, O is rejected
 * subscriptions  ^!
 *                -^!
 * ```
 *
 * - Permission is asked at `subscribe`, so operators above (`retry`, `repeat`) ask anew each time.
 * - An error is a failure, a completion a success. Unsubscribing after a value is a success too (`take(1)`,
 *   `firstValueFrom`). Unsubscribing before any value is a cancel: it gives a probe's slot back and does not count.
 * - The circuit receives it before the consumer does, so a retry in the same turn sees an open circuit.
 * - With one circuit, either it fails fast here, or a retry waits for it (`gates: [circuit]`), never both.
 * - Put `timeout` before it. After it, a call that hangs is a cancel, and does not count.
 *
 * A `circuitBreaker(..)` is rejected: a circuit that is made together with the pipe would be a new one for each pipe, and
 * never open. Make a circuit with `circuit(..)` and keep it.
 *
 * @throws RangeError | TypeError naming the option and the value. Into the stream: a {@link CircuitOpenError}; what
 * `classify` or `successOn` throws.
 *
 * @example
 * const users = circuit({ name: 'users', threshold: 1 });
 * const load$ = throwError(() => new Error('down')).pipe(circuitBreak(users), catchError((error) => of(error.name)));
 * await firstValueFrom(load$) // => 'Error'
 * await firstValueFrom(load$) // => 'CircuitOpenError'
 */
export function circuitBreak<T>(circuit: Circuit, options?: CircuitBreakOptions<T>): MonoTypeOperatorFunction<T>;
/** The same with the circuit of a key, see {@link keyed}. The key is read for each subscription. */
export function circuitBreak<T>(
  circuits: KeyedGates<Circuit>,
  options: CircuitBreakOptions<T> & KeyOption,
): MonoTypeOperatorFunction<T>;
export function circuitBreak<T>(
  circuit: Circuit | KeyedGates<Circuit>,
  options?: CircuitBreakOptions<T> & Partial<KeyOption>,
): MonoTypeOperatorFunction<T> {
  if (!isKeyed(circuit)) {
    checkCircuit('circuitBreak', 'circuit', circuit);
    return guarding('circuitBreak', circuit, read<T>(options));
  }
  const settings = guardSettings('circuitBreak', read<T>(options, ['key']));
  return guardingEach('circuitBreak', circuit, options?.key, settings, circuitsOf);
}

const read = <T>(
  options: CircuitBreakOptions<T> | undefined,
  also?: readonly string[],
): CircuitBreakOptions<T> | undefined => options && readOptions('circuitBreak', options, rows, also);

function circuitsOf(where: string, gate: unknown): readonly [Circuit] {
  checkCircuit(where, 'circuit', gate);
  return [gate];
}

const rows = { successOn: [checkSuccessOn, 'complete'] } as const;
