import { Observable, type Subscriber } from 'rxjs';
import type { GateLedger } from '../engine/gateLedger.js';
import { holdWakeUps, releaseWakeUps } from '../engine/wakeQueue.js';
import { beginSubscribing, endSubscribing, type NestedAttempt } from './nesting.js';
import { SourceSubscriber } from './sourceSubscriber.js';
import type { StartedAttempt } from './waiting.js';

/**
 * Subscribes to the source of an attempt that the gates have admitted. No waiting call is woken before `subscribe` returns,
 * because a source that ends at once has let go only then. A source whose `subscribe` throws has failed.
 */
export function start<T>(source: Observable<T>, attempt: SourceSubscriber<T> & NestedAttempt): void {
  holdWakeUps();
  beginSubscribing(attempt);
  try {
    source.subscribe(attempt);
  } catch (error) {
    attempt.error(error);
  } finally {
    endSubscribing();
    releaseWakeUps();
  }
}

/** The same as an Observable of one attempt. */
export const startingAt = <T>(
  gates: readonly GateLedger[],
  source: Observable<T>,
  attempt: StartedAttempt,
): Observable<T> =>
  new Observable((consumer) => {
    start(source, new ObservedAttempt(consumer, gates, attempt));
  });

/** An attempt whose observer is another object. */
class ObservedAttempt<T> extends SourceSubscriber<T> implements NestedAttempt {
  constructor(
    consumer: Subscriber<T>,
    readonly gates: readonly GateLedger[],
    private readonly attempt: StartedAttempt,
  ) {
    super(consumer);
    attempt.subscribe();
  }

  get isSilent(): boolean {
    return this.attempt.isSilent;
  }

  protected override onValue(value: T): void {
    this.attempt.next(value);
  }

  protected override onError(): void {
    // The retry receives it.
  }

  protected override onComplete(): void {
    this.attempt.complete();
  }

  protected override onRelease(): void {
    if (!this.hasEnded) this.attempt.unsubscribe();
    this.attempt.finalize();
  }
}
