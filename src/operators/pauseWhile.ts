import {
  dematerialize,
  distinctUntilChanged,
  EMPTY,
  isObservable,
  materialize,
  switchMap,
  tap,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import { flag, rejectOption } from '../options.js';

/**
 * Unsubscribes from the source while the last value of `paused$` is true, and subscribes again when it is false: for a page
 * that is hidden, a device that is offline, maintenance. While it is paused, nothing of the source runs.
 *
 * ```
 * source          -a-b-c-d-e
 * paused$         f----t---f------
 * pauseWhile(..)  -a-b------a-b-c-
 * subscriptions   ^----!
 *                 ---------^------
 * ```
 *
 * - The source waits for the first value of `paused$`, which should come on subscription: each subscription of the stream,
 *   and so each run of a poll above, subscribes to `paused$` anew.
 * - When the source completes or fails, the stream does, and `paused$` is unsubscribed.
 * - An error of `paused$` ends the stream. If `paused$` completes while it is paused, the stream completes, because it can
 *   never go on. Otherwise the source goes on without pauses.
 * - No value is kept: what a hot source emits during a pause is lost, and a cold source begins anew.
 *
 * The gate {@link openWhen} holds calls that have not started, and does not interrupt one that runs.
 *
 * @param paused$ an Observable of booleans. It should emit the current value on subscription
 * @throws TypeError if it is anything else; into the stream, if it emits anything else
 *
 * @example
 * const isHidden$ = new BehaviorSubject(true);
 * const poll$ = of('news').pipe(repeatWithPolicy(retries(1)), pauseWhile(isHidden$));
 * const news = lastValueFrom(poll$.pipe(toArray()));
 * isHidden$.next(false);
 * await news // => ['news', 'news']
 */
export function pauseWhile<T>(paused$: Observable<boolean>): MonoTypeOperatorFunction<T> {
  if (!isObservable(paused$)) rejectOption('pauseWhile', 'paused$', 'an Observable of booleans', paused$, TypeError);
  const checked = tap<boolean>((isPaused: unknown) => {
    flag('pauseWhile', 'a value of paused$', isPaused);
  });
  return (source) =>
    checked(paused$).pipe(
      distinctUntilChanged(),
      // The end of the source, and not that of the pauses, ends the stream.
      switchMap((isPaused) => (isPaused ? EMPTY : materialize<T>()(source))),
      dematerialize(),
    );
}
