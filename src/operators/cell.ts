import { concatMap, defer, filter, merge, Observable, of, Subject, switchMap, type Subscriber } from 'rxjs';
import type { RefusedError, Reason } from '../errors.js';
import { hearing, step, type Command, type Signal, type Verdict } from '../policy/policy.js';
import type { SharedPolicy } from '../policy/sharedPolicy.js';
import { snapshotOf, type Snapshot } from '../policy/snapshot.js';
import type { Calls } from './calls.js';
import type { CellSettings } from './clock.js';

/*
 * The place where one live state of a policy is kept for many streams. It has a clock and a numbering of its own, and
 * stamps each signal with them.
 */

/** A signal that a cell has folded, and what came of it. */
export interface Fold<S> {
  readonly before: S;
  readonly signal: Signal;
  readonly verdict: Verdict<S>;
  /** Of a circuit: the error that had opened it by then. */
  readonly cause?: unknown;
}

/**
 * One live state of a policy, for many streams: a circuit, or what `shared` makes. Looking at it never changes it. `S` is
 * the state of its policy, `V` what people look at, `E` what happens in it.
 */
export abstract class Cell<S = unknown, V = unknown, E = unknown> {
  /** @internal */
  current: S;
  private readonly heard: ReadonlySet<Signal['kind']>;
  private last = 0;
  private readonly folding = new Subject<Fold<any>>();
  /** Who was told to wait, by the number of its call. */
  private readonly waiters = new Map<number, Subscriber<number | undefined>>();
  /** What is to be told. */
  private readonly news: Fold<S>[] = [];
  private isTelling = false;

  /** @internal */
  constructor(
    /** What it is, in errors that speak of it. */
    private readonly kind: 'circuit' | 'shared',
    /** What it is called in errors, events and snapshots. */
    readonly name: string,
    /** @internal */
    readonly policy: SharedPolicy<S>,
    /** @internal */
    readonly settings: CellSettings,
  ) {
    this.current = policy.initial;
    this.heard = new Set(hearing([policy]));
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
    return this.folding;
  }

  /**
   * @internal Emits when `call`, which was told to wait, is to ask again: the time over a tenth of which those spread who
   * are woken then; `undefined` for what remained of their wait.
   */
  wakes(call: number): Observable<number | undefined> {
    return new Observable((subscriber) => {
      this.waiters.set(call, subscriber);
      return () => {
        // It may wait again already.
        if (this.waiters.get(call) === subscriber) this.waiters.delete(call);
      };
    });
  }

  /** @internal A new attempt in cells. What that takes comes with the cells, so that a retry without any does without. */
  abstract attemptIn(cells: readonly Cell[]): Calls;

  /** @internal The number of a new call. */
  number(): number {
    return (this.last += 1);
  }

  /** @internal What an attempt that it refused ends with. */
  abstract refusal(reason: Reason, wait: number): RefusedError;

  /** @internal */
  hears(kind: Signal['kind']): boolean {
    return this.heard.has(kind);
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
    if (this.folding.observed) this.news.push({ before, signal, verdict, cause: this.cause });
    return this.waiters.size > 0 ? { before, signal, verdict } : undefined;
  }

  /** @internal Tells all listeners in the order of folding: what a listener brings about waits for its turn. */
  announce(): void {
    if (this.isTelling || this.news.length === 0) return;
    this.isTelling = true;
    try {
      for (const each of this.news) this.folding.next(each);
    } finally {
      this.news.length = 0;
      this.isTelling = false;
    }
  }

  /** @internal Lets those ask again who may because of that change: the last thing after it. */
  rouse({ before, signal, verdict }: Fold<S>): void {
    const woken = this.policy.wakes(before, verdict.state, signal);
    if (woken === 'all') {
      const span = this.spanOf(before, verdict.state);
      for (const waiter of [...this.waiters.values()]) waiter.next(span);
    } else {
      for (const call of woken) this.waiters.get(call)?.next(0);
    }
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
    const signal: Signal = { kind: 'control', call: this.last, now: now(), random: random(), command };
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

  /** What a cell keeps beside the state of its policy: of a circuit, the error that has opened it. */
  protected get cause(): unknown {
    return undefined;
  }

  /** Is called for everything that it folds. */
  protected note(_before: S, _signal: Signal, _verdict: Verdict<S>): void {
    // Nothing to keep.
  }

  protected abstract eventsOf(fold: Fold<S>): E[];

  /** Over a tenth of what time those spread who are woken by that change; `undefined`: of what remained to them. */
  protected spanOf(_before: S, _after: S): number | undefined {
    return undefined;
  }
}
