import { isKept, type Verdict } from '../policy/policy.js';
import { askSignal, type Signal } from '../policy/signals.js';
import { foldEnd } from './endReport.js';
import type { Ending, GateLedger, Waiter } from './gateLedger.js';
import { enqueue } from './wakeQueue.js';

/**
 * One attempt at one gate: it asks, and the answer is stored only when all other gates have answered too. An admitted
 * attempt is settled exactly once. A waiting one asks again or is abandoned; it keeps its number and no state.
 */
export class Ticket<S = unknown> {
  private phase: 'idle' | 'waiting' | 'running' | 'over' = 'idle';
  /**
   * Assigned at the first ask, so that numbers rise in the order of asking. A gate without a queue assigns a new one at each
   * ask, so that an attempt is never older than its admission.
   */
  private number = 0;
  private startedAt = 0;
  /** The version of the ledger at the last ask or, once the answer is stored, after it. */
  private version = 0;
  /** The ending that was proven before the source has ended, where the gate waits for the end. */
  private proven: Ending | undefined;
  private question: Signal | undefined;
  private answer: Verdict<S> | undefined;
  private wakeUp: (() => void) | undefined;
  /** Whether the gate wants the next value of the attempt. */
  expectsValue = false;

  constructor(readonly gate: GateLedger<S>) {}

  /** The gate's verdict; nothing is stored yet. */
  ask(attempt: number, error: unknown): Verdict<S> {
    const { gate } = this;
    const { clock } = gate;
    if (this.number === 0 || !gate.handles('abandon')) this.number = gate.nextTicket();
    const now = clock.now();
    this.startedAt = now;
    this.question = askSignal(this.number, now, clock.random(), attempt, error);
    this.version = gate.version;
    return (this.answer = gate.propose(this.question));
  }

  /** Starts without asking, because the gate admits every attempt. It draws as an ask does. */
  enter(): void {
    const { gate } = this;
    const { clock } = gate;
    this.number = gate.nextTicket();
    this.startedAt = clock.now();
    clock.random();
    this.version = gate.version;
    this.run();
  }

  /** Whether the gate has changed since it answered: a predicate of another gate can do that. */
  get isStale(): boolean {
    return this.gate.version !== this.version;
  }

  /** Stores the answer by the transaction rule. A queue has a place only for an attempt whose `longest` wait is its own. */
  keep(longest: number): void {
    const { gate, question, answer } = this;
    this.question = this.answer = undefined;
    if (question === undefined || answer === undefined) return;
    const isAdmitted = longest === 0;
    const isStored = gate.handles('abandon') ? answer.wait === longest : isKept(isAdmitted, answer);
    if (!isStored && this.isQueued) this.leaveQueue();
    if (!isStored) return;
    if (isAdmitted) this.run();
    else this.phase = 'waiting';
    gate.commit(question, answer);
    this.version = gate.version;
    this.wakeUp = gate.takeWakeUp();
    this.expectsValue = isAdmitted && gate.expectsValue(this.number);
  }

  get isWaiting(): boolean {
    return this.phase === 'waiting';
  }

  /** Whether the gate wants to know when this attempt gives up: it may keep a slot or a turn for it. */
  get isQueued(): boolean {
    return this.isWaiting && this.gate.handles('abandon');
  }

  /** Waits for the gate to change. */
  park(waiter: Waiter): void {
    if (this.isWaiting) this.gate.park(this.number, waiter);
  }

  unpark(waiter: Waiter): void {
    if (this.isWaiting) this.gate.unpark(this.number, waiter);
  }

  value(value: unknown): void {
    const { gate, number: ticket, phase } = this;
    if (phase !== 'running' || !this.expectsValue) return;
    this.accept(gate.fold({ kind: 'value', ticket, now: gate.clock.now(), random: 0, value }));
    this.expectsValue = gate.expectsValue(ticket);
  }

  /** The attempt has proven its success; its source still runs. */
  prove(): void {
    if (this.gate.settlesAt === 'end') this.proven = 'success';
    else this.settle('success');
  }

  /** The attempt has ended; one that still waits will not ask again. */
  settle(end: Ending, error?: unknown): void {
    const { gate, number, phase, proven: ending = end, startedAt } = this;
    this.phase = 'over';
    if (phase !== 'running' && phase !== 'waiting') return;
    const isRunning = phase === 'running';
    const kind = isRunning ? ending : 'abandon';
    try {
      if (gate.handles(kind)) this.accept(foldEnd(gate, kind, number, startedAt, error));
    } finally {
      if (isRunning) gate.running -= 1;
    }
  }

  /** Lets waiting calls ask again for what this attempt has changed. */
  rouse(): void {
    const { wakeUp } = this;
    if (wakeUp === undefined) return;
    this.wakeUp = undefined;
    enqueue(wakeUp);
  }

  private run(): void {
    this.phase = 'running';
    this.gate.running += 1;
  }

  /**
   * Another gate keeps the attempt waiting longer. The slot or the turn that it has here goes to the next in the queue, which
   * may run what the other gate waits for. The attempt has its old position when this gate makes it wait longest again.
   */
  private leaveQueue(): void {
    const { gate, number, startedAt } = this;
    this.phase = 'idle';
    this.accept(foldEnd(gate, 'abandon', number, startedAt, undefined));
  }

  private accept({ thrown }: Verdict<S>): void {
    this.wakeUp = this.gate.takeWakeUp();
    if (thrown !== undefined) throw thrown.error;
  }
}
