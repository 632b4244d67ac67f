import { Observable, type Subscriber, type TeardownLogic } from 'rxjs';
import { withoutWaking } from '../engine/wakeQueue.js';
import type { Finalizable } from './waiting.js';

/**
 * Subscribes. No waiting call is woken before `subscribe` returns, because a source that ends at once has let go only then.
 * `last` is what remains to be done when the source has let go, also if its teardown throws, of which `tap` says nothing.
 */
export function subscribeHoldingWakeUps<T>(
  source: Observable<T>,
  subscriber: Subscriber<T>,
  last: TeardownLogic,
): void {
  try {
    withoutWaking(() => source.subscribe(subscriber));
  } finally {
    subscriber.add(last);
  }
}

/** The same as an Observable of one attempt, which is finalized last. */
export const holdingWakeUps = <T>(source: Observable<T>, attempt: Finalizable): Observable<T> =>
  new Observable((subscriber) => {
    subscribeHoldingWakeUps(source, subscriber, () => {
      attempt.finalize();
    });
  });
