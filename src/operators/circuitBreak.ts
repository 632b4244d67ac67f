import { defer, finalize, tap, throwError, type MonoTypeOperatorFunction } from 'rxjs';
import type { CircuitBreaker } from '../circuit/circuitBreaker.js';
import { record, refuse } from '../check.js';
import { Call } from './cell.js';
import { circuitOf, type Circuit } from './circuit.js';
import { reportUnhandled } from './observe.js';

/** Options of {@link circuitBreak}. */
export interface CircuitBreakOptions<T> {
  /**
   * What proves success: `'complete'` (unless told), `'first'` value, or a value that matches a predicate, for streams
   * that never complete and streams whose first value proves nothing. A completion is a success in any case. What the
   * predicate throws ends the stream.
   */
  readonly settleOn?: 'complete' | 'first' | ((value: T) => boolean);
}

/**
 * Puts a circuit breaker before the source: each subscription is one call. An open circuit refuses it with a
 * {@link CircuitOpenError}, and the source is not subscribed.
 *
 * ```
 * source         -#
 * three calls    -x(xO|)        threshold 2: x fails, O is refused
 * subscriptions  ^!
 *                -^!
 * ```
 *
 * - Permission is asked at `subscribe`, so operators above (`retry`, `repeat`) ask anew each time.
 * - An error is a failure, a completion a success. Leaving after a value is a success too (`take(1)`,
 *   `firstValueFrom`); leaving before any is a cancel: it gives a probe's place back and counts as nothing.
 * - The circuit hears it before the consumer does, so a retry in the same turn sees an open circuit.
 * - `timeout` goes before it: after it, a call that hangs is a cancel, and counts as nothing.
 *
 * A `circuitBreaker(..)` given in place of a circuit makes one circuit for this operator value: where the pipe is built
 * for each call, make a {@link circuit} and keep it.
 *
 * @throws RangeError | TypeError naming the option and the value. Into the stream: a {@link CircuitOpenError}; what
 * `classify` or `settleOn` throw.
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
  const cell = circuitOf('circuitBreak', 'circuit', circuit);
  record('circuitBreak', options);
  const { settleOn = 'complete' } = options;
  if (settleOn !== 'complete' && settleOn !== 'first' && typeof settleOn !== 'function') {
    refuse('circuitBreak', 'settleOn', "'complete', 'first' or a predicate", settleOn);
  }
  return (source) =>
    defer(() => {
      const call = new Call(cell);
      const { wait, reason = 'refused' } = call.ask(1, undefined);
      call.keep(wait === 0);
      call.announce();
      // A refusal that is thrown would cost three times as much.
      if (wait > 0) return throwError(() => cell.refusal(reason, wait));
      const guarded = new Guarded<T>(call, settleOn);
      const guardedSource = tap<T>(guarded)(source);
      return finalize<T>(() => {
        guarded.leave();
      })(guardedSource);
    });
}

/** One subscription: the observer that `tap` tells, and its call in the cell. */
class Guarded<T> {
  private hasValue = false;

  constructor(
    private readonly call: Call,
    private readonly settleOn: NonNullable<CircuitBreakOptions<T>['settleOn']>,
  ) {}

  next(value: T): void {
    this.hasValue = true;
    const { settleOn } = this;
    if (settleOn === 'first' || (typeof settleOn === 'function' && this.isProof(settleOn, value))) {
      this.call.settle('success');
    }
  }

  error(error: unknown): void {
    this.call.settle('failure', error);
  }

  complete(): void {
    this.call.settle('success');
  }

  /** The consumer left, or all is over. Having had a value, it got what it wanted. */
  leave(): void {
    try {
      this.call.settle(this.hasValue && typeof this.settleOn !== 'function' ? 'success' : 'cancel');
    } catch (error) {
      reportUnhandled(error);
    }
  }

  private isProof(matches: (value: T) => boolean, value: T): boolean {
    try {
      return matches(value);
    } catch (error) {
      this.call.settle('cancel');
      throw error;
    }
  }
}
