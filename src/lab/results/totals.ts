import type { Reason } from '../../reasons.js';
import { BusiestStretch, Histogram } from './histogram.js';

/*
 * Sums over the whole simulation.
 */

/** Sums over all calls. */
export interface Totals {
  /** How many calls were made, how many of them succeeded, and how many ended without success. */
  readonly calls: number;
  readonly succeeded: number;
  readonly lost: number;
  /** How many calls were in flight at the end of the simulation. */
  readonly unfinished: number;
  /** How many calls were lost for each reason: `retries`, `deadline`, `open`, `budget`, `fatal`, .. */
  readonly lossReasons: Readonly<Record<string, number>>;
  /** How many calls were made during an outage. */
  readonly callsInOutage: number;
  /** How many attempts reached the service, how many of them during an outage, and how many failed. */
  readonly attempts: number;
  readonly attemptsInOutage: number;
  readonly failedAttempts: number;
  /** Attempts per call. */
  readonly amplification: number;
  /** How many attempts were rejected before they reached the service. */
  readonly rejected: number;
  /**
   * Milliseconds from the end of the last outage to the end of the last bad slot after it. A slot is bad if more than 5 % of
   * its attempts failed or were rejected. 0: no slot after the outage was bad. `undefined`: no outage has ended, or no
   * attempt has succeeded since the last bad slot.
   */
  readonly recovery: number | undefined;
  /** How often circuits opened. */
  readonly openings: number;
}

/** Statistics per call. */
export interface PerCall {
  /** How many calls made 0 attempts, 1 attempt, 2 attempts, .. */
  readonly attempts: readonly number[];
  /** Milliseconds from a call to its success. */
  readonly timeToSuccess: Percentiles;
}

/** The median, three percentiles (accurate to 1 %) and the maximum. 0 if there is nothing. */
export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Statistics of attempts that had to wait for a gate. */
export interface GateWaits {
  /** How many attempts had to wait. */
  readonly total: number;
  /** The most that waited at the same time. */
  readonly most: number;
  /** Milliseconds that they waited, until they started or were rejected. */
  readonly time: Percentiles;
}

/** Statistics of hedges. */
export interface Hedges {
  /** How many hedges reached the service. They are a part of the attempts. */
  readonly total: number;
  /** How many of them were first, so that their call ended earlier. */
  readonly won: number;
  /** How many the budget did not pay. */
  readonly denied: number;
  /** How many attempts were cancelled because another one was first. They are neither successes nor failures. */
  readonly cancelled: number;
}

/** Statistics of retries. */
export interface Retries {
  readonly total: number;
  /** The most retries within one tenth of a second. */
  readonly busiest100ms: number;
  /** The longest wait before a retry, in milliseconds. */
  readonly longestWait: number;
}

/** Counts the sums. */
export class TotalsCounter {
  calls = 0;
  succeeded = 0;
  lost = 0;
  attempts = 0;
  callsInOutage = 0;
  attemptsInOutage = 0;
  failedAttempts = 0;
  rejected = 0;
  longestWait = 0;
  waits = 0;
  mostWaiting = 0;
  hedges = 0;
  hedgesWon = 0;
  hedgesDenied = 0;
  cancelled = 0;
  /** Without a prototype, because a reason may be called `constructor`. */
  readonly lossReasons = Object.create(null) as Record<string, number>;
  readonly timesToSuccess: Histogram = new Histogram();
  readonly timesWaited: Histogram = new Histogram();
  readonly retries: BusiestStretch = new BusiestStretch(100);
  private readonly callsByAttempts: number[] = [];

  countLoss(reason: Reason): void {
    this.lost += 1;
    this.lossReasons[reason] = (this.lossReasons[reason] ?? 0) + 1;
  }

  /** Counts a call that has ended, by its attempts that reached the service. */
  countEnd(attempts: number): void {
    this.callsByAttempts[attempts] = (this.callsByAttempts[attempts] ?? 0) + 1;
  }

  get perCall(): PerCall {
    const { timesToSuccess, callsByAttempts } = this;
    return {
      attempts: Array.from(callsByAttempts, (count: number | undefined) => count ?? 0),
      timeToSuccess: percentilesOf(timesToSuccess),
    };
  }

  get gateWaits(): GateWaits {
    return { total: this.waits, most: this.mostWaiting, time: percentilesOf(this.timesWaited) };
  }
}

const percentilesOf = (times: Histogram): Percentiles => ({
  p50: times.quantile(0.5),
  p90: times.quantile(0.9),
  p99: times.quantile(0.99),
  p999: times.quantile(0.999),
  max: times.max,
});
