import { Observable, type Subscriber, type TeardownLogic } from 'rxjs';
import type { GateLedger } from '../engine/gateLedger.js';
import { holdWakeUps, releaseWakeUps } from '../engine/wakeQueue.js';
import { beginSubscribing, endSubscribing, type NestedAttempt } from './nesting.js';
import type { StartedAttempt } from './waiting.js';

/**
 * Subscribes to the source of an attempt that the gates have admitted. No waiting call is woken before `subscribe` returns,
 * because a source that ends at once has let go only then. `last` is what remains to be done when the source has let go,
 * also if its teardown throws, of which `tap` says nothing.
 */
export function start<T>(
  gates: readonly GateLedger[],
  source: Observable<T>,
  subscriber: Subscriber<T>,
  attempt: NestedAttempt,
  last: TeardownLogic,
): void {
  holdWakeUps();
  beginSubscribing(gates, attempt);
  try {
    source.subscribe(subscriber);
  } finally {
    endSubscribing();
    try {
      releaseWakeUps();
    } finally {
      subscriber.add(last);
    }
  }
}

/** The same as an Observable of one attempt, which is finalized last. */
export const startingAt = <T>(
  gates: readonly GateLedger[],
  source: Observable<T>,
  attempt: StartedAttempt,
): Observable<T> =>
  new Observable((subscriber) => {
    start(gates, source, subscriber, attempt, () => {
      attempt.finalize();
    });
  });
