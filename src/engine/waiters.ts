import type { Waiter } from './gateLedger.js';

/** The calls that wait for one gate, by ticket. */
export class Waiters {
  private readonly waiting = new Map<number, Waiter>();

  get isEmpty(): boolean {
    return this.waiting.size === 0;
  }

  park(ticket: number, waiter: Waiter): void {
    this.waiting.set(ticket, waiter);
  }

  /** Does nothing if another waiter has taken the place of this one. */
  unpark(ticket: number, waiter: Waiter): void {
    if (this.waiting.get(ticket) === waiter) this.waiting.delete(ticket);
  }

  /** Wakes these calls in this order. They ask again at once. */
  wake(tickets: readonly number[]): void {
    for (const ticket of tickets) this.waiting.get(ticket)?.wake(0);
  }

  /** Wakes all calls that wait now, spread over a tenth of `span` milliseconds, see {@link Waiter}. A lone one comes at once. */
  wakeAll(span: number | undefined): void {
    const all = [...this.waiting];
    const spread = all.length === 1 ? 0 : span;
    // One that is woken may make another one leave.
    for (const [ticket, waiter] of all) if (this.waiting.get(ticket) === waiter) waiter.wake(spread);
  }
}
