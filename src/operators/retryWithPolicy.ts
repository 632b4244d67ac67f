import { concat, concatMap, Observable, retry, tap, throwError, type MonoTypeOperatorFunction } from 'rxjs';
import type { RetryEvent } from '../engine/retryEvents.js';
import { ClosedError } from '../errors.js';
import { isFinal } from '../finality.js';
import { callable, oneOf, string } from '../options.js';
import { readOptions } from '../readOptions.js';
import { checkPolicy, handlesKind, type Policy } from '../policy/policy.js';
import type { Gate } from '../live/gate.js';
import { checkGates, entryTo } from '../live/gates.js';
import { checkScheduler, checkUntil, clockFrom, type ClockOptions, type StopOptions } from '../time/clock.js';
import { notifyObserver } from './notify.js';
import { checkSuccessOn, type SuccessOptions } from './successOptions.js';
import { isLeft, RetrySubscription, type BeforeRetry, type RetryHost } from './retrySubscription.js';

/** Options of {@link retryWithPolicy}. */
export interface RetryOptions extends ClockOptions, StopOptions, SuccessOptions<any> {
  /**
   * Gates that are asked about every attempt together with the policy, and that receive how each attempt ends. A wait
   * that a gate asks for ends early when the gate changes. No deadline of the policy bounds it; RxJS's `timeout` does.
   *
   * Do not pass a gate that also stands below, in `guard` or `circuitBreak`: one of the two would take its only slot while
   * the other waits for it, and a rate or a budget would be charged twice.
   *
   * @defaultValue none
   */
  readonly gates?: readonly Gate[] | undefined;
  /**
   * Which errors end the stream whatever the policy says. The policy receives `cancel`.
   *
   * @defaultValue this library's rejections ({@link RejectedError}), and `AbortError`s, because the caller asked for the end
   */
  readonly isFatal?: ((error: any) => boolean) | undefined;
  /**
   * Receives what happens, for logs and metrics. It cannot change the stream: what it throws is reported as unhandled. It
   * must not be `async`.
   */
  readonly observe?: ((event: RetryEvent) => void) | undefined;
  /**
   * Which operation it is, in events.
   *
   * @defaultValue 'retryWithPolicy', or the name of the function of an `action`
   */
  readonly name?: string | undefined;
  /**
   * What a retry waits for after its delay, such as a new token or the network: it goes on at the first value or the
   * completion of what this returns, and at once if this returns `undefined`. An error of it ends the stream. It is no
   * part of the attempt, and only a deadline of the policy ({@link within}) counts its time.
   *
   * @defaultValue nothing
   */
  readonly beforeRetry?: BeforeRetry | undefined;
  /**
   * What a completion of the source means: `'complete'` is a success. With `'retry'` it is a failure with a
   * {@link ClosedError}, for sockets and consumers that must stay connected.
   *
   * @defaultValue 'complete'
   */
  readonly onComplete?: 'complete' | 'retry' | undefined;
}

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
  return retrying('retryWithPolicy', policy, options);
}

const closed = /* @__PURE__ */ throwError(() => new ClosedError());

/** {@link retryWithPolicy} under the name by which the user called it. */
export function retrying<T>(
  where: string,
  policy: Policy,
  options: RetryOptions,
  also?: readonly string[],
): MonoTypeOperatorFunction<T> {
  const host = hostOf(where, policy, options, also);
  const { entry, notify } = host;
  const isReporting =
    notify !== undefined ||
    entry !== undefined ||
    (['value', 'success', 'cancel'] as const).some((kind) => handlesKind(policy, kind));
  return (source) =>
    new Observable((subscriber) => {
      if (subscriber.closed) return;
      const subscription = new RetrySubscription(host, subscriber);
      if (isReporting) {
        subscriber.add(() => {
          subscription.leave();
        });
      }
      const kept = host.closesOnComplete ? concat(source, closed) : source;
      const observed = isReporting ? tap<T>(subscription)(kept) : kept;
      const reported = entry === undefined ? observed : entry.holdingWakeUps(observed, subscription);
      const attempts = retry<T>({ delay: (error) => subscription.delay(error) })(reported);
      const ms = subscription.begin();
      if (isLeft(subscriber)) return;
      const started = ms === 0 ? attempts : subscription.postponed(ms).pipe(concatMap(() => attempts));
      started.subscribe(subscriber);
    });
}

const rows = {
  gates: [checkGates, undefined],
  isFatal: [callable, isFinal],
  observe: [callable, undefined],
  name: [string, undefined],
  beforeRetry: [callable, undefined],
  onComplete: [oneOf, 'complete', ['complete', 'retry']],
  successOn: [checkSuccessOn, 'complete'],
  until: [checkUntil, undefined],
  scheduler: [checkScheduler, undefined],
  random: [callable, undefined],
} as const;

/** The names of these options, for a function that has them among its own. */
export const retryOptionNames = (): readonly string[] => Object.keys(rows);

function hostOf(where: string, policy: Policy, options: RetryOptions, also?: readonly string[]): RetryHost {
  checkPolicy(where, 'policy', policy);
  const settings = readOptions(where, options, rows, also);
  const { gates = [], observe, successOn, onComplete, name = where } = settings;
  const entry = entryTo([...gates]);
  return {
    ...settings,
    policy,
    entry,
    isAsking: entry !== undefined || handlesKind(policy, 'ask'),
    handlesValues: handlesKind(policy, 'value'),
    clock: clockFrom(where, settings),
    closesOnComplete: onComplete === 'retry',
    proves: typeof successOn === 'function' ? successOn : successOn === 'first' ? () => true : undefined,
    name,
    notify:
      observe &&
      ((event) => {
        notifyObserver(observe, event);
      }),
  };
}
