import type { Observable } from 'rxjs';
import type { Signal, Verdict } from '../policy/policy.js';
import { asking, ended } from '../policy/signals.js';
import type { Ending } from './calls.js';
import type { Cell, Fold } from './cell.js';

/**
 * One attempt in one cell. It asks, and what it was told is kept only when the other parts have answered too; admitted,
 * it is settled exactly once; told to wait, it asks again or is abandoned.
 */
export class Call<S = unknown> {
  /** Given at its first ask, so that numbers rise in the order of asking. */
  private number = 0;
  private startedAt = 0;
  private isOut = false;
  /** Whether the cell has refused it, for now or for good, and may keep a place for it. */
  isWaiting = false;
  /** The state at the last ask, the ask, what was answered, and whether the cell keeps it. */
  private before!: S;
  private signal!: Signal;
  private verdict!: Verdict<S>;
  private isKept = false;
  /** What it has changed, and those who wait were not yet roused by. */
  private change: Fold<S> | undefined;

  constructor(readonly cell: Cell<S>) {}

  /** What the cell answers; nothing is kept yet. */
  ask(attempt: number, error: unknown): Verdict<S> {
    const { cell } = this;
    const call = (this.number ||= cell.number());
    const now = cell.settings.now();
    const random = cell.settings.random();
    this.startedAt = now;
    this.signal = asking(call, now, random, attempt, error);
    this.before = cell.current;
    this.verdict = cell.propose(this.signal);
    return this.verdict;
  }

  /** Whether the cell has changed since it answered: a predicate of another part may have done that. */
  isStale(): boolean {
    return this.cell.current !== this.before;
  }

  /** Keeps the answer: that of a cell that refused, or of all if the attempt is admitted. */
  keep(isAdmitted: boolean): void {
    const isRefused = this.verdict.wait > 0;
    this.isOut = isAdmitted;
    this.isWaiting = !isAdmitted && (this.isWaiting || isRefused);
    this.isKept = isAdmitted || isRefused;
    if (this.isKept) this.change = this.cell.commit(this.signal, this.verdict);
  }

  /** Whether the cell has changed since it refused: a listener that was told may have done that. */
  isOvertaken(): boolean {
    return this.isKept && this.cell.current !== this.verdict.state;
  }

  /** Emits when it is to ask again early, as the cells say. */
  wakes(): Observable<number | undefined> {
    return this.cell.wakes(this.number);
  }

  value(value: unknown): void {
    if (!this.isOut || !this.cell.hears('value')) return;
    this.tell({ kind: 'value', call: this.number, now: this.cell.settings.now(), random: 0, value });
  }

  /** It has ended; or, not admitted, it will not ask again. */
  settle(ending: Ending, error?: unknown): void {
    const { cell, isOut, isWaiting, number: call } = this;
    this.isOut = this.isWaiting = false;
    if (isOut && cell.hears(ending)) {
      const now = cell.settings.now();
      const random = cell.settings.random();
      const took = now - this.startedAt;
      this.tell(ended(ending, call, now, random, took, error));
    }
    if (isWaiting && cell.hears('abandon')) this.tell({ kind: 'abandon', call, now: cell.settings.now(), random: 0 });
  }

  /** Lets those ask again who wait for what it has changed. */
  rouse(): void {
    const { change } = this;
    this.change = undefined;
    if (change !== undefined) this.cell.rouse(change);
  }

  private tell(signal: Signal): void {
    const { change, thrown } = this.cell.fold(signal);
    this.change = change;
    if (thrown !== undefined) throw thrown.error;
  }
}
