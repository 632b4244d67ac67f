import { RejectedError } from '../errors.js';
import type { Reason } from '../reasons.js';
import type { Ending, GateLedger, Waiter } from './gateLedger.js';

/** The answer to an ask: the longest wait of all that were asked, and who gave it. */
export interface Answer {
  readonly wait: number;
  readonly reason?: Reason | undefined;
  /** The gate; `undefined` if it was the call's own policy. */
  readonly by?: Pick<GateLedger, 'rejection'> | undefined;
}

/** The answer where nothing stands in the way. */
export const admitted: Answer = { wait: 0 };

/** The answer to an attempt that waits when `until` aborts. */
export const stopped: Answer = { wait: Infinity, reason: 'stopped' };

/** The error of an attempt that is not admitted. */
export const rejectionOf = ({ wait, reason = 'rejected', by }: Answer): RejectedError =>
  by === undefined ? new RejectedError(reason, wait) : by.rejection(reason, wait);

/** One attempt at all gates of an operator: admitted by all or by none, and settled exactly once at each. */
export interface Transaction {
  /** The longest of their waits and of `own`; nothing is stored yet. */
  ask(attempt: number, error: unknown, own: Answer): Answer;
  /**
   * Stores the answers by the transaction rule, notifies listeners and wakes waiting calls. `longest` is the wait that
   * {@link ask} answered. A gate with a queue keeps no place for an attempt that waits longer for another one.
   */
  keep(longest: number): void;
  /** Whether a gate wants the next value of the attempt. Other values cost nothing. */
  readonly expectsValue: boolean;
  value(value: unknown): void;
  /**
   * Every gate receives the end, whatever another one throws, and only then are listeners notified. Waiting calls are
   * woken by {@link rouse}.
   */
  settle(ending: Ending, error?: unknown): void;
  /** The attempt has proven its success before its source has ended. Waiting calls are woken. */
  prove(): void;
  /** The attempt was not admitted and will not ask again. */
  abandon(): void;
  /** Wakes waiting calls. Call it when the attempt's source has let go. */
  rouse(): void;
  /**
   * The source of an attempt has let go: wakes waiting calls. A retry may have begun before that, and more of them if they
   * fail at once. So this is the newest earlier attempt whose source has not let go, or this one.
   */
  release(): void;
  /** The attempt before, until its source has let go. */
  past?: Transaction | undefined;
  /** Whether a gate has changed since it answered with a wait, so that it will not wake this call for that change. */
  readonly isOvertaken: boolean;
  /** Is woken when a gate that answered with a wait changes, until {@link unpark} or {@link settle}. */
  park(waiter: Waiter): void;
  unpark(): void;
}
