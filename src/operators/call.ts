import type { Observable } from 'rxjs';
import type { Signal, Verdict } from '../policy/policy.js';
import type { Cell } from './cell.js';

/** How an attempt ended. */
export type Ending = 'success' | 'failure' | 'cancel';

/**
 * One attempt in one cell. It asks, and what it was told is kept only when the other parts have answered too; admitted,
 * it is settled exactly once; told to wait, it asks again or is abandoned.
 */
export class Call<S = unknown> {
  /** Given at its first ask, so that numbers rise in the order of asking. */
  private number = 0;
  private startedAt = 0;
  private isOut = false;
  /** Whether the cell has told it to wait, and may keep a place for it. */
  isWaiting = false;
  /** The last ask, what was answered, and whether the cell keeps it. */
  private signal!: Signal;
  private verdict!: Verdict<S>;
  private isKept = false;

  constructor(readonly cell: Cell<S>) {}

  /** What the cell answers; nothing is kept yet. */
  ask(attempt: number, error: unknown): Verdict<S> {
    const { cell } = this;
    const call = (this.number ||= cell.number());
    const now = cell.settings.now();
    const random = cell.settings.random();
    this.startedAt = now;
    this.signal =
      attempt === 1 ? { kind: 'ask', call, now, random, attempt } : { kind: 'ask', call, now, random, attempt, error };
    this.verdict = cell.propose(this.signal);
    return this.verdict;
  }

  /** Keeps the answer: that of a cell that refused, or of all if the attempt is admitted. */
  keep(isAdmitted: boolean): void {
    const { wait } = this.verdict;
    this.isOut = isAdmitted;
    this.isWaiting = !isAdmitted && (this.isWaiting || (wait > 0 && wait < Infinity));
    this.isKept = isAdmitted || wait > 0;
    if (this.isKept) this.cell.commit(this.signal, this.verdict);
  }

  /** Tells who listens to the cell, once all parts have kept their answers. */
  announce(): void {
    if (this.isKept) this.cell.announce();
  }

  /** Whether the cell has changed since it refused: a listener that was told may have done that. */
  isOvertaken(): boolean {
    return this.isKept && this.cell.current !== this.verdict.state;
  }

  /** Emits when it is to ask again early, see {@link Cell.wakes}. */
  wakes(): Observable<number | undefined> {
    return this.cell.wakes(this.number);
  }

  value(value: unknown): void {
    if (!this.isOut || !this.cell.hears('value')) return;
    this.cell.tell({ kind: 'value', call: this.number, now: this.cell.settings.now(), random: 0, value });
  }

  /** It has ended; or, still waiting, it will not ask again. */
  settle(ending: Ending, error?: unknown): void {
    const { cell, isOut, isWaiting, number: call } = this;
    this.isOut = this.isWaiting = false;
    if (isOut && cell.hears(ending)) {
      const now = cell.settings.now();
      const random = cell.settings.random();
      const took = now - this.startedAt;
      cell.tell(
        ending === 'failure'
          ? { kind: ending, call, now, random, took, error }
          : { kind: ending, call, now, random, took },
      );
    }
    if (isWaiting && cell.hears('abandon')) cell.tell({ kind: 'abandon', call, now: cell.settings.now(), random: 0 });
  }
}
