import { RejectedError, type Reason } from '../errors.js';
import { Ticket, type Ending, type GateLedger, type Waiter } from './ticket.js';
import { beginSettlement, endSettlement } from './wakeQueue.js';

/** The answer to an ask: the longest wait of all that were asked, and who gave it. */
export interface Answer {
  readonly wait: number;
  readonly reason?: Reason | undefined;
  /** The gate; `undefined` if it was the call's own policy. */
  readonly by?: Pick<GateLedger, 'rejection'> | undefined;
}

/** The answer where nothing stands in the way. */
export const admitted: Answer = { wait: 0 };

/** The error of an attempt that is not admitted. */
export const rejectionOf = ({ wait, reason = 'rejected', by }: Answer): RejectedError =>
  by === undefined ? new RejectedError(reason, wait) : by.rejection(reason, wait);

/** One attempt at all gates of an operator: admitted by all or by none, and settled exactly once at each. */
export interface Transaction {
  /** The longest of their waits and of `own`; nothing is stored yet. */
  ask(attempt: number, error: unknown, own: Answer): Answer;
  /** Stores the answers by the transaction rule, notifies listeners and wakes waiting calls. */
  keep(isAdmitted: boolean): void;
  value(value: unknown): void;
  /**
   * Every gate receives the end, whatever another one throws, and only then are listeners notified. Waiting calls are
   * woken by {@link rouse}.
   */
  settle(ending: Ending, error?: unknown): void;
  /** The attempt was not admitted and will not ask again. */
  abandon(): void;
  /** Wakes waiting calls. Call it when the attempt's source has let go. */
  rouse(): void;
  /** Whether a gate has changed since it answered with a wait, so that it will not wake this call for that change. */
  readonly isOvertaken: boolean;
  /** Is woken when a gate that answered with a wait changes, until {@link unpark} or {@link settle}. */
  park(waiter: Waiter): void;
  unpark(): void;
}

/** The one implementation. It comes with the gates, so a retry without gates does not bundle it. */
export class GateTransaction implements Transaction {
  private readonly tickets: readonly Ticket[];
  /** A predicate may end the source within a settlement. Then waiting calls are woken when all gates are settled. */
  private settlement: 'none' | 'under way' | 'released' = 'none';
  private waiter: Waiter | undefined;

  constructor(gates: readonly GateLedger[]) {
    this.tickets = gates.map((gate) => new Ticket(gate));
  }

  ask(attempt: number, error: unknown, own: Answer): Answer {
    const answer = this.askAll(attempt, error, own);
    return this.isStale ? this.askAll(attempt, error, own) : answer;
  }

  keep(isAdmitted: boolean): void {
    for (const ticket of this.tickets) ticket.keep(isAdmitted);
    this.publish();
    this.rouse();
  }

  value(value: unknown): void {
    for (const ticket of this.tickets) ticket.value(value);
    this.publish();
    this.rouse();
  }

  settle(ending: Ending, error?: unknown): void {
    this.unpark();
    let first: { readonly thrown: unknown } | undefined;
    this.settlement = 'under way';
    beginSettlement();
    try {
      for (const ticket of this.tickets) {
        try {
          ticket.settle(ending, error);
        } catch (thrown) {
          first ??= { thrown };
        }
      }
      this.publish();
    } finally {
      this.endSettlement();
    }
    if (first !== undefined) throw first.thrown;
  }

  abandon(): void {
    if (this.tickets.some(({ isQueued }) => isQueued)) this.settle('cancel');
    else this.unpark();
  }

  rouse(): void {
    if (this.settlement === 'none') for (const ticket of this.tickets) ticket.rouse();
    else this.settlement = 'released';
  }

  get isOvertaken(): boolean {
    return this.tickets.some((ticket) => ticket.isWaiting && ticket.isStale);
  }

  park(waiter: Waiter): void {
    this.waiter = waiter;
    for (const ticket of this.tickets) ticket.park(waiter);
  }

  unpark(): void {
    const { waiter } = this;
    if (waiter === undefined) return;
    this.waiter = undefined;
    for (const ticket of this.tickets) ticket.unpark(waiter);
  }

  private endSettlement(): void {
    const { settlement } = this;
    this.settlement = 'none';
    if (settlement === 'released') this.rouse();
    endSettlement();
  }

  private askAll(attempt: number, error: unknown, own: Answer): Answer {
    let longest = own;
    for (const ticket of this.tickets) {
      const { wait, reason } = ticket.ask(attempt, error);
      if (wait > longest.wait) longest = { wait, reason, by: ticket.gate };
    }
    return longest;
  }

  private get isStale(): boolean {
    for (const ticket of this.tickets) if (ticket.isStale) return true;
    return false;
  }

  private publish(): void {
    for (const { gate } of this.tickets) gate.publish();
  }
}
