import { step, type Signal, type Verdict } from '../../policy/policy.js';
import { askSignal, endSignal } from '../../policy/signals.js';
import type { GatePolicy } from '../../gates/gatePolicy.js';

/** How an attempt ended. */
export type Ending = 'success' | 'failure' | 'cancel';

/**
 * One live state of a policy, stamped with numbers and draws exactly as the gate of the operators stamps them. It has no
 * clock: there is only one.
 */
export class Held<S = unknown> {
  state: S;
  private last = 0;
  private readonly handles: readonly Signal['kind'][];

  constructor(
    private readonly policy: GatePolicy<S>,
    private readonly random: () => number,
  ) {
    this.state = policy.initial;
    this.handles = policy.handles ?? ['value', 'success', 'failure', 'cancel'];
  }

  number(): number {
    return (this.last += 1);
  }

  /** What it answers; nothing is kept yet. */
  ask(ticket: number, now: number, attempt: number, error?: unknown): Verdict<S> {
    return step(this.policy, this.state, askSignal(ticket, now, this.random(), attempt, error));
  }

  value(ticket: number, now: number): void {
    if (this.handles.includes('value')) this.fold({ kind: 'value', ticket, now, random: 0, value: undefined });
  }

  settle(ending: Ending, ticket: number, now: number, took: number, error?: unknown): void {
    if (!this.handles.includes(ending)) return;
    this.fold(endSignal(ending, ticket, now, this.random(), took, error));
  }

  private fold(signal: Signal): void {
    const { state, thrown } = step(this.policy, this.state, signal);
    this.state = state;
    if (thrown !== undefined) throw thrown.error;
  }
}
