import type { RetryEvent } from '../engine/retryEvents.js';
import { isFinal } from '../finality.js';
import type { Gate } from '../live/gate.js';
import { checkGates, entryTo } from '../live/gates.js';
import { callable, oneOf, string } from '../options.js';
import { matcher, type RetryOn } from '../policy/limits.js';
import { handlesKind, type Policy } from '../policy/policy.js';
import { readOptions, type Complete } from '../readOptions.js';
import { checkScheduler, checkUntil, clockFrom, type ClockOptions, type StopOptions } from '../time/clock.js';
import type { BeforeRetry } from './beforeRetry.js';
import { notifyObserver } from './notify.js';
import type { RetryHost } from './retryHost.js';
import { checkSuccessOn, proofOf, type SuccessOptions } from './successOptions.js';

/** Options of {@link retryWithPolicy}. */
export interface RetryOptions extends ClockOptions, StopOptions, SuccessOptions<any> {
  /**
   * Gates that are asked about every attempt together with the policy, and that receive how each attempt ends. A wait
   * that a gate asks for ends early when the gate changes. No deadline of the policy bounds it; RxJS's `timeout` does.
   *
   * A gate that also stands below, in `guard` or `circuitBreak`, ends the stream with a TypeError: one of the two would take
   * its only slot while the other waits for it, and a rate or a budget would be charged twice.
   *
   * @defaultValue none
   */
  readonly gates?: readonly Gate[] | undefined;
  /**
   * Which errors end the stream whatever the policy says: a predicate, an error class, or an array of error classes. The
   * policy receives `cancel`.
   *
   * @defaultValue this library's rejections ({@link RejectedError}), and `AbortError`s, because the caller asked for the end
   */
  readonly isFatal?: RetryOn | undefined;
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

const rows = {
  gates: [checkGates, undefined],
  isFatal: [matcher, isFinal],
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

/** The options, checked and with the defaults that do not depend on the function. */
export type RetrySettings = RetryOptions & Complete<Pick<RetryOptions, 'isFatal' | 'onComplete' | 'successOn'>>;

/** Reads the options. `also` are options that the caller reads itself. */
export const readRetryOptions = (where: string, options: RetryOptions, also?: readonly string[]): RetrySettings =>
  readOptions(where, options, rows, also);

/** What all subscriptions share. */
export function hostOf(where: string, policy: Policy, settings: RetrySettings): RetryHost {
  const { gates = [], isFatal, observe, successOn, onComplete, name = where } = settings;
  const entry = entryTo([...gates]);
  return {
    ...settings,
    policy,
    entry,
    handlesAsks: handlesKind(policy, 'ask'),
    handlesValues: handlesKind(policy, 'value'),
    clock: clockFrom(where, settings),
    closesOnComplete: onComplete === 'retry',
    isFatal: matcher(where, 'isFatal', isFatal),
    proves: proofOf(where, successOn),
    name,
    notify:
      observe &&
      ((event) => {
        notifyObserver(observe, event);
      }),
  };
}
