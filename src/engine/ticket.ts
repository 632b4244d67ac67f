import type { Observable } from 'rxjs';
import type { Signal, Verdict } from '../policy/policy.js';
import { askSignal, endSignal } from '../policy/signals.js';
import type { Ending } from './transaction.js';
import type { Gate, Fold } from '../live/gate.js';

/**
 * One attempt in one gate. It asks, and what it was told is kept only when the other parts have answered too; admitted,
 * it is settled exactly once; told to wait, it asks again or is abandoned.
 */
export class Call<S = unknown> {
  /** Given at its first ask, so that numbers rise in the order of asking. */
  private number = 0;
  private startedAt = 0;
  private isOut = false;
  /** Whether the gate has rejected it, for now or for good, and may keep a place for it. */
  isWaiting = false;
  /** The state at the last ask, the ask, what was answered, and whether the gate keeps it. */
  private before!: S;
  private signal!: Signal;
  private verdict!: Verdict<S>;
  private isKept = false;
  /** What it has changed, and those who wait were not yet roused by. */
  private change: Fold<S> | undefined;

  constructor(readonly gate: Gate<S>) {}

  /** What the gate answers; nothing is kept yet. */
  ask(attempt: number, error: unknown): Verdict<S> {
    const { gate } = this;
    const call = (this.number ||= gate.number());
    const now = gate.settings.now();
    const random = gate.settings.random();
    this.startedAt = now;
    this.signal = askSignal(call, now, random, attempt, error);
    this.before = gate.current;
    this.verdict = gate.propose(this.signal);
    return this.verdict;
  }

  /** Whether the gate has changed since it answered: a predicate of another part may have done that. */
  isStale(): boolean {
    return this.gate.current !== this.before;
  }

  /** Keeps the answer: that of a gate that rejected, or of all if the attempt is admitted. */
  keep(isAdmitted: boolean): void {
    const isRefused = this.verdict.wait > 0;
    this.isOut = isAdmitted;
    this.isWaiting = !isAdmitted && (this.isWaiting || isRefused);
    this.isKept = isAdmitted || isRefused;
    if (this.isKept) this.change = this.gate.commit(this.signal, this.verdict);
  }

  /** Whether the gate has changed since it rejected: a listener that was told may have done that. */
  isOvertaken(): boolean {
    return this.isKept && this.gate.current !== this.verdict.state;
  }

  /** Emits when it is to ask again early, as the gates say. */
  wakes(): Observable<number | undefined> {
    return this.gate.wakes(this.number);
  }

  value(value: unknown): void {
    if (!this.isOut || !this.gate.handles('value')) return;
    this.tell({ kind: 'value', ticket: this.number, now: this.gate.settings.now(), random: 0, value });
  }

  /** It has ended; or, not admitted, it will not ask again. */
  settle(ending: Ending, error?: unknown): void {
    const { gate, isOut, isWaiting, number: call } = this;
    this.isOut = this.isWaiting = false;
    if (isOut && gate.handles(ending)) {
      const now = gate.settings.now();
      const random = gate.settings.random();
      const took = now - this.startedAt;
      this.tell(endSignal(ending, call, now, random, took, error));
    }
    if (isWaiting && gate.handles('abandon'))
      this.tell({ kind: 'abandon', ticket: call, now: gate.settings.now(), random: 0 });
  }

  /** Lets those ask again who wait for what it has changed. */
  rouse(): void {
    const { change } = this;
    this.change = undefined;
    if (change !== undefined) this.gate.rouse(change);
  }

  private tell(signal: Signal): void {
    const { change, thrown } = this.gate.fold(signal);
    this.change = change;
    if (thrown !== undefined) throw thrown.error;
  }
}
