import { asyncScheduler, filter, map, Subject, type Observable, type SchedulerLike } from 'rxjs';
import { callable } from '../check.js';
import { RefusedError, type Reason } from '../errors.js';
import { step, type Command, type Policy, type Signal, type Verdict } from '../policy/policy.js';
import { checkScheduler, dice, monotone } from './clock.js';

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

/** Where time and chance come from. */
export interface CellOptions {
  /**
   * The clock, and the maker of delays; RxJS's `asyncScheduler` unless told. (`asapScheduler` leaves no turn to timers
   * while retries follow one another at once.)
   */
  readonly scheduler?: SchedulerLike;
  /** The source of chance: numbers in [0, 1); `Math.random` unless told. */
  readonly random?: () => number;
}

/** The same, complete and checked. */
export interface CellSettings {
  readonly scheduler: SchedulerLike;
  readonly now: () => number;
  readonly random: () => number;
}

export function cellSettings(
  where: string,
  { scheduler = asyncScheduler, random = Math.random }: CellOptions,
): CellSettings {
  checkScheduler(where, scheduler);
  callable(where, 'random', random);
  return { scheduler, now: monotone(scheduler), random: dice(where, random) };
}

/** One live state of a policy. */
export class Cell<S = unknown> {
  /** @internal */
  current: S;
  private last = 0;
  private readonly folding = new Subject<Fold<any>>();
  /** What is to be told. */
  private readonly news: Fold<S>[] = [];
  private isTelling = false;

  /** @internal */
  constructor(
    /** @internal */
    readonly policy: Policy<S>,
    /** @internal */
    readonly settings: CellSettings,
  ) {
    this.current = policy.initial;
  }

  /** @internal Everything that it folds, after its state has changed. */
  get folds(): Observable<Fold<S>> {
    return this.folding;
  }

  /**
   * @internal Something other than an ask has changed it: who waits for it may ask again. It emits the time over a tenth
   * of which they spread; `undefined` for what remained of their wait.
   */
  get wakes(): Observable<number | undefined> {
    return this.folds.pipe(
      filter(({ before, signal, verdict }) => signal.kind !== 'ask' && this.isAwaited(before, verdict.state)),
      map(({ before, verdict }) => this.spanOf(before, verdict.state)),
    );
  }

  /** @internal The number of a new call. */
  number(): number {
    return (this.last += 1);
  }

  /** @internal What an attempt that it refused ends with. */
  refusal(reason: Reason, wait: number): RefusedError {
    return new RefusedError(reason, wait);
  }

  /** @internal */
  hears(kind: Signal['kind']): boolean {
    return this.policy.hears?.includes(kind) ?? true;
  }

  /** @internal What the policy answers; it is not kept. */
  propose(signal: Signal): Verdict<S> {
    return step(this.policy, this.current, signal);
  }

  /** @internal The state is another: a fold is kept, to be told by {@link announce}. */
  commit(fold: Fold<S>): void {
    this.current = fold.verdict.state;
    if (this.folding.observed) this.news.push(fold);
  }

  /** @internal Tells all listeners in the order of folding: what a listener brings about waits for its turn. */
  announce(): void {
    if (this.isTelling) return;
    this.isTelling = true;
    for (const each of this.news) this.folding.next(each);
    this.news.length = 0;
    this.isTelling = false;
  }

  /** @internal Folds a report or a command; what a predicate threw is thrown on. */
  tell(signal: Signal, from: S = this.current): Verdict<S> {
    const verdict = step(this.policy, from, signal);
    this.commit({ before: this.current, signal, verdict });
    this.announce();
    if (verdict.thrown !== undefined) throw verdict.thrown.error;
    return verdict;
  }

  /** @internal */
  control(command: Command, from: S = this.current): Verdict<S> {
    const { now, random } = this.settings;
    return this.tell({ kind: 'control', call: this.last, now: now(), random: random(), command }, from);
  }

  /** Whether that change may be what somebody waits for. */
  protected isAwaited(before: S, after: S): boolean {
    return before !== after;
  }

  /** Over a tenth of what time those spread who are woken by that change; `undefined`: of what remained to them. */
  protected spanOf(_before: S, _after: S): number | undefined {
    return undefined;
  }
}

/** How an attempt ended. */
export type Ending = 'success' | 'failure' | 'cancel';

/**
 * One attempt in one cell. It asks, and what it was told is kept only when the other parts have answered too; admitted,
 * it is settled exactly once.
 */
export class Call<S = unknown> {
  private readonly number: number;
  private startedAt = 0;
  private isOut = false;
  /** Of the last ask, and whether the cell keeps it. */
  private fold!: Fold<S>;
  private isKept = false;

  constructor(private readonly cell: Cell<S>) {
    this.number = cell.number();
  }

  /** What the cell answers; nothing is kept yet. */
  ask(attempt: number, error: unknown): Verdict<S> {
    const { cell, number: call } = this;
    const now = cell.settings.now();
    const random = cell.settings.random();
    this.startedAt = now;
    const signal: Signal =
      attempt === 1 ? { kind: 'ask', call, now, random, attempt } : { kind: 'ask', call, now, random, attempt, error };
    const verdict = cell.propose(signal);
    this.fold = { before: cell.current, signal, verdict };
    return verdict;
  }

  /** Keeps the answer: that of a cell that refused, or of all if the attempt is admitted. */
  keep(isAdmitted: boolean): void {
    this.isOut = isAdmitted;
    this.isKept = isAdmitted || this.fold.verdict.wait > 0;
    if (this.isKept) this.cell.commit(this.fold);
  }

  /** Tells who listens to the cell, once all parts have kept their answers. */
  announce(): void {
    if (this.isKept) this.cell.announce();
  }

  /** Whether the cell has changed since it refused: a listener that was told may have done that. */
  isOvertaken(): boolean {
    return this.isKept && this.cell.current !== this.fold.verdict.state;
  }

  value(value: unknown): void {
    if (!this.isOut || !this.cell.hears('value')) return;
    this.cell.tell({ kind: 'value', call: this.number, now: this.cell.settings.now(), random: 0, value });
  }

  settle(ending: Ending, error?: unknown): void {
    if (!this.isOut) return;
    this.isOut = false;
    if (!this.cell.hears(ending)) return;
    const { cell, number: call } = this;
    const now = cell.settings.now();
    const random = cell.settings.random();
    const took = now - this.startedAt;
    cell.tell(
      ending === 'failure'
        ? { kind: ending, call, now, random, took, error }
        : { kind: ending, call, now, random, took },
    );
  }
}
