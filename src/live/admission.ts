import { Observable, type Unsubscribable } from 'rxjs';
import type { Waiter } from '../engine/gateLedger.js';
import { endedBy, isForeseeable, wait } from '../time/wait.js';
import { contextOf, type AsyncContext } from './asyncContext.js';
import type { Asking, Waiting } from './waiting.js';

/** Waits until the call is admitted. It asks again after `ms` milliseconds, or earlier when a gate wakes it, and so on. */
export function waitUntilAdmitted(ms: number, waiting: Waiting): Unsubscribable {
  const admission = new Admission(waiting);
  admission.pause(ms);
  return admission;
}

/** Emits when the call is admitted, see {@link waitUntilAdmitted}. Unsubscribing clears the timer. */
export const whenAdmitted = (ms: number, { transaction, clock, ask }: Asking): Observable<0> =>
  new Observable((subscriber) =>
    waitUntilAdmitted(ms, {
      transaction,
      clock,
      ask,
      get isLeft() {
        return subscriber.closed;
      },
      admitted() {
        subscriber.next(0);
        subscriber.complete();
      },
      failed(error) {
        subscriber.error(error);
      },
    }),
  );

/** One call while it waits: its timer, and its place among the waiters of its gates. */
class Admission implements Waiter, Unsubscribable {
  private readonly context: AsyncContext | undefined;
  private timer: Unsubscribable | undefined;
  private pausedAt = 0;
  private ms = 0;
  /** When it asks again because it was woken. */
  private asksAt = Infinity;
  private isOver = false;

  constructor(private readonly waiting: Waiting) {
    this.context = contextOf();
  }

  /** Waits `ms` milliseconds at most, or until a gate changes, which may have happened already. */
  pause(ms: number): void {
    const { waiting } = this;
    this.pausedAt = waiting.clock.now();
    this.ms = ms;
    this.asksAt = Infinity;
    waiting.transaction.park(this);
    if (waiting.transaction.isOvertaken) this.wake(undefined);
    else this.sleep(this.bounded(ms));
  }

  /**
   * Asks again at random within a tenth of `span` milliseconds, or of the rest of its wait. So recovery is not late, and
   * waiting calls do not all come at once. Where the wait has no known end, they come in order. If it is woken again before
   * it has asked, the earlier time counts.
   */
  wake(span: number | undefined): void {
    const { clock } = this.waiting;
    try {
      const now = clock.now();
      const rest = isForeseeable(this.ms) ? Math.max(0, this.pausedAt + this.ms - now) : 0;
      const spread = Math.max(0, this.bounded((span ?? rest) * clock.random() * 0.1));
      if (now + spread >= this.asksAt) return;
      this.asksAt = now + spread;
      this.timer?.unsubscribe();
      this.sleep(spread);
    } catch (error) {
      this.fail(error);
    }
  }

  unsubscribe(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.waiting.transaction.unpark();
    this.timer?.unsubscribe();
  }

  private bounded(ms: number): number {
    return Math.min(ms, this.waiting.restOfMaxWait?.() ?? ms);
  }

  private sleep(ms: number): void {
    const { clock, until } = this.waiting;
    if (ms === 0) this.askInContext();
    else if (isForeseeable(ms) || until !== undefined) {
      this.timer = endedBy(until, wait(ms, clock)).subscribe(() => {
        this.askInContext();
      });
    }
  }

  /** Whoever wakes this call, it goes on in the context in which it began to wait. */
  private askInContext(): void {
    if (this.context === undefined) this.ask();
    else {
      this.context(() => {
        this.ask();
      });
    }
  }

  private ask(): void {
    const { waiting } = this;
    try {
      waiting.transaction.unpark();
      const ms = waiting.ask();
      if (waiting.isLeft) return;
      if (ms > 0) {
        this.pause(ms);
        return;
      }
      this.isOver = true;
      waiting.admitted();
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    this.isOver = true;
    this.timer?.unsubscribe();
    this.waiting.failed(error);
  }
}
