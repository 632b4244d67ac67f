import { Observable, tap, type MonoTypeOperatorFunction } from 'rxjs';
import type { CircuitBreaker } from '../circuit/circuitBreaker.js';
import { record, refuse } from '../check.js';
import type { RefusedError } from '../errors.js';
import { Call, type Cell } from './cell.js';
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
 * - Either it fails fast here, or a retry waits for it (`shared: [circuit]`): never both with one circuit.
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
    refuse('circuitBreak', 'settleOn', "'complete', 'first' or a predicate", settleOn, TypeError);
  }
  return (source) =>
    new Observable((subscriber) => {
      const isLeft = (): boolean => subscriber.closed;
      if (isLeft()) return;
      const guarded = new Guarded<T>(cell, settleOn);
      const refusal = guarded.ask();
      if (refusal !== undefined) subscriber.error(refusal);
      else if (isLeft()) guarded.unsubscribe();
      else tap<T>(guarded)(source).subscribe(subscriber);
    });
}

/** One subscription: the observer that `tap` tells, and its call in the cell. */
class Guarded<T> {
  private readonly call: Call;
  private hasValue = false;

  constructor(
    private readonly cell: Cell,
    private readonly settleOn: NonNullable<CircuitBreakOptions<T>['settleOn']>,
  ) {
    this.call = new Call(cell);
  }

  /** The error to end with, unless the call is admitted. */
  ask(): RefusedError | undefined {
    const { wait, reason = 'refused' } = this.call.ask(1, undefined);
    this.call.keep(wait === 0);
    this.call.announce();
    return wait === 0 ? undefined : this.cell.refusal(reason, wait);
  }

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

  /** The consumer left. Having had a value, it has what it wanted. */
  unsubscribe(): void {
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
