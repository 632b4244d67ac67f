import { callable, milliseconds, number } from '../../options.js';
import { readOptions } from '../../readOptions.js';
import { classifier, type Outcome } from '../outcome.js';
import type { Verdict } from '../../policy/policy.js';
import type { Ask, Cancel, Failure } from '../../policy/signals.js';
import { worded } from '../../policy/word.js';
import { gatePolicy, type GatePolicy } from '../gatePolicy.js';
import { aWhole } from '../parser.js';
import { stateReader } from '../snapshot.js';
import { timeBuckets, type BucketWindow } from '../timeBuckets.js';

/** Options of {@link adaptiveThrottle}. */
export interface AdaptiveThrottleOptions {
  /**
   * How many requests may be made for each accepted one, at least 1. A smaller number rejects sooner.
   *
   * @defaultValue 2
   */
  readonly k?: number | undefined;
  /**
   * How long a request counts: milliseconds, at least 1.
   *
   * @defaultValue 120_000
   */
  readonly window?: number | undefined;
  /**
   * What an error says about the other side: `'success'` means that it accepted the request. An error that it throws ends
   * the stream, and the attempt counts as a failure.
   *
   * @defaultValue `'ignore'` for our own rejections ({@link RejectedError}), `'failure'` for every other error
   */
  readonly classify?: ((error: any) => Outcome) | undefined;
}

/** The status of an {@link adaptiveThrottle}. */
export interface AdaptiveThrottleView {
  /** How many attempts asked to start, including those that the throttle rejected. */
  readonly requests: number;
  /** How many of them succeeded. */
  readonly accepts: number;
  /** The probability, in [0, 1), that the next attempt is rejected. */
  readonly rejection: number;
}

/**
 * Rejects attempts at random with reason `'throttle'`, first attempts too. The more attempts of the last `window` failed,
 * the more it rejects. It always admits some, so it detects by itself that the other side has recovered. It rejects
 * none while at least one attempt in `k` succeeds.
 *
 * With the counts before an attempt, the probability of its rejection is
 * max(0, (requests - k · accepts) / (requests + 1)). A request does not count if its consumer leaves before a value or if
 * its error is ignored. The window moves in steps of a tenth. After an outage longer than the window, admitted traffic
 * grows by a factor of about e per window / (k - 1), which takes several windows under heavy traffic.
 *
 * Each ask draws a random number. In a {@link guard} that also waits for other gates, one attempt would ask and draw more
 * than once, so put the throttle alone in an outermost guard.
 *
 * Source: B. Beyer et al., "Site Reliability Engineering" (2016), chapter 21, client-side throttling.
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const policy = adaptiveThrottle({ k: 2 });
 * preview(policy, { random: [0, 0, 0, 0.9] }) // => { delays: [0, 0, 0], reason: 'throttle' }
 * policy.view(policy.initial, 0) // => { requests: 0, accepts: 0, rejection: 0 }
 */
export function adaptiveThrottle(options: AdaptiveThrottleOptions = {}): GatePolicy<unknown, AdaptiveThrottleView> {
  const settings = readOptions('adaptiveThrottle', options, {
    k: [number, 2, 1],
    window: [milliseconds, 120_000, 1],
    classify: [callable, undefined],
  });
  const { k, window, classify } = settings;
  const outcomeOf = classifier('adaptiveThrottle', classify);
  const buckets = timeBuckets(window, 10);

  // In the buckets, requests are the good calls and accepts the bad ones.
  const addRequests = (state: BucketWindow, now: number, by: number): BucketWindow =>
    buckets.record(state, now, false, by);
  const addAccept = (state: BucketWindow, now: number): BucketWindow => buckets.record(state, now, true);
  const view = (state: BucketWindow, now: number): AdaptiveThrottleView => {
    const { good, bad: accepts } = buckets.counts(state, now);
    const requests = Math.max(0, good);
    return { requests, accepts, rejection: Math.max(0, (requests - k * accepts) / (requests + 1)) };
  };
  /** A request that the window has already forgotten cannot be taken back. */
  const takeBack = (state: BucketWindow, { now, took }: Cancel | Failure): BucketWindow =>
    took < window ? addRequests(state, now, -1) : state;

  const onAsk = (state: BucketWindow, { now, random }: Ask): Verdict<BucketWindow> => {
    const { rejection } = view(state, now);
    const next = addRequests(state, now, 1);
    return rejection > 0 && random >= 1 - rejection
      ? { state: next, wait: Infinity, reason: 'throttle' }
      : { state: next, wait: 0 };
  };
  const onFailure = (state: BucketWindow, failure: Failure): Verdict<BucketWindow> => {
    const { outcome, thrown } = outcomeOf(failure.error);
    if (outcome === 'failure') return thrown === undefined ? { state, wait: 0 } : { state, wait: 0, thrown };
    return { state: outcome === 'success' ? addAccept(state, failure.now) : takeBack(state, failure), wait: 0 };
  };
  const policy = gatePolicy<BucketWindow, AdaptiveThrottleView>({
    name: 'rxjs-reprise/adaptiveThrottle',
    initial: buckets.fresh,
    on: {
      ask: onAsk,
      success: (state, { now }) => addAccept(state, now),
      failure: onFailure,
      cancel: takeBack,
      resume: (state, { now }) => buckets.resume(state, now),
    },
    view,
    shape: buckets.shape,
    // More requests may be taken back in a bucket than were made in it.
    read: stateReader(buckets.parserOf(aWhole)),
    isAtRest: (state, now) => {
      const { requests, accepts } = view(state, now);
      return requests + accepts === 0;
    },
  });
  return worded(policy, 'adaptiveThrottle', settings);
}
