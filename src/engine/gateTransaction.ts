import { mostProposals } from './ledger.js';
import type { Ending, GateLedger, Waiter } from './gateLedger.js';
import { Ticket } from './ticket.js';
import type { Answer, Transaction } from './transaction.js';
import { holdWakeUps, releaseWakeUps } from './wakeQueue.js';

/** The {@link Transaction} of a list of gates. It comes with the gates, so a retry without gates does not bundle it. */
export class GateTransaction implements Transaction {
  expectsValue = false;
  private readonly tickets: readonly Ticket[];
  /**
   * A predicate may end the source within a settlement, or end this call, which is another settlement. Then waiting calls are
   * woken when all gates are settled, because the gate whose predicate it is stores its state only then.
   */
  private settlement: 'none' | 'under way' | 'released' = 'none';
  private waiter: Waiter | undefined;
  /** Whether the last ask was admitted by gates that admit every attempt, so that there is nothing to store. */
  private hasEntered = false;

  constructor(
    gates: readonly GateLedger[],
    public past?: Transaction | undefined,
  ) {
    this.tickets = gates.map((gate) => new Ticket(gate));
  }

  ask(attempt: number, error: unknown, own: Answer): Answer {
    this.hasEntered = own.wait === 0 && this.tickets.every(isFree);
    if (this.hasEntered) {
      for (const ticket of this.tickets) ticket.enter();
      return own;
    }
    let answer = this.askAll(attempt, error, own);
    for (let times = 1; this.isStale && times < mostProposals; times += 1) {
      answer = this.askAll(attempt, error, own);
    }
    return answer;
  }

  keep(longest: number): void {
    if (this.hasEntered) return;
    for (const ticket of this.tickets) ticket.keep(longest);
    this.afterChange();
  }

  value(value: unknown): void {
    for (const ticket of this.tickets) ticket.value(value);
    this.afterChange();
  }

  settle(ending: Ending, error?: unknown): void {
    this.unpark();
    this.settleEach(ending, error);
  }

  prove(): void {
    try {
      this.settleEach('proof');
    } finally {
      this.rouse();
    }
  }

  private settleEach(ending: Ending | 'proof', error?: unknown): void {
    let first: { readonly thrown: unknown } | undefined;
    this.settlement = 'under way';
    holdWakeUps();
    try {
      for (const ticket of this.tickets) {
        try {
          if (ending === 'proof') ticket.prove();
          else ticket.settle(ending, error);
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

  release(): void {
    const { past } = this;
    this.past = past?.past;
    past?.rouse();
    this.rouse();
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

  private afterChange(): void {
    this.expectsValue = this.tickets.some(isExpecting);
    this.publish();
    this.rouse();
  }

  private endSettlement(): void {
    const { settlement } = this;
    this.settlement = 'none';
    if (settlement !== 'under way') this.rouse();
    releaseWakeUps();
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
    return this.tickets.some((ticket) => ticket.isStale);
  }

  private publish(): void {
    for (const { gate } of this.tickets) gate.publish();
  }
}

const isFree = ({ gate }: Ticket): boolean => gate.admitsAll;

const isExpecting = ({ expectsValue }: Ticket): boolean => expectsValue;
