import { milliseconds, number, record } from '../../options.js';
import { classifier, type Outcome } from '../outcome.js';
import type { Ask, Cancel, Failure, Verdict } from '../../policy/policy.js';
import type { GatePolicy } from '../gatePolicy.js';
import { reader } from '../snapshot.js';
import { timeBuckets, type BucketWindow } from '../window.js';

/** Options of {@link adaptiveThrottle}. */
export interface AdaptiveThrottleOptions {
  /** How many requests are made for each that is accepted, at least 1: less rejects sooner; 2 unless told. */
  readonly k?: number;
  /** How many milliseconds are looked back on, at least 1; 120 000 unless told. */
  readonly window?: number;
  /**
   * What an error says of the other side: `'success'` means that it accepted the request. Unless told, every error is a
   * `'failure'` but our own rejections ({@link RejectedError}), which are ignored. What it throws ends the stream, and
   * counts as a failure.
   */
  readonly classify?: (error: any) => Outcome;
}

/** What people look at. */
export interface AdaptiveThrottleView {
  /** How many attempts asked to start, those that were rejected here included. */
  readonly requests: number;
  /** How many of them succeeded. */
  readonly accepts: number;
  /** The probability, in [0, 1), with which the next is rejected. */
  readonly rejection: number;
}

/**
 * Rejects attempts by chance, with reason `'throttle'`, first ones too: the more of those in the last `window` failed,
 * the more often. Some always get through, so it finds out by itself when the other side is well again. While at least
 * one in `k` succeeds, all do.
 *
 * With the counts before this attempt, it is rejected with the probability
 * max(0, (requests - k · accepts) / (requests + 1)). An attempt that is left before a value, or whose error is ignored,
 * is taken from the requests again. The window moves in ten steps. Each ask is drawn anew: in a {@link guard} that waits
 * for other cells too, it would be drawn more than once, so give it one of its own, the outermost. After an outage longer than it, what is let through
 * grows by a factor of about e in each window / (k - 1): under heavy traffic that takes several windows.
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
  record('adaptiveThrottle', options);
  const { k = 2, window = 120_000, classify } = options;
  number('adaptiveThrottle', 'k', k, 1);
  milliseconds('adaptiveThrottle', 'window', window, 1);
  const judge = classifier('adaptiveThrottle', classify);
  const cells = timeBuckets(window, 10);

  // In the cells, requests are the good ones and accepts the bad.
  const requested = (state: BucketWindow, now: number, by: number): BucketWindow => cells.record(state, now, false, by);
  const accepted = (state: BucketWindow, now: number): BucketWindow => cells.record(state, now, true);
  const view = (state: BucketWindow, now: number): AdaptiveThrottleView => {
    const { good, bad: accepts } = cells.counts(state, now);
    const requests = Math.max(0, good);
    return { requests, accepts, rejection: Math.max(0, (requests - k * accepts) / (requests + 1)) };
  };
  const asked = (state: BucketWindow, { now, random }: Ask): Verdict<BucketWindow> => {
    const { rejection } = view(state, now);
    const next = requested(state, now, 1);
    return rejection > 0 && random >= 1 - rejection
      ? { state: next, wait: Infinity, reason: 'throttle' }
      : { state: next, wait: 0 };
  };
  /** Not if it is forgotten already. */
  const takenBack = (state: BucketWindow, { now, took }: Cancel | Failure): BucketWindow =>
    took < window ? requested(state, now, -1) : state;
  const failed = (state: BucketWindow, failure: Failure): Verdict<BucketWindow> => {
    const { outcome, thrown } = judge(failure.error);
    if (outcome === 'failure') return thrown === undefined ? { state, wait: 0 } : { state, wait: 0, thrown };
    return { state: outcome === 'success' ? accepted(state, failure.now) : takenBack(state, failure), wait: 0 };
  };
  const format = 'rxjs-reprise/adaptiveThrottle';
  const policy: GatePolicy<BucketWindow, AdaptiveThrottleView> = {
    initial: cells.fresh,
    handles: ['ask', 'success', 'failure', 'cancel', 'control'],
    reduce(state, signal) {
      const { now } = signal;
      switch (signal.kind) {
        case 'ask':
          return asked(state, signal);
        case 'success':
          return { state: accepted(state, now), wait: 0 };
        case 'failure':
          return failed(state, signal);
        case 'cancel':
          return { state: takenBack(state, signal), wait: 0 };
        case 'control':
          return { state: signal.command.name === 'resume' ? cells.resume(state, now) : state, wait: 0 };
        default:
          return { state, wait: 0 };
      }
    },
    format,
    view,
    parse: reader(format, { ...cells.fresh }, areCells),
    wakes: () => [],
  };
  return policy;
}

/** Whole numbers; a stretch may hold fewer than no requests, when more were taken back in it than made. */
const areCells = ({ index, bad, good, older, past }: BucketWindow): boolean =>
  [index, bad, good, past.bad, past.good, ...older.flatMap((cell) => [cell.index, cell.bad, cell.good])].every(
    Number.isInteger,
  );
