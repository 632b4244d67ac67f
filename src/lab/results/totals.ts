import type { Reason } from '../../errors.js';
import { BusiestStretch, Histogram } from './histogram.js';

/*
 * What it came to in all.
 */

/** Sums over all calls. */
export interface Totals {
  /** How many calls were made, how many of them succeeded, and how many ended without success. */
  readonly calls: number;
  readonly succeeded: number;
  readonly lost: number;
  /** How many were still on their way when the time was over. */
  readonly unfinished: number;
  /** Of those that were lost, how many for which reason: `retries`, `deadline`, `open`, `budget`, `fatal`, .. */
  readonly lossReasons: Readonly<Record<string, number>>;
  /** How many of the calls were made while an outage was on. */
  readonly callsInOutage: number;
  /** How many attempts reached the service, how many of them while an outage was on, and how many failed. */
  readonly attempts: number;
  readonly attemptsInOutage: number;
  readonly failedAttempts: number;
  /** Attempts for each call. */
  readonly amplification: number;
  /** How many attempts were not admitted. */
  readonly rejected: number;
  /**
   * Milliseconds from the end of the last outage to the end of the last slot after it in which more than a twentieth of what
   * was tried failed or was rejected: 0 = at once. `undefined` without an outage that has ended, and if nothing has succeeded
   * since.
   */
  readonly recovery: number | undefined;
  /** How often circuits opened. */
  readonly openings: number;
}

/** How it was for one call. */
export interface PerCall {
  /** How many calls made how many attempts, by that number, from 0. */
  readonly attempts: readonly number[];
  /** Milliseconds from a call to its success: the median, two percentiles (to 1 %) and the longest. */
  readonly timeToSuccess: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
}

/** How retries were spread over time. */
export interface Retries {
  readonly total: number;
  /** The most within one tenth of a second. */
  readonly busiest100ms: number;
  /** The longest wait before one, milliseconds. */
  readonly longestWait: number;
}

/** The sums while they are made. */
export class TotalsCounter {
  calls = 0;
  succeeded = 0;
  lost = 0;
  attempts = 0;
  callsInOutage = 0;
  attemptsInOutage = 0;
  failed = 0;
  rejected = 0;
  longestWait = 0;
  readonly lossReasons: Record<string, number> = {};
  readonly times: Histogram = new Histogram();
  readonly retries: BusiestStretch = new BusiestStretch(100);
  readonly byAttempts: number[] = [];

  /** A call has ended after so many attempts that reached the service. */
  ended(attempts: number): void {
    this.byAttempts[attempts] = (this.byAttempts[attempts] ?? 0) + 1;
  }

  lose(reason: Reason): void {
    this.lost += 1;
    this.lossReasons[reason] = (this.lossReasons[reason] ?? 0) + 1;
  }

  get perCall(): PerCall {
    const { times, byAttempts } = this;
    const at = (share: number): number => times.quantile(share);
    return {
      attempts: Array.from(byAttempts, (count: number | undefined) => count ?? 0),
      timeToSuccess: { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: times.max },
    };
  }
}
