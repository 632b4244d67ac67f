import { milliseconds, number, record } from '../../options.js';
import type { GatePolicy } from '../gatePolicy.js';
import { reader } from '../snapshot.js';
import { timeBuckets, type BucketWindow } from '../window.js';

/*
 * Why a budget, and not a number of retries? Three retries each are harmless while one call in a hundred fails, and
 * four times the traffic when all do, which is when the other side can bear it least. A budget bounds what all streams
 * add together, whatever each of them may do alone.
 */

/** Options of {@link retryBudget}. */
export interface RetryBudgetOptions {
  /** How many retries each first attempt pays for: finite, at least 0; 0.2 (one for every five) unless told. */
  readonly ratio?: number;
  /** Retries per second that need no first attempts, for clients with little traffic: finite, at least 0; 10 unless told. */
  readonly reserve?: number;
  /** For how many milliseconds a first attempt pays and a retry weighs, at least 1; 10 000 unless told. */
  readonly window?: number;
}

/** What people look at. */
export interface RetryBudgetView {
  /** How many retries can be paid now. */
  readonly balance: number;
  /** The first attempts in the window. */
  readonly deposits: number;
  /** The retries in the window. */
  readonly withdrawals: number;
}

/**
 * Bounds retries as a share of the traffic: each first attempt deposits `ratio` when it asks to start, each retry
 * withdraws 1, and both are forgotten after `window` (in ten steps). A retry that cannot be paid is rejected, with reason
 * `'budget'`, so its stream ends with the error that it would have followed; a first attempt never is. What was
 * deposited before an outage is spent in it.
 *
 * One budget for each dependency, in `gates` of the retry. Not around each attempt: there every one looks like a first.
 * It counts what asks to start, also what a circuit below then rejects.
 *
 * The formula is Finagle's `RetryBudget`, which is also Linkerd's and tower's:
 * balance = reserve · window / 1000 + ratio · deposits - withdrawals, counted in whole retries (to a billionth, so that
 * 100 deposits of 0.29 pay 29).
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const budget = retryBudget({ ratio: 0.5, reserve: 0.2 });
 * budget.view(budget.initial, 0).balance // => 2
 * preview(both(fixed(100), budget)) // => { delays: [100, 100], reason: 'budget' }
 */
export function retryBudget(options: RetryBudgetOptions = {}): GatePolicy<unknown, RetryBudgetView> {
  record('retryBudget', options);
  const { ratio = 0.2, reserve = 10, window = 10_000 } = options;
  number('retryBudget', 'ratio', ratio, 0);
  number('retryBudget', 'reserve', reserve, 0);
  milliseconds('retryBudget', 'window', window, 1);
  const cells = timeBuckets(window, 10);

  const view = (state: BucketWindow, now: number): RetryBudgetView => {
    const { good: deposits, bad: withdrawals } = cells.counts(state, now);
    const balance = (reserve * window) / 1000 + ratio * deposits - withdrawals;
    return { balance: Math.max(0, Math.floor(balance + 1e-9)), deposits, withdrawals };
  };
  const format = 'rxjs-reprise/retryBudget';
  const policy: GatePolicy<BucketWindow, RetryBudgetView> = {
    initial: cells.fresh,
    handles: ['ask', 'control'],
    reduce(state, signal) {
      const { now } = signal;
      switch (signal.kind) {
        case 'ask': {
          const isRetry = signal.attempt > 1;
          return isRetry && view(state, now).balance < 1
            ? { state, wait: Infinity, reason: 'budget' }
            : { state: cells.record(state, now, isRetry), wait: 0 };
        }
        case 'control':
          return { state: signal.command.name === 'resume' ? cells.resume(state, now) : state, wait: 0 };
        default:
          return { state, wait: 0 };
      }
    },
    format,
    view,
    parse: reader(format, { ...cells.fresh }, (state) => cells.fits(state)),
    wakes: () => [],
  };
  return policy;
}
