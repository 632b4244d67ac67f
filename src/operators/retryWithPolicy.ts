import { concatMap, Observable, retry, tap, type MonoTypeOperatorFunction } from 'rxjs';
import type { RetryEvent } from '../engine/retryEvents.js';
import { callable, record, rejectOption } from '../options.js';
import { isFinal } from '../finality.js';
import { checkPolicy, handledKinds, type Policy } from '../policy/policy.js';
import type { Gate } from '../live/gate.js';
import { areGates, entryTo } from '../live/gates.js';
import { clockFrom, type ClockOptions, type StopOptions } from '../time/clock.js';
import { notifyObserver } from './notify.js';
import { checkSuccessOn, type SuccessOptions } from './successOptions.js';
import { isLeft, RetrySubscription, type RetryHost } from './retrySubscription.js';

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
  readonly gates?: readonly Gate[];
  /**
   * Which errors end the stream whatever the policy says. The policy receives `cancel`.
   *
   * @defaultValue this library's rejections ({@link RejectedError}), and `AbortError`s, because the caller asked for the end
   */
  readonly isFatal?: (error: any) => boolean;
  /**
   * Receives what happens, for logs and metrics. It cannot change the stream: what it throws is reported as unhandled. It
   * must not be `async`.
   */
  readonly observe?: (event: RetryEvent) => void;
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

/** {@link retryWithPolicy} under the name by which the user called it. */
export function retrying<T>(where: string, policy: Policy, options: RetryOptions): MonoTypeOperatorFunction<T> {
  const host = hostOf(where, policy, options);
  const { entry, handles, handlesValues, notify } = host;
  const isReporting =
    notify !== undefined || entry !== undefined || handlesValues || handles.has('success') || handles.has('cancel');
  return (source) =>
    new Observable((subscriber) => {
      if (subscriber.closed) return;
      const subscription = new RetrySubscription(host, subscriber);
      if (isReporting) {
        subscriber.add(() => {
          subscription.leave();
        });
      }
      const observed = isReporting ? tap<T>(subscription)(source) : source;
      const reported = entry === undefined ? observed : entry.holdingWakeUps(observed);
      const attempts = retry<T>({ delay: (error) => subscription.delay(error) })(reported);
      const ms = subscription.begin();
      if (isLeft(subscriber)) return;
      const started = ms === 0 ? attempts : subscription.postponed(ms).pipe(concatMap(() => attempts));
      started.subscribe(subscriber);
    });
}

function hostOf(where: string, policy: Policy, options: RetryOptions): RetryHost {
  checkPolicy(where, 'policy', policy);
  record(where, options);
  const { gates = [], isFatal = isFinal, observe, successOn = 'complete' } = options;
  if (!areGates(gates))
    rejectOption(where, 'gates', 'an array of distinct gates (from circuit() or gate())', gates, TypeError);
  callable(where, 'isFatal', isFatal);
  checkSuccessOn(where, successOn);
  if (observe !== undefined) callable(where, 'observe', observe);
  const handles = new Set(handledKinds([policy]));
  const entry = entryTo([...gates]);
  return {
    policy,
    handles,
    entry,
    isAsking: entry !== undefined || handles.has('ask'),
    handlesValues: handles.has('value'),
    clock: clockFrom(where, options),
    isFatal,
    proves: typeof successOn === 'function' ? successOn : successOn === 'first' ? () => true : undefined,
    notify:
      observe &&
      ((event) => {
        notifyObserver(observe, event);
      }),
  };
}
