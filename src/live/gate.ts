import { concatMap, defer, filter, merge, of, switchMap, type Observable } from 'rxjs';
import { Ledger } from '../engine/ledger.js';
import type { GateLedger, Waiter } from '../engine/ticket.js';
import { GateTransaction } from '../engine/transaction.js';
import { enqueue } from '../engine/wakeQueue.js';
import type { Reason, RejectedError } from '../errors.js';
import type { GatePolicy } from '../gates/gatePolicy.js';
import { snapshotOf, type Snapshot } from '../gates/snapshot.js';
import { step, type Command, type Signal, type Verdict } from '../policy/policy.js';
import type { SchedulerClock } from '../time/clock.js';
import { waitUntilAdmitted } from './admission.js';
import type { GateEntry } from './gates.js';
import { Listeners } from './listeners.js';
import { Waiters } from './waiters.js';

/** A signal that a gate has folded, and what came of it. */
export interface Change<S> {
  readonly before: S;
  readonly signal: Signal;
  readonly verdict: Verdict<S>;
  /** The error that opened a circuit, at that time. */
  readonly cause?: unknown;
}

/**
 * One live state of a policy that many streams share: a circuit, or what {@link gate} makes. Reading it never changes it.
 * `S` is the state of its policy, `V` its view, `E` its events.
 */
export abstract class Gate<S = unknown, V = unknown, E = unknown> extends Ledger<S> implements GateLedger<S> {
  private readonly listeners = new Listeners<Change<any>>();
  private readonly waiters = new Waiters();
  private wakeUp: (() => void) | undefined;

  /** @internal */
  constructor(
    /** What it is, in errors. */
    private readonly kind: 'circuit' | 'gate',
    /** Its name in errors, events and snapshots. */
    readonly name: string,
    /** @internal */
    override readonly policy: GatePolicy<S>,
    /** @internal */
    override readonly clock: SchedulerClock,
  ) {
    super(policy, clock);
  }

  /** How it is now. */
  abstract get state(): V;

  /** How it is from now on: at once, and at every change. Never completes. */
  get state$(): Observable<V> {
    const changes = this.changes.pipe(filter(({ before, verdict }) => verdict.state !== before));
    return defer(() => merge(changes, of(0)).pipe(switchMap(() => this.views())));
  }

  /** What happens in it, as it happens; no past events. Never completes. */
  get events$(): Observable<E> {
    return this.changes.pipe(concatMap((change) => this.eventsOf(change)));
  }

  /** Its state as JSON. */
  snapshot(): Snapshot<S> {
    return snapshotOf(this.policy.format, this.name, this.current);
  }

  /**
   * Continues from a snapshot that was taken here or elsewhere, by whatever clock. Attempts that were running or waiting
   * then are gone.
   *
   * @throws TypeError that names it, if it is foreign, newer, damaged or of other rules. Nothing has changed then.
   */
  restore(snapshot: unknown): void {
    const state = this.policy.parse(this.title, snapshot);
    this.control({ name: 'resume' }, state);
  }

  /** @internal All that it folds, after its state has changed. */
  get changes(): Observable<Change<S>> {
    return this.listeners.events;
  }

  /**
   * @internal How operators send attempts through a list of gates. A method, not an import, so that the bundle of a plain
   * retry does not include this code.
   */
  enter(gates: readonly Gate[]): GateEntry {
    return { begin: () => new GateTransaction(gates), waitUntilAdmitted };
  }

  /** @internal */
  abstract rejection(reason: Reason, wait: number): RejectedError;

  /** @internal */
  override commit(signal: Signal, verdict: Verdict<S>): void {
    const before = this.current;
    super.commit(signal, verdict);
    this.note(before, signal, verdict);
    if (this.listeners.areThere) this.listeners.keep({ before, signal, verdict, cause: this.cause });
    if (!this.waiters.isEmpty) this.wakeUp = this.wakeUpFor(before, signal, verdict.state);
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

  /** @internal Folds a command, from that state. */
  control(command: Command, from: S = this.current): Verdict<S> {
    const { now, random } = this.clock;
    const signal: Signal = { kind: 'control', ticket: this.lastTicket, now: now(), random: random(), command };
    const verdict = step(this.policy, from, signal);
    this.commit(signal, verdict);
    this.publish();
    const wakeUp = this.takeWakeUp();
    if (wakeUp !== undefined) enqueue(wakeUp);
    return verdict;
  }

  /** What it is called in errors. */
  protected get title(): string {
    return `${this.kind} ${this.name}`;
  }

  /** Its view now, and from now on for as long as only time passes. */
  protected views(): Observable<V> {
    return defer(() => of(this.state));
  }

  /** What it keeps beside the state of its policy: of a circuit, the error that opened it. */
  protected get cause(): unknown {
    return undefined;
  }

  /** Is called for everything that it folds. */
  protected note(_before: S, _signal: Signal, _verdict: Verdict<S>): void {
    // Nothing to keep.
  }

  protected abstract eventsOf(change: Change<S>): E[];

  /** Over a tenth of how many milliseconds the calls spread that a change wakes; `undefined`: of the rest of their waits. */
  protected spanOf(_before: S, _after: S): number | undefined {
    return undefined;
  }

  private wakeUpFor(before: S, signal: Signal, after: S): (() => void) | undefined {
    const woken = this.policy.wakes(before, after, signal);
    if (woken === 'all') {
      const span = this.spanOf(before, after);
      return () => {
        this.waiters.wakeAll(span);
      };
    }
    if (woken.length === 0) return undefined;
    return () => {
      this.waiters.wake(woken);
    };
  }
}
