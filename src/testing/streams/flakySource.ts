import { concatMap, Observable, tap, type SchedulerLike } from 'rxjs';
import { wait } from '../../time/wait.js';
import { countAttempt } from '../marbles/stepLimit.js';
import { attemptRecorder } from './streamEvents.js';

/** The time of a subscription and of its end, by the scheduler's clock. Infinity: it has not ended. */
export interface SubscriptionLog {
  readonly subscribedFrame: number;
  readonly unsubscribedFrame: number;
}

/** A source made by {@link flaky}. */
export interface FlakySource<T> extends Observable<T> {
  /** One entry per attempt, in order, as `expectSubscriptions` of RxJS takes them. */
  readonly subscriptions: SubscriptionLog[];
}

/**
 * Creates a source whose attempts, numbered from 1, are the streams that `streamOf` returns, each `after` milliseconds
 * later.
 */
export function flakySource<T>(
  streamOf: (attempt: number) => Observable<T>,
  { after, scheduler }: { readonly after: number; readonly scheduler: SchedulerLike },
): FlakySource<T> {
  const subscriptions: { subscribedFrame: number; unsubscribedFrame: number }[] = [];
  const source = new Observable<T>((subscriber) => {
    countAttempt();
    const log = { subscribedFrame: scheduler.now(), unsubscribedFrame: Infinity };
    const attempt = subscriptions.push(log);
    subscriber.add(() => {
      log.unsubscribedFrame = scheduler.now();
    });
    const stream = streamOf(attempt);
    const delayed = after === 0 ? stream : wait(after, { scheduler }).pipe(concatMap(() => stream));
    const recorder = attemptRecorder<T>();
    return (recorder === undefined ? delayed : delayed.pipe(tap(recorder))).subscribe(subscriber);
  });
  return Object.assign(source, { subscriptions });
}

/** The stream of an attempt from a list; the last one repeats. */
export const nthStream = <T>(streams: readonly Observable<T>[], attempt: number): Observable<T> =>
  streams.slice(0, attempt).reduce((_, stream) => stream);
