import { step, type Signal, type Verdict } from '../policy/policy.js';
import { asking, ended } from '../policy/signals.js';
import type { SharedPolicy } from '../policy/sharedPolicy.js';

/** How an attempt ended. */
export type Ending = 'success' | 'failure' | 'cancel';

/**
 * One live state of a policy, stamped with numbers and draws exactly as the cell of the operators stamps them. It has no
 * clock: there is only one.
 */
export class Held<S = unknown> {
  state: S;
  private last = 0;
  private readonly hears: readonly Signal['kind'][];

  constructor(
    private readonly policy: SharedPolicy<S>,
    private readonly random: () => number,
  ) {
    this.state = policy.initial;
    this.hears = policy.hears ?? ['value', 'success', 'failure', 'cancel'];
  }

  number(): number {
    return (this.last += 1);
  }

  /** What it answers; nothing is kept yet. */
  ask(call: number, now: number, attempt: number, error?: unknown): Verdict<S> {
    return step(this.policy, this.state, asking(call, now, this.random(), attempt, error));
  }

  value(call: number, now: number): void {
    if (this.hears.includes('value')) this.fold({ kind: 'value', call, now, random: 0, value: undefined });
  }

  settle(ending: Ending, call: number, now: number, took: number, error?: unknown): void {
    if (!this.hears.includes(ending)) return;
    this.fold(ended(ending, call, now, this.random(), took, error));
  }

  private fold(signal: Signal): void {
    const { state, thrown } = step(this.policy, this.state, signal);
    this.state = state;
    if (thrown !== undefined) throw thrown.error;
  }
}
