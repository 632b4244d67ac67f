import { concatMap, tap, type Observable, type Subscriber } from 'rxjs';
import type { RejectedError } from '../errors.js';
import { noWait, rejectionOf, type Calls } from '../engine/transaction.js';
import type { SchedulerClock } from '../time/clock.js';
import { reportUnhandled } from './retryEvents.js';
import { isForeseeable } from '../time/wait.js';

/** When a call is known to have gone well. */
export interface SuccessOptions<T> {
  /**
   * What proves success: `'complete'` (unless told), `'first'` value, or a value that matches a predicate, for streams
   * that never complete and streams whose first value proves nothing. A completion is a success in any case. What the
   * predicate throws ends the stream.
   */
  readonly successOn?: 'complete' | 'first' | ((value: T) => boolean);
}

/** What all subscriptions of one operator value have in common. */
export interface Guards<T> {
  /** Begins an attempt in the gates. */
  readonly enter: () => Calls;
  readonly handlesValues: boolean;
  readonly successOn: NonNullable<SuccessOptions<T>['successOn']>;
  readonly maxWait: number;
  readonly settings: SchedulerClock;
}

/** One subscription: the observer that `tap` tells, and its call in all gates. */
export class Guarded<T> {
  private readonly calls: Calls;
  private isSubscribed = false;
  private hasValue = false;
  /** When its maxWait ends; it begins with the first wait. */
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
  private ask(): number | RejectedError {
    const longest = this.calls.ask(1, undefined, noWait);
    const { wait } = longest;
    this.calls.keep(wait === 0);
    if (wait === 0 || this.isWaitedOut(wait)) return wait;
    this.settle('cancel');
    return rejectionOf(longest);
  }

  private admitted(ms: number): Observable<0> {
    const ask = (): number => {
      const answer = this.ask();
      if (typeof answer !== 'number') throw answer;
      return answer;
    };
    return this.calls.admitted(ms, this.host.settings, ask, () => this.maxWait());
  }

  private isWaitedOut(wait: number): boolean {
    if (this.host.maxWait === 0 || wait === Infinity) return false;
    const maxWait = this.maxWait();
    return wait <= maxWait || (!isForeseeable(wait) && maxWait > 0);
  }

  /** How many milliseconds of it are left. */
  private maxWait(): number {
    const { maxWait, settings } = this.host;
    const now = settings.now();
    this.until ??= now + maxWait;
    return this.until - now;
  }

  subscribe(): void {
    this.isSubscribed = true;
  }

  next(value: T): void {
    this.hasValue = true;
    const { handlesValues, successOn } = this.host;
    if (!handlesValues && successOn === 'complete') return;
    try {
      if (handlesValues) this.calls.value(value);
      if (successOn === 'first' || (typeof successOn === 'function' && successOn(value))) this.settle('success');
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
      this.settle(this.hasValue && typeof this.host.successOn !== 'function' ? 'success' : 'cancel');
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
