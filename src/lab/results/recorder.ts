import type { Reason } from '../../reasons.js';
import { SeriesRecorder } from './series.js';
import { TotalsCounter } from './totals.js';

/** Records what happens, in the series and in the totals. */
export class Recorder {
  readonly totals: TotalsCounter = new TotalsCounter();
  readonly series: SeriesRecorder;

  /** `circuits` is the number of circuits, which share the series `open` and `halfOpen`. */
  constructor(slot: number, duration: number, circuits: number) {
    this.series = new SeriesRecorder(slot, duration, circuits);
  }

  countCall(isInOutage: boolean): void {
    const { totals, series } = this;
    totals.calls += 1;
    if (isInOutage) totals.callsInOutage += 1;
    series.values.calls[series.index]! += 1;
  }

  /** Counts an attempt that reaches the service. */
  countAttempt(attempt: number, now: number, isInOutage: boolean): void {
    const { totals, series } = this;
    totals.attempts += 1;
    if (isInOutage) totals.attemptsInOutage += 1;
    series.values.attempts[series.index]! += 1;
    if (attempt === 1) return;
    totals.retries.add(now);
    series.values.retries[series.index]! += 1;
  }

  /** Counts an attempt that succeeded, and so did its call. */
  countSuccess(attempts: number, timeToSuccess: number): void {
    const { totals, series } = this;
    totals.succeeded += 1;
    totals.timesToSuccess.add(timeToSuccess);
    totals.countEnd(attempts);
    series.values.successes[series.index]! += 1;
    series.values.timeToSuccess[series.index]! += timeToSuccess;
  }

  countFailure(): void {
    const { totals, series } = this;
    totals.failedAttempts += 1;
    series.values.failures[series.index]! += 1;
  }

  countWait(wait: number): void {
    const { totals } = this;
    if (wait > totals.longestWait) totals.longestWait = wait;
  }

  /** An attempt begins to wait for a gate. */
  beginWait(): void {
    const { totals, series } = this;
    series.waiting += 1;
    totals.waits += 1;
    if (series.waiting > totals.mostWaiting) totals.mostWaiting = series.waiting;
  }

  /** An attempt has waited for `ms` milliseconds: it starts, or it is rejected. */
  endWait(ms: number): void {
    const { totals, series } = this;
    series.waiting -= 1;
    totals.timesWaited.add(ms);
  }

  /** Counts an attempt that was rejected before it reached the service. */
  countRejection(): void {
    const { totals, series } = this;
    totals.rejected += 1;
    series.values.rejections[series.index]! += 1;
  }

  /** Counts a call that ended without success, after `attempts` that reached the service. */
  countLoss(reason: Reason, attempts: number): void {
    const { totals, series } = this;
    totals.countLoss(reason);
    totals.countEnd(attempts);
    series.values.lost[series.index]! += 1;
  }
}
