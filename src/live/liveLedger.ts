import type { Observable } from 'rxjs';
import { WaitedLedger } from '../engine/waitedLedger.js';
import { enqueue } from '../engine/wakeQueue.js';
import { adoptState } from '../gates/adopt.js';
import type { Adopted } from '../gates/adopted.js';
import type { GatePolicy } from '../gates/gatePolicy.js';
import { step, type Verdict } from '../policy/policy.js';
import type { Command, Signal } from '../policy/signals.js';
import type { SchedulerClock } from '../time/clock.js';
import type { Change } from './change.js';
import { Listeners } from './listeners.js';

/** A ledger in use: it notifies listeners of what it folds. */
export abstract class LiveLedger<S = unknown> extends WaitedLedger<S> {
  private readonly listeners = new Listeners<Change<any>>();

  /** @internal */
  constructor(
    policy: GatePolicy<S>,
    /** @internal */
    override readonly clock: SchedulerClock,
  ) {
    super(policy, clock);
  }

  /** @internal All that it folds, after its state has changed. */
  get changes(): Observable<Change<S>> {
    return this.listeners.events;
  }

  /** @internal */
  override commit(signal: Signal, verdict: Verdict<S>): void {
    const before = this.current;
    super.commit(signal, verdict);
    if (this.listeners.areThere) this.listeners.keep({ before, signal, verdict, cause: this.cause });
  }

  /** @internal */
  override get admitsAll(): boolean {
    return !this.listeners.areThere && super.admitsAll;
  }

  /** @internal Whether attempts run or wait, or whether there are more than so many listeners. */
  isInUse(listeners: number): boolean {
    return this.running > 0 || this.isWaitedFor || this.listeners.count > listeners;
  }

  /** @internal */
  publish(): void {
    this.listeners.deliver();
  }

  /** @internal Folds a command. */
  control(command: Command): Verdict<S> {
    return this.apply(command, (signal) => this.fold(signal));
  }

  /** @internal Goes on from another state. */
  protected resume(from: S): void {
    this.apply({ name: 'resume' }, (signal) => {
      const verdict = step(this.policy, from, signal);
      this.commit(signal, verdict);
      return verdict;
    });
  }

  /** @internal Goes on with another policy. All waiting calls ask again at once: a spread wait could be spread forever. */
  protected goOnWith(policy: GatePolicy<S>): void {
    const { clock, current: before, lastTicket: ticket } = this;
    const now = clock.now();
    const { state, lost } = adoptState(policy, this.policy, before, now) as Adopted<S>;
    this.follow(policy, state);
    if (this.listeners.areThere) {
      const signal = { kind: 'control', ticket, now, random: 0, command: { name: 'resume' } } as const;
      this.listeners.keep({ before, signal, verdict: { state, wait: 0 }, cause: this.cause, lost });
    }
    this.publish();
    enqueue(() => {
      this.wakeAll();
    });
  }

  private apply(command: Command, fold: (signal: Signal) => Verdict<S>): Verdict<S> {
    const { now, random } = this.clock;
    const verdict = fold({ kind: 'control', ticket: this.lastTicket, now: now(), random: random(), command });
    // A listener may fold more into the ledger.
    const wakeUp = this.takeWakeUp();
    this.publish();
    if (wakeUp !== undefined) enqueue(wakeUp);
    return verdict;
  }

  /** What it keeps beside the state of its policy: of a circuit, the error that opened it. */
  protected get cause(): unknown {
    return undefined;
  }
}
