import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import { record, refuse } from '../options.js';
import type { Gate } from '../live/gate.js';
import { entry, isGate, areGates } from '../live/gates.js';
import { clockFrom, type ClockOptions } from '../time/clock.js';
import { Guarded, type SuccessOptions } from './guardSubscription.js';

/** Options of {@link guard}. */
export interface GuardOptions<T> extends SuccessOptions<T>, ClockOptions {
  /**
   * How many milliseconds a subscription waits at most to be admitted, at least 0, or Infinity; 0 unless told: rejected at
   * once. A wait that is known to be longer is rejected at once too. (Timers are late, and so are then the turns behind:
   * be a little more patient than the longest wait you expect. A half-open circuit's wait is that for the end of a lease.)
   */
  readonly maxWait?: number;
}

/**
 * Asks some gates before the source is subscribed: each subscription is one call, which starts if all of them admit it,
 * and all hear how it ends. What one rejects, the others have not spent. A call that is not admitted within its maxWait
 * ends with a {@link RejectedError} (`reason`, `retryAfter`, `by`), and the source is not subscribed.
 *
 * ```
 * source         -a|
 * first          -a|
 * second         ---a|        waits for the one place
 * third          ---#         its maxWait of 3 ms ends
 * subscriptions  ^-!
 *                --^-!
 * ```
 *
 * - Permission is asked at `subscribe`, so operators above (`retry`, `repeat`) ask anew each time.
 * - An error is a failure, a completion a success. Leaving after a value is a success too (`take(1)`,
 *   `firstValueFrom`); leaving before any is a cancel. The gates hear it before the consumer does.
 * - Who waits for a place of a {@link concurrencyLimit} limit is admitted in the order of asking. A wait ends early when a gate
 *   changes; unsubscribing ends it and gives up the turn.
 * - Every call is a first attempt here: a {@link retryBudget}, which is about retries, belongs in `gates` of
 *   {@link retryWithPolicy}.
 *
 * @throws RangeError | TypeError naming the option and the value. Into the stream: a {@link RejectedError}, a
 * {@link CircuitOpenError} where a circuit rejects; what a predicate throws.
 *
 * @example
 * const places = gate(concurrencyLimit({ limit: 1 }), { name: 'printer' });
 * const print = (page: string) => timer(5).pipe(map(() => page), guard(places, { maxWait: 1000 }));
 * await lastValueFrom(merge(print('one'), print('two'), print('three')).pipe(toArray())) // => ['one', 'two', 'three']
 */
export function guard<T>(...gates: readonly Gate[]): MonoTypeOperatorFunction<T>;
/** The same with options. */
export function guard<T>(
  ...cellsAndOptions: readonly [...Gate[], GuardOptions<T> | undefined]
): MonoTypeOperatorFunction<T>;
export function guard<T>(...given: readonly (Gate | GuardOptions<T> | undefined)[]): MonoTypeOperatorFunction<T> {
  const last = given.at(-1);
  const hasOptions = given.length > 0 && !isGate(last);
  const options = hasOptions && last !== undefined ? last : {};
  return guarding('guard', hasOptions ? given.slice(0, -1) : given, options);
}

/** {@link guard} under the name by which the user called it. */
export function guarding<T>(
  where: string,
  given: readonly unknown[],
  options: GuardOptions<T>,
): MonoTypeOperatorFunction<T> {
  record(where, options);
  const gates = areGates(given) ? given : [];
  const enter = entry(gates);
  if (enter === undefined) refuse(where, 'gates', 'at least one gate, each once', given, TypeError);
  const { successOn: successOn = 'complete', maxWait: maxWait = 0 } = options;
  if (successOn !== 'complete' && successOn !== 'first' && typeof successOn !== 'function') {
    refuse(where, 'successOn', "'complete', 'first' or a predicate", successOn, TypeError);
  }
  if (!(typeof maxWait === 'number' && maxWait >= 0)) {
    refuse(where, 'maxWait', 'a number of milliseconds, at least 0, or Infinity', maxWait);
  }
  const handlesValues = gates.some((gate) => gate.handles('value'));
  const host = { enter, handlesValues, successOn, maxWait, settings: clockFrom(where, options) };
  return (source) =>
    new Observable((subscriber) => {
      if (!subscriber.closed) new Guarded<T>(host).run(source, subscriber);
    });
}
