import { concatMap, Observable, tap, type MonoTypeOperatorFunction, type Subscriber } from 'rxjs';
import { record, refuse } from '../check.js';
import type { RefusedError } from '../errors.js';
import { admission } from './admission.js';
import { Calls, noWait, refusalOf } from './calls.js';
import { Cell, cellSettings, type CellOptions, type CellSettings } from './cell.js';
import { reportUnhandled } from './observe.js';
import { isForeseeable } from './wait.js';

/** When a call is known to have gone well. */
export interface SettleOptions<T> {
  /**
   * What proves success: `'complete'` (unless told), `'first'` value, or a value that matches a predicate, for streams
   * that never complete and streams whose first value proves nothing. A completion is a success in any case. What the
   * predicate throws ends the stream.
   */
  readonly settleOn?: 'complete' | 'first' | ((value: T) => boolean);
}

/** Options of {@link guard}. */
export interface GuardOptions<T> extends SettleOptions<T>, CellOptions {
  /**
   * How many milliseconds a subscription waits at most to be admitted, at least 0, or Infinity; 0 unless told: refused at
   * once. A wait that is known to be longer is refused at once too.
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
export function guard<T>(...cellsAndOptions: readonly [...Cell[], GuardOptions<T>]): MonoTypeOperatorFunction<T>;
export function guard<T>(...given: readonly (Cell | GuardOptions<T>)[]): MonoTypeOperatorFunction<T> {
  const last = given.at(-1);
  return last === undefined || last instanceof Cell
    ? guarding('guard', given, {})
    : guarding('guard', given.slice(0, -1), last);
}

/** {@link guard} under the name by which the user called it. */
export function guarding<T>(
  where: string,
  cells: readonly unknown[],
  options: GuardOptions<T>,
): MonoTypeOperatorFunction<T> {
  record(where, options);
  if (!isCells(cells) || cells.length === 0) refuse(where, 'cells', 'at least one cell, each once', cells, TypeError);
  const { settleOn = 'complete', patience = 0 } = options;
  if (settleOn !== 'complete' && settleOn !== 'first' && typeof settleOn !== 'function') {
    refuse(where, 'settleOn', "'complete', 'first' or a predicate", settleOn, TypeError);
  }
  if (!(typeof patience === 'number' && patience >= 0)) {
    refuse(where, 'patience', 'a number of milliseconds, at least 0, or Infinity', patience);
  }
  const hearsValues = cells.some((cell) => cell.hears('value'));
  const host = { cells, hearsValues, settleOn, patience, settings: cellSettings(where, options) };
  return (source) =>
    new Observable((subscriber) => {
      if (!subscriber.closed) new Guarded<T>(host).run(source, subscriber);
    });
}

/** Cells, each once: of a half-open circuit's only probe the one ask would take the place and the other refuse. */
export const isCells = (it: unknown): it is readonly Cell[] =>
  Array.isArray(it) && it.every((each) => each instanceof Cell) && new Set(it).size === it.length;

/** What all subscriptions of one operator value have in common. */
interface Host<T> {
  readonly cells: readonly Cell[];
  readonly hearsValues: boolean;
  readonly settleOn: NonNullable<SettleOptions<T>['settleOn']>;
  readonly patience: number;
  readonly settings: CellSettings;
}

/** One subscription: the observer that `tap` tells, and its call in all cells. */
class Guarded<T> {
  private readonly calls: Calls;
  private isSubscribed = false;
  private hasValue = false;
  /** When its patience ends; it begins with the first wait. */
  private until: number | undefined;

  constructor(private readonly host: Host<T>) {
    this.calls = new Calls(host.cells);
  }

  run(source: Observable<T>, subscriber: Subscriber<T>): void {
    const answer = this.ask();
    if (typeof answer !== 'number') subscriber.error(answer);
    else if (subscriber.closed) this.unsubscribe();
    else if (answer === 0) tap<T>(this)(source).subscribe(subscriber);
    else {
      this.admitted(answer)
        .pipe(concatMap(() => tap<T>(this)(source)))
        .subscribe(subscriber);
      subscriber.add(() => {
        if (!this.isSubscribed) this.unsubscribe();
      });
    }
  }

  /** Milliseconds to wait before it asks again, 0 if it is admitted; or what it ends with. */
  private ask(): number | RefusedError {
    const longest = this.calls.ask(1, undefined, noWait);
    const { wait } = longest;
    this.calls.keep(wait === 0);
    if (wait === 0 || this.isWaitedOut(wait)) return wait;
    this.calls.settle('cancel');
    return refusalOf(longest);
  }

  private admitted(ms: number): Observable<0> {
    const ask = (): number => {
      const answer = this.ask();
      if (typeof answer !== 'number') throw answer;
      return answer;
    };
    return admission(ms, this.calls, this.host.settings, ask, () => this.patience());
  }

  private isWaitedOut(wait: number): boolean {
    if (this.host.patience === 0 || wait === Infinity) return false;
    const patience = this.patience();
    return wait <= patience || (!isForeseeable(wait) && patience > 0);
  }

  /** How many milliseconds of it are left. */
  private patience(): number {
    const { patience, settings } = this.host;
    const now = settings.now();
    this.until ??= now + patience;
    return this.until - now;
  }

  subscribe(): void {
    this.isSubscribed = true;
  }

  next(value: T): void {
    this.hasValue = true;
    const { hearsValues, settleOn } = this.host;
    if (!hearsValues && settleOn === 'complete') return;
    try {
      if (hearsValues) this.calls.value(value);
      if (settleOn === 'first' || (typeof settleOn === 'function' && settleOn(value))) this.calls.settle('success');
    } catch (error) {
      this.calls.settle('cancel');
      throw error;
    }
  }

  error(error: unknown): void {
    this.calls.settle('failure', error);
  }

  complete(): void {
    this.calls.settle('success');
  }

  /** The consumer left, and the source has let go. Having had a value, the consumer has what it wanted. */
  unsubscribe(): void {
    try {
      this.calls.settle(this.hasValue && typeof this.host.settleOn !== 'function' ? 'success' : 'cancel');
    } catch (error) {
      reportUnhandled(error);
    }
  }
}
