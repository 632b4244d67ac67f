import { concatMap, defer, filter, merge, of, switchMap, type Observable } from 'rxjs';
import type { RejectedError, Reason } from '../errors.js';
import { handledKinds, step, type Command, type Signal, type Verdict } from '../policy/policy.js';
import type { GatePolicy } from '../gates/gatePolicy.js';
import { snapshotOf, type Snapshot } from '../gates/snapshot.js';
import type { Calls } from '../engine/transaction.js';
import type { SchedulerClock } from '../time/clock.js';
import { EventQueue } from './listeners.js';
import { Waiters, type Spread } from './waiters.js';

/*
 * The place where one live state of a policy is kept for many streams. It has a clock and a numbering of its own, and
 * stamps each signal with them.
 */

/** A signal that a gate has folded, and what came of it. */
export interface Fold<S> {
  readonly before: S;
  readonly signal: Signal;
  readonly verdict: Verdict<S>;
  /** Of a circuit: the error that had opened it by then. */
  readonly cause?: unknown;
}

/**
 * One live state of a policy, for many streams: a circuit, or what `gates` makes. Looking at it never changes it. `S` is
 * the state of its policy, `V` what people look at, `E` what happens in it.
 */
export abstract class Gate<S = unknown, V = unknown, E = unknown> {
  /** @internal */
  current: S;
  private readonly handled: ReadonlySet<Signal['kind']>;
  private last = 0;
  private readonly news = new EventQueue<Fold<any>>();
  private readonly waiters = new Waiters();

  /** @internal */
  constructor(
    /** What it is, in errors that speak of it. */
    private readonly kind: 'circuit' | 'gate',
    /** What it is called in errors, events and snapshots. */
    readonly name: string,
    /** @internal */
    readonly policy: GatePolicy<S>,
    /** @internal */
    readonly settings: SchedulerClock,
  ) {
    this.current = policy.initial;
    this.handled = new Set(handledKinds([policy]));
  }

  /** How it is now. */
  abstract get state(): V;

  /** How it is, from now on: at once, and at every change. Never completes. */
  get state$(): Observable<V> {
    const changes = this.folds.pipe(filter(({ before, verdict }) => verdict.state !== before));
    return defer(() => merge(changes, of(0)).pipe(switchMap(() => this.looks())));
  }

  /** What happens in it, as it happens; nothing of the past. Never completes. */
  get events$(): Observable<E> {
    return this.folds.pipe(concatMap((fold) => this.eventsOf(fold)));
  }

  /** Its state as JSON. */
  snapshot(): Snapshot<S> {
    return snapshotOf(this.policy.format, this.name, this.current);
  }

  /**
   * Goes on from a snapshot, taken here or elsewhere, whose clock may have been another. What was in flight or waiting
   * then is gone.
   *
   * @throws TypeError that names it, if it is foreign, newer or damaged, or of other rules; nothing has changed then
   */
  restore(snapshot: unknown): void {
    const state = this.policy.parse(this.title, snapshot);
    this.control({ name: 'resume' }, state);
  }

  /** @internal Everything that it folds, after its state has changed. */
  get folds(): Observable<Fold<S>> {
    return this.news.all;
  }

  /** @internal Emits when `call`, which was told to wait, is to ask again. */
  wakes(call: number): Observable<Spread> {
    return this.waiters.wakes(call);
  }

  /**
   * @internal A new attempt in gates. What that takes comes with the gates, so that a retry without any does without; it is
   * made by each kind of gate, because it knows gates, and nothing may know what knows it.
   */
  abstract attemptIn(gates: readonly Gate[]): Calls;

  /** @internal The number of a new call. */
  number(): number {
    return (this.last += 1);
  }

  /** @internal What an attempt that it rejected ends with. */
  abstract rejection(reason: Reason, wait: number): RejectedError;

  /** @internal */
  handles(kind: Signal['kind']): boolean {
    return this.handled.has(kind);
  }

  /** @internal What the policy answers; it is not kept. */
  propose(signal: Signal): Verdict<S> {
    return step(this.policy, this.current, signal);
  }

  /**
   * @internal The verdict's state is kept; who listens is told of it by {@link announce}. Answers what those are to be
   * roused by who wait, if any do.
   */
  commit(signal: Signal, verdict: Verdict<S>): Fold<S> | undefined {
    const before = this.current;
    this.current = verdict.state;
    this.note(before, signal, verdict);
    if (this.news.isHeard) this.news.keep({ before, signal, verdict, cause: this.cause });
    return this.waiters.areThere ? { before, signal, verdict } : undefined;
  }

  /** @internal Tells all listeners. */
  announce(): void {
    this.news.tell();
  }

  /** @internal Lets those ask again who may because of that change: the last thing after it. */
  rouse({ before, signal, verdict }: Fold<S>): void {
    const woken = this.policy.wakes(before, verdict.state, signal);
    if (woken === 'all') this.waiters.wakeAll(this.spanOf(before, verdict.state));
    else this.waiters.wake(woken);
  }

  /** @internal Folds a report, and answers as {@link commit}; what a predicate threw is thrown by the caller. */
  fold(signal: Signal): { readonly change: Fold<S> | undefined; readonly thrown: Verdict['thrown'] } {
    const from = this.current;
    const verdict = step(this.policy, from, signal);
    // A predicate may have made calls itself: what they have changed is not undone.
    const change = this.commit(signal, this.current === from ? verdict : step(this.policy, this.current, signal));
    return { change, thrown: verdict.thrown };
  }

  /** @internal Folds a command, from that state. */
  control(command: Command, from: S = this.current): Verdict<S> {
    const { now, random } = this.settings;
    const signal: Signal = { kind: 'control', ticket: this.last, now: now(), random: random(), command };
    const verdict = step(this.policy, from, signal);
    const change = this.commit(signal, verdict);
    this.announce();
    if (change !== undefined) this.rouse(change);
    return verdict;
  }

  /** What it is called in errors. */
  protected get title(): string {
    return `${this.kind} ${this.name}`;
  }

  /** How it is now, and from now on as long as only time passes. */
  protected looks(): Observable<V> {
    return defer(() => of(this.state));
  }

  /** What a gate keeps beside the state of its policy: of a circuit, the error that has opened it. */
  protected get cause(): unknown {
    return undefined;
  }

  /** Is called for everything that it folds. */
  protected note(_before: S, _signal: Signal, _verdict: Verdict<S>): void {
    // Nothing to keep.
  }

  protected abstract eventsOf(fold: Fold<S>): E[];

  /** How those spread who are woken by that change. */
  protected spanOf(_before: S, _after: S): Spread {
    return undefined;
  }
}
