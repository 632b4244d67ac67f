import type { Observable } from 'rxjs';
import { RejectedError, type Reason } from '../errors.js';
import type { SchedulerClock } from '../time/clock.js';

/** How an attempt ended. */
export type Ending = 'success' | 'failure' | 'cancel';

/** The longest wait that somebody asked for, why, and which gate it was; none if it was the policy itself. */
export interface Longest {
  readonly wait: number;
  readonly reason: Reason | undefined;
  readonly by: { rejection(reason: Reason, wait: number): RejectedError } | undefined;
}

/** Where there is nobody but the gates. */
export const noWait: Longest = { wait: 0, reason: undefined, by: undefined };

/** What an attempt ends with that is not admitted. */
export const rejectionOf = ({ wait, reason = 'rejected', by }: Longest): RejectedError =>
  by === undefined ? new RejectedError(reason, wait) : by.rejection(reason, wait);

/** One attempt in all gates of an operator: one transaction when it asks, and every gate hears how it ends. */
export interface Calls {
  /** The longest of their waits and of `own`; nothing is kept yet. */
  ask(attempt: number, error: unknown, own: Longest): Longest;
  /** Keeps what they answered: all if the attempt is admitted, otherwise those that rejected. */
  keep(isAdmitted: boolean): void;
  /**
   * Emits when it is admitted that was told to wait `ms` milliseconds: it asks again when that has passed or a gate wakes
   * it, and so on, for as long as its maxWait lasts. What `ask` throws becomes the error.
   */
  admitted(ms: number, settings: SchedulerClock, ask: () => number, maxWait?: () => number): Observable<0>;
  value(value: unknown): void;
  /**
   * Every gate hears of the end, whatever another one throws, and only then is anybody told. Those who wait are roused
   * later, see {@link rouse}.
   */
  settle(ending: Ending, error?: unknown): void;
  /** Those who wait may ask again: when the source of this one has let go. */
  rouse(): void;
}
