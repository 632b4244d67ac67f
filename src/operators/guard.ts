import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import { record, refuse } from '../check.js';
import type { Cell } from './cell.js';
import { entry, isCell, isCells } from './cells.js';
import { cellSettings, type CellOptions } from './clock.js';
import { Guarded, type SettleOptions } from './guarded.js';

/** Options of {@link guard}. */
export interface GuardOptions<T> extends SettleOptions<T>, CellOptions {
  /**
   * How many milliseconds a subscription waits at most to be admitted, at least 0, or Infinity; 0 unless told: refused at
   * once. A wait that is known to be longer is refused at once too. (Timers are late, and so are then the turns behind:
   * be a little more patient than the longest wait you expect. A half-open circuit's wait is that for the end of a lease.)
   */
  readonly patience?: number;
}

/**
 * Asks some cells before the source is subscribed: each subscription is one call, which starts if all of them admit it,
 * and all hear how it ends. What one refuses, the others have not spent. A call that is not admitted within its patience
 * ends with a {@link RefusedError} (`reason`, `retryAfter`, `by`), and the source is not subscribed.
 *
 * ```
 * source         -a|
 * first          -a|
 * second         ---a|        waits for the one place
 * third          ---#         its patience of 3 ms ends
 * subscriptions  ^-!
 *                --^-!
 * ```
 *
 * - Permission is asked at `subscribe`, so operators above (`retry`, `repeat`) ask anew each time.
 * - An error is a failure, a completion a success. Leaving after a value is a success too (`take(1)`,
 *   `firstValueFrom`); leaving before any is a cancel. The cells hear it before the consumer does.
 * - Who waits for a place of a {@link concurrency} limit is admitted in the order of asking. A wait ends early when a cell
 *   changes; unsubscribing ends it and gives up the turn.
 * - Every call is a first attempt here: a {@link retryBudget}, which is about retries, belongs in `shared` of
 *   {@link retryWithPolicy}.
 *
 * @throws RangeError | TypeError naming the option and the value. Into the stream: a {@link RefusedError}, a
 * {@link CircuitOpenError} where a circuit refuses; what a predicate throws.
 *
 * @example
 * const places = shared(concurrency({ limit: 1 }), { name: 'printer' });
 * const print = (page: string) => timer(5).pipe(map(() => page), guard(places, { patience: 1000 }));
 * await lastValueFrom(merge(print('one'), print('two'), print('three')).pipe(toArray())) // => ['one', 'two', 'three']
 */
export function guard<T>(...cells: readonly Cell[]): MonoTypeOperatorFunction<T>;
/** The same with options. */
export function guard<T>(
  ...cellsAndOptions: readonly [...Cell[], GuardOptions<T> | undefined]
): MonoTypeOperatorFunction<T>;
export function guard<T>(...given: readonly (Cell | GuardOptions<T> | undefined)[]): MonoTypeOperatorFunction<T> {
  const last = given.at(-1);
  const hasOptions = given.length > 0 && !isCell(last);
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
  const cells = isCells(given) ? given : [];
  const enter = entry(cells);
  if (enter === undefined) refuse(where, 'cells', 'at least one cell, each once', given, TypeError);
  const { settleOn = 'complete', patience = 0 } = options;
  if (settleOn !== 'complete' && settleOn !== 'first' && typeof settleOn !== 'function') {
    refuse(where, 'settleOn', "'complete', 'first' or a predicate", settleOn, TypeError);
  }
  if (!(typeof patience === 'number' && patience >= 0)) {
    refuse(where, 'patience', 'a number of milliseconds, at least 0, or Infinity', patience);
  }
  const hearsValues = cells.some((cell) => cell.hears('value'));
  const host = { enter, hearsValues, settleOn, patience, settings: cellSettings(where, options) };
  return (source) =>
    new Observable((subscriber) => {
      if (!subscriber.closed) new Guarded<T>(host).run(source, subscriber);
    });
}
