import type { Observable, Unsubscribable } from 'rxjs';
import type { Transaction } from '../engine/transaction.js';
import type { NestedAttempt } from './nesting.js';
import type { SchedulerClock } from '../time/clock.js';

/*
 * What an operator and the gates have to know of each other while a call waits.
 */

/** A call that asks gates, and how it asks them again. */
export interface Asking {
  readonly transaction: Transaction;
  readonly clock: SchedulerClock;
  /** Asks again: 0 = admitted, n = wait n milliseconds. What it throws becomes the error. */
  readonly ask: () => number;
  /** Ends the wait when it aborts: the call asks once more. */
  readonly until?: AbortSignal | undefined;
  /** How many milliseconds it may still wait. @defaultValue no limit */
  restOfMaxWait?(): number;
}

/** A call that waits for gates, and how its wait may end. */
export interface Waiting extends Asking {
  /** Whether the consumer has left. */
  readonly isLeft: boolean;
  admitted(): void;
  failed(error: unknown): void;
}

/** An attempt that is admitted, and what it observes. */
export interface StartedAttempt extends Pick<NestedAttempt, 'isSilent'> {
  /** Its source is being subscribed. */
  subscribe(): void;
  next(value: unknown): void;
  complete(): void;
  /** The consumer has left. */
  unsubscribe(): void;
  /** The last thing that happens: the source has let go. */
  finalize(): void;
}

/** How an operator sends its attempts through a list of gates. */
export interface GateEntry {
  /** Begins one attempt at all of them, after a failed one. */
  begin(past?: Transaction): Transaction;
  /** Waits until the call is admitted: at first `ms` milliseconds, or until a gate wakes it. */
  waitUntilAdmitted(ms: number, waiting: Waiting): Unsubscribable;
  /** The source of an attempt that they have admitted, see `start`. */
  starting<T>(source: Observable<T>, attempt: StartedAttempt): Observable<T>;
  /** The wait after a failure, which a gate may end early. */
  shortened(waiting: Observable<unknown>): Observable<unknown>;
  /** Waits until the call is admitted, as an Observable that emits when the call is admitted. */
  whenAdmitted(ms: number, asking: Asking): Observable<0>;
}
