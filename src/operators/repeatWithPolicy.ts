import { catchError, defer, EMPTY, tap, throwError, type MonoTypeOperatorFunction } from 'rxjs';
import { CompletedError } from '../errors.js';
import { callable, string } from '../options.js';
import type { Policy } from '../policy/policy.js';
import { checkRetryPolicy } from '../policy/retryPolicy.js';
import { readOptions } from '../readOptions.js';
import { checkScheduler, checkUntil, type ClockOptions } from '../time/clock.js';
import { repeatEventOf, type RepeatEvent } from './repeatEvents.js';
import { retrying } from './retryWithPolicy.js';

/** Options of {@link repeatWithPolicy}. */
export interface RepeatOptions extends ClockOptions {
  /**
   * Ends the repeating when it aborts: a stream that waits completes at once, and a run that is under way is the last one.
   *
   * @defaultValue never
   */
  readonly until?: AbortSignal | undefined;
  /**
   * Receives what happens, for logs and metrics. It cannot change the stream: what it throws is reported as unhandled. It
   * must not be `async`.
   */
  readonly observe?: ((event: RepeatEvent) => void) | undefined;
  /**
   * Which operation it is, in events.
   *
   * @defaultValue 'repeatWithPolicy'
   */
  readonly name?: string | undefined;
}

const where = 'repeatWithPolicy';

const rows = {
  until: [checkUntil, undefined],
  observe: [callable, undefined],
  name: [string, where],
  scheduler: [checkScheduler, undefined],
  random: [callable, undefined],
} as const;

/**
 * Subscribes to the source again when it completes, if and when the policy says so: for polling.
 *
 * ```
 * source               -a|
 * repeatWithPolicy(p)  -a---a-----a|       p = both(exponential(2), retries(2))
 * subscriptions        ^-!
 *                      ----^-!
 *                      ----------^-!
 * ```
 *
 * One subscription of the source is a run. A run that completes is for the policy what a failed attempt is in
 * {@link retryWithPolicy}: a `failure` whose error is a {@link CompletedError} with the last value of the run. So every
 * delay, limit and jitter can be used, and `onlyIf` and `onFailure` can decide by the value.
 *
 * - When the policy gives up, the stream completes.
 * - An error of the source ends the stream. To retry a run, put {@link retryWithPolicy} below: its policy begins anew in each
 *   run.
 * - The wait begins when the run completes, so runs never overlap.
 * - Each subscription has its own state. The scheduler makes the waits, and unsubscribing cancels them. A wait of 0 subscribes
 *   in the same turn. Every 512th of these goes through the scheduler.
 *
 * @throws RangeError | TypeError naming the option and the value, when the operator is made. Into the stream: what the
 * policy or its predicates throw; a RangeError if the policy answers with a wait that is not a number of at least 0, or
 * `random` with a number outside [0, 1); a {@link RejectedError} if the policy rejects the first run.
 *
 * @example
 * let progress = 0;
 * const job$ = defer(() => of((progress += 50)));
 * const unfinished = ({ value }: CompletedError<number>) => value !== 100;
 * const policy = onlyIf(unfinished, both(fixed(10), retries(20)));
 * await lastValueFrom(job$.pipe(repeatWithPolicy(policy), toArray())) // => [50, 100]
 */
export function repeatWithPolicy<T>(policy: Policy, options: RepeatOptions = {}): MonoTypeOperatorFunction<T> {
  checkRetryPolicy(where, 'policy', policy);
  const { observe, ...settings } = readOptions<RepeatOptions, typeof rows>(where, options, rows);
  return (source) =>
    defer(() => {
      let last: T | undefined;
      let completed: CompletedError<T> | undefined;
      const isCompletion = (error: unknown): boolean => completed !== undefined && error === completed;
      const retried = retrying<T>(where, policy, {
        ...settings,
        isFatal: (error) => !isCompletion(error),
        onComplete: 'complete',
        successOn: 'complete',
        observe:
          observe &&
          ((event) => {
            const own = repeatEventOf(event, isCompletion);
            if (own) observe(own);
          }),
      });
      // A completed run is an error until the policy has decided.
      const runs = tap<T>({
        subscribe: () => {
          last = undefined;
          completed = undefined;
        },
        next: (value) => {
          last = value;
        },
        complete: () => {
          throw (completed = new CompletedError(last));
        },
      });
      return retried(runs(source)).pipe(
        catchError((error: unknown) => (isCompletion(error) ? EMPTY : throwError(() => error))),
      );
    });
}
