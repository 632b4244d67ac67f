import { concatMap, tap, type Observable, type Subscriber } from 'rxjs';
import type { RefusedError } from '../errors.js';
import { noWait, refusalOf, type Calls } from './calls.js';
import type { CellSettings } from './clock.js';
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

/** What all subscriptions of one operator value have in common. */
export interface Guards<T> {
  /** Begins an attempt in the cells. */
  readonly enter: () => Calls;
  readonly hearsValues: boolean;
  readonly settleOn: NonNullable<SettleOptions<T>['settleOn']>;
  readonly patience: number;
  readonly settings: CellSettings;
}

/** One subscription: the observer that `tap` tells, and its call in all cells. */
export class Guarded<T> {
  private readonly calls: Calls;
  private isSubscribed = false;
  private hasValue = false;
  /** When its patience ends; it begins with the first wait. */
  private until: number | undefined;

  constructor(private readonly host: Guards<T>) {
    this.calls = host.enter();
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
    this.settle('cancel');
    return refusalOf(longest);
  }

  private admitted(ms: number): Observable<0> {
    const ask = (): number => {
      const answer = this.ask();
      if (typeof answer !== 'number') throw answer;
      return answer;
    };
    return this.calls.admitted(ms, this.host.settings, ask, () => this.patience());
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
      if (settleOn === 'first' || (typeof settleOn === 'function' && settleOn(value))) this.settle('success');
    } catch (error) {
      this.settle('cancel');
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
      this.settle(this.hasValue && typeof this.host.settleOn !== 'function' ? 'success' : 'cancel');
    } catch (error) {
      reportUnhandled(error);
    }
  }

  /** The last that happens: the source has let go. */
  finalize(): void {
    this.calls.rouse();
  }

  /** It ends by our own doing, and not by the source's. */
  private settle(ending: 'success' | 'cancel'): void {
    try {
      this.calls.settle(ending);
    } finally {
      this.calls.rouse();
    }
  }
}
