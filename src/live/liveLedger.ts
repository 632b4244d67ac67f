import type { Observable } from 'rxjs';
import { Ledger } from '../engine/ledger.js';
import type { Waiter } from '../engine/gateLedger.js';
import { enqueue } from '../engine/wakeQueue.js';
import { adoptState } from '../gates/adopt.js';
import type { Adopted } from '../gates/adopted.js';
import type { GatePolicy } from '../gates/gatePolicy.js';
import { step, type Verdict } from '../policy/policy.js';
import type { Command, Signal } from '../policy/signals.js';
import type { SchedulerClock } from '../time/clock.js';
import type { Change } from './change.js';
import { Listeners } from './listeners.js';
import { Waiters } from './waiters.js';

/** A ledger in use: it notifies listeners of what it folds, and knows which waiting calls a change concerns. */
export abstract class LiveLedger<S = unknown> extends Ledger<S> {
  private readonly listeners = new Listeners<Change<any>>();
  private readonly waiters = new Waiters();
  private wakeUp: (() => void) | undefined;

  /** @internal */
  constructor(
    /** @internal */
    override policy: GatePolicy<S>,
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
    this.note(before, signal, verdict);
    if (this.listeners.areThere) this.listeners.keep({ before, signal, verdict, cause: this.cause });
    if (!this.waiters.isEmpty) this.wakeUp = this.wakeUpAfter(before, signal, verdict);
  }

  /** @internal */
  get admitsAll(): boolean {
    return !this.listeners.areThere && this.policy.admits?.(this.current) === true;
  }

  /** @internal */
  get settlesAt(): 'proof' | 'end' {
    return this.policy.settlesAt ?? 'proof';
  }

  /** @internal */
  takeWakeUp(): (() => void) | undefined {
    const { wakeUp } = this;
    if (wakeUp !== undefined) this.wakeUp = undefined;
    return wakeUp;
  }

  /** @internal */
  publish(): void {
    this.listeners.deliver();
  }

  /** @internal */
  park(ticket: number, waiter: Waiter): void {
    this.waiters.park(ticket, waiter);
  }

  /** @internal */
  unpark(ticket: number, waiter: Waiter): void {
    this.waiters.unpark(ticket, waiter);
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
      this.waiters.wakeAll(0);
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

  /** Is called for everything that it folds. */
  protected note(_before: S, _signal: Signal, _verdict: Verdict<S>): void {
    // Nothing to keep.
  }

  /** Over a tenth of how many milliseconds the calls spread that a change wakes; `undefined`: of the rest of their waits. */
  protected spanOf(_before: S, _after: S): number | undefined {
    return undefined;
  }

  /** A postponed ask does not wake all calls, because each of them would ask, be postponed and wake all again. */
  private wakeUpAfter(before: S, signal: Signal, { wait }: Verdict<S>): (() => void) | undefined {
    const { current, policy, waiters } = this;
    const woken = policy.wakes(before, current, signal);
    if (woken.length === 0 || (woken === 'all' && signal.kind === 'ask' && wait > 0)) return undefined;
    const span = this.spanOf(before, current);
    return () => {
      if (woken === 'all') waiters.wakeAll(span);
      else waiters.wake(woken);
    };
  }
}
