import type { MonoTypeOperatorFunction } from 'rxjs';
import type { CircuitBreaker } from '../gates/circuit/circuitBreaker.js';
import { record } from '../options.js';
import { circuitOf, type Circuit } from '../live/circuit.js';
import { guarding } from './guard.js';
import type { SuccessOptions } from './guardSubscription.js';

/** Options of {@link circuitBreak}. */
export type CircuitBreakOptions<T> = SuccessOptions<T>;

/**
 * Puts a circuit breaker before the source: {@link guard} with one circuit, and no maxWait. Each subscription is one
 * call. An open circuit rejects it with a {@link CircuitOpenError}, and the source is not subscribed.
 *
 * ```
 * source         -#
 * three calls    -x(xO|)        threshold 2: x fails, O is rejected
 * subscriptions  ^!
 *                -^!
 * ```
 *
 * - Permission is asked at `subscribe`, so operators above (`retry`, `repeat`) ask anew each time.
 * - An error is a failure, a completion a success. Leaving after a value is a success too (`take(1)`,
 *   `firstValueFrom`); leaving before any is a cancel: it gives a probe's place back and counts as nothing.
 * - The circuit hears it before the consumer does, so a retry in the same turn sees an open circuit.
 * - Either it fails fast here, or a retry waits for it (`gates: [circuit]`): never both with one circuit.
 * - `timeout` goes before it: after it, a call that hangs is a cancel, and counts as nothing.
 *
 * A `circuitBreaker(..)` given in place of a circuit makes one circuit for this operator value: where the pipe is built
 * for each call, make one with `circuit(..)` and keep it.
 *
 * @throws RangeError | TypeError naming the option and the value. Into the stream: a {@link CircuitOpenError}; what
 * `classify` or `successOn` throw.
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
  const gate = circuitOf('circuitBreak', 'circuit', circuit);
  record('circuitBreak', options);
  const { successOn: successOn = 'complete' } = options;
  return guarding('circuitBreak', gate, { successOn });
}
