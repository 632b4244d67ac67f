import { Observable, type Subscriber, type Unsubscribable } from 'rxjs';
import type { Waiter } from '../engine/ticket.js';
import type { Transaction } from '../engine/transaction.js';
import type { SchedulerClock } from '../time/clock.js';
import { isForeseeable, wait } from '../time/wait.js';

/** A call that waits for gates, and how it asks them again. */
export interface Waiting {
  readonly transaction: Transaction;
  readonly clock: SchedulerClock;
  /** Asks again: 0 = admitted, n = wait n milliseconds. What it throws becomes the error. */
  readonly ask: () => number;
  /** How many milliseconds it may still wait. @defaultValue no limit */
  readonly maxWait?: () => number;
}

/** How an operator sends its attempts through a list of gates. */
export interface GateEntry {
  /** Begins one attempt at all of them. */
  readonly begin: () => Transaction;
  readonly waitUntilAdmitted: typeof waitUntilAdmitted;
}

/**
 * Emits when the call is admitted. It asks again after `ms` milliseconds, or earlier when a gate wakes it, and so on.
 * Unsubscribing clears the timer.
 */
export const waitUntilAdmitted = (ms: number, waiting: Waiting): Observable<0> =>
  new Observable((subscriber) => {
    const admission = new Admission(subscriber, waiting);
    admission.pause(ms);
    return admission;
  });

/** One call while it waits: its timer, and its place among the waiters of its gates. */
class Admission implements Waiter, Unsubscribable {
  private timer: Unsubscribable | undefined;
  private pausedAt = 0;
  private ms = 0;

  constructor(
    private readonly subscriber: Subscriber<0>,
    private readonly waiting: Waiting,
  ) {}

  /** Waits `ms` milliseconds at most, or until a gate changes, which may have happened already. */
  pause(ms: number): void {
    const { clock, maxWait, transaction } = this.waiting;
    this.pausedAt = clock.now();
    this.ms = ms;
    if (transaction.isOvertaken) {
      this.wake(undefined);
      return;
    }
    transaction.park(this);
    this.sleep(maxWait === undefined ? ms : Math.min(ms, maxWait()));
  }

  /**
   * Asks again at random within a tenth of `span` milliseconds, or of the rest of its wait. So recovery is not late, and
   * waiting calls do not all come at once. Where the wait has no known end, they come in order.
   */
  wake(span: number | undefined): void {
    const { clock, maxWait, transaction } = this.waiting;
    transaction.unpark();
    this.timer?.unsubscribe();
    try {
      const rest = isForeseeable(this.ms) ? Math.max(0, this.pausedAt + this.ms - clock.now()) : 0;
      const spread = (span ?? rest) * clock.random() * 0.1;
      this.sleep(maxWait === undefined ? spread : Math.min(spread, Math.max(0, maxWait())));
    } catch (error) {
      this.subscriber.error(error);
    }
  }

  unsubscribe(): void {
    this.waiting.transaction.unpark();
    this.timer?.unsubscribe();
  }

  private sleep(ms: number): void {
    if (ms === 0) {
      this.askAgain();
      return;
    }
    this.timer = wait(ms, this.waiting.clock.scheduler, () => 0).subscribe(() => {
      this.askAgain();
    });
  }

  private askAgain(): void {
    const { ask, transaction } = this.waiting;
    try {
      transaction.unpark();
      const ms = ask();
      if (this.subscriber.closed) return;
      if (ms > 0) {
        this.pause(ms);
        return;
      }
    } catch (error) {
      this.subscriber.error(error);
      return;
    }
    this.subscriber.next(0);
    this.subscriber.complete();
  }
}
