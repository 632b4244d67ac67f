import type { MonoTypeOperatorFunction } from 'rxjs';
import type { CircuitBreaker } from '../gates/circuit/circuitBreaker.js';
import { record } from '../options.js';
import type { Circuit } from '../live/circuit.js';
import { circuitOf } from '../live/circuits.js';
import { guarding } from './guard.js';
import type { SuccessOptions } from './successOptions.js';

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
 * A `circuitBreaker(..)` in place of a circuit makes one circuit for this operator. Where the pipe is built for each call,
 * make a circuit with `circuit(..)` and keep it.
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
export function circuitBreak<T>(
  circuit: Circuit | CircuitBreaker,
  options: CircuitBreakOptions<T> = {},
): MonoTypeOperatorFunction<T> {
  const live = circuitOf('circuitBreak', 'circuit', circuit);
  record('circuitBreak', options);
  const { successOn = 'complete' } = options;
  return guarding('circuitBreak', live, { successOn });
}
