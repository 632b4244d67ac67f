import { defer, Observable, retry, switchMap, tap, type MonoTypeOperatorFunction } from 'rxjs';
import { ClosedError } from '../errors.js';
import { handlesKind, type Policy } from '../policy/policy.js';
import { checkRetryPolicy } from '../policy/retryPolicy.js';
import { hostOf, readRetryOptions, type RetryOptions, type RetrySettings } from './retryOptions.js';
import { isLeft, RetrySubscription } from './retrySubscription.js';

/**
 * Subscribes to the source again when it fails, if and when the policy says so. It is built on RxJS's `retry({ delay })`.
 *
 * ```
 * source              -a#
 * retryWithPolicy(p)  -a---a-----a#        p = both(exponential(2), retries(2))
 * subscriptions       ^-!
 *                     ----^-!
 *                     ----------^-!
 * ```
 *
 * - Each subscription has its own state. One operator can serve any number of sources.
 * - When the policy gives up, the stream ends with the source's own error, the same reference.
 * - Values from before an error stay emitted. The next attempt may emit them again.
 * - The scheduler makes the waits, and unsubscribing cancels them. A wait of 0 retries in the same turn. Every 512th of
 *   these goes through the scheduler, so that no number of failures overflows the stack or freezes the event loop.
 * - What the policy or one of its predicates throws ends the stream, and is not retried.
 *
 * @throws RangeError | TypeError naming the option and the value, when the operator is made. Into the stream: a RangeError
 * if the policy answers with a wait that is not a number of at least 0, or `random` with a number outside [0, 1); a
 * {@link RejectedError} if the policy or a gate rejects the first attempt.
 *
 * @example
 * let calls = 0;
 * const load$ = defer(() => (++calls < 3 ? throwError(() => new Error('busy')) : of('done')));
 * const policy = both(exponential(10), retries(4));
 * await firstValueFrom(load$.pipe(retryWithPolicy(policy))) // => 'done'
 * calls // => 3
 */
export function retryWithPolicy<T>(policy: Policy, options: RetryOptions = {}): MonoTypeOperatorFunction<T> {
  checkRetryPolicy('retryWithPolicy', 'policy', policy);
  return retrying('retryWithPolicy', policy, readRetryOptions('retryWithPolicy', options));
}

/** Turns a completion into a failure. `concat` would lose it if the teardown of the source throws. */
const closing = {
  complete: (): never => {
    throw new ClosedError();
  },
};

/** {@link retryWithPolicy} under the name by which the user called it. */
export function retrying<T>(where: string, policy: Policy, settings: RetrySettings): MonoTypeOperatorFunction<T> {
  const host = hostOf(where, policy, settings);
  const { clock, closesOnComplete, entry, handlesAsks, notify } = host;
  const isReporting =
    notify !== undefined ||
    entry !== undefined ||
    (['value', 'success', 'cancel'] as const).some((kind) => handlesKind(policy, kind));
  return (source) =>
    new Observable((subscriber) => {
      if (subscriber.closed) return;
      const kept = closesOnComplete ? tap<T>(closing)(source) : source;
      const startedAt = clock.now();
      let subscription: RetrySubscription | undefined;
      const retried = retry<T>({
        delay: (error) => (subscription ??= new RetrySubscription(host, subscriber, startedAt)).delay(error),
      });
      if (!isReporting && !handlesAsks) {
        // Nothing is decided before the first failure, so nothing is made before it.
        retried(kept).subscribe(subscriber);
        return;
      }
      const call = (subscription = new RetrySubscription(host, subscriber, startedAt));
      if (isReporting) {
        subscriber.add(() => {
          call.leave();
        });
      }
      // If subscribe of the source throws, defer makes that an error, which tap receives.
      const observed = entry?.starting(kept, call) ?? (isReporting ? tap<T>(call)(defer(() => kept)) : kept);
      const attempts = retried(observed);
      const ms = call.begin();
      if (isLeft(subscriber)) return;
      // concatMap would lose the completion of attempts whose teardown throws.
      const started = ms === 0 ? attempts : call.postponed(ms).pipe(switchMap(() => attempts));
      started.subscribe(subscriber);
    });
}
