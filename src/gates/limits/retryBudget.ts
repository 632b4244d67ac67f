import { milliseconds, number } from '../../options.js';
import { readOptions } from '../../readOptions.js';
import { worded } from '../../policy/word.js';
import { gatePolicy, type GatePolicy } from '../gatePolicy.js';
import { stateReader } from '../snapshot.js';
import { timeBuckets, type BucketWindow } from '../timeBuckets.js';

/*
 * Why a budget, and not a number of retries? Three retries per call are harmless while one call in a hundred fails. When
 * every call fails, they make four times the traffic, and the other side can bear it least. A budget bounds the retries
 * of all streams together, whatever each stream may do alone.
 */

/** Options of {@link retryBudget}. */
export interface RetryBudgetOptions {
  /**
   * How many retries each first attempt pays for: finite, at least 0. The default is one retry per five first attempts.
   *
   * @defaultValue 0.2
   */
  readonly ratio?: number | undefined;
  /**
   * Retries per second that need no first attempts, for clients with little traffic: finite, at least 0.
   *
   * @defaultValue 10
   */
  readonly reserve?: number | undefined;
  /**
   * How long a first attempt and a retry count: milliseconds, at least 1.
   *
   * @defaultValue 10_000
   */
  readonly window?: number | undefined;
}

/** The status of a {@link retryBudget}. */
export interface RetryBudgetView {
  /** How many retries the budget can pay now. */
  readonly balance: number;
  /** The first attempts in the window. */
  readonly deposits: number;
  /** The retries in the window. */
  readonly withdrawals: number;
}

/**
 * Bounds retries as a share of the traffic. Each first attempt deposits `ratio` when it asks to start, and each retry
 * withdraws 1. Both are forgotten after `window`, in steps of a tenth of it. If the budget cannot pay a retry, it rejects
 * it with reason `'budget'`, and the stream ends with the error that the retry would have followed. It never rejects a
 * first attempt. An outage spends what was deposited before it.
 *
 * Make one budget for each dependency, and pass it in the `gates` of the retry. Around each single attempt it does not
 * work, because there every attempt looks like a first one. The budget counts every attempt that asks it, also one that a
 * circuit below then rejects.
 *
 * The formula is that of Finagle's `RetryBudget`, which Linkerd and tower use too:
 * balance = reserve · window / 1000 + ratio · deposits - withdrawals, rounded down to whole retries. A tolerance of a
 * billionth makes 100 deposits of 0.29 pay for 29 retries.
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const budget = retryBudget({ ratio: 0.5, reserve: 0.2 });
 * budget.view(budget.initial, 0).balance // => 2
 * preview(both(fixed(100), budget)) // => { delays: [100, 100], reason: 'budget' }
 */
export function retryBudget(options: RetryBudgetOptions = {}): GatePolicy<unknown, RetryBudgetView> {
  const settings = readOptions('retryBudget', options, {
    ratio: [number, 0.2, 0],
    reserve: [number, 10, 0],
    window: [milliseconds, 10_000, 1],
  });
  const { ratio, reserve, window } = settings;
  const buckets = timeBuckets(window, 10);

  const view = (state: BucketWindow, now: number): RetryBudgetView => {
    const { good: deposits, bad: withdrawals } = buckets.counts(state, now);
    const balance = (reserve * window) / 1000 + ratio * deposits - withdrawals;
    return { balance: Math.max(0, Math.floor(balance + 1e-9)), deposits, withdrawals };
  };
  const policy = gatePolicy<BucketWindow, RetryBudgetView>({
    name: 'rxjs-reprise/retryBudget',
    limits: 'retries',
    initial: buckets.fresh,
    on: {
      ask(state, { now, attempt }) {
        const isRetry = attempt > 1;
        return isRetry && view(state, now).balance < 1
          ? { state, wait: Infinity, reason: 'budget' }
          : { state: buckets.record(state, now, isRetry), wait: 0 };
      },
      resume: (state, { now }) => buckets.resume(state, now),
    },
    view,
    shape: buckets.shape,
    read: stateReader(buckets.parse),
    isAtRest: (state, now) => {
      const { deposits, withdrawals } = view(state, now);
      return deposits + withdrawals === 0;
    },
  });
  return worded(policy, 'retryBudget', settings);
}
