import { step, type Policy, type Verdict } from '../../policy/policy.js';
import { askSignal, type Signal } from '../../policy/signals.js';
import type { CallsInFlight } from './callsInFlight.js';

/**
 * The retry policy. Each call has a state of its own. A signal that the policy does not handle is not made, and an ask or a
 * failure that it does not handle draws no random number, as in the operators.
 */
export class CallPolicy {
  private readonly handles: Readonly<Record<'ask' | 'value' | 'success' | 'failure' | 'cancel', boolean>>;

  constructor(
    private readonly policy: Policy,
    private readonly calls: CallsInFlight,
    private readonly random: () => number,
  ) {
    const handles = (kind: Signal['kind']): boolean => policy.handles?.includes(kind) ?? true;
    this.handles = {
      ask: handles('ask'),
      value: handles('value'),
      success: handles('success'),
      failure: handles('failure'),
      cancel: handles('cancel'),
    };
  }

  /** The verdict on an attempt that asks to start; `undefined` if the policy handles no asks. It is not kept yet. */
  ask(row: number, now: number): Verdict | undefined {
    const { calls } = this;
    if (!this.handles.ask) return undefined;
    const attempt = calls.attempt[row]!;
    return step(this.policy, calls.state[row], askSignal(attempt, now, this.random(), attempt, calls.error[row]));
  }

  /** Keeps the state of a verdict. */
  keep(row: number, { state }: Verdict): void {
    this.calls.state[row] = state;
  }

  reportValue(row: number, now: number): void {
    if (!this.handles.value) return;
    this.fold(row, { kind: 'value', ticket: this.calls.attempt[row]!, now, random: 0, value: undefined });
  }

  /** Reports an end that is no failure. */
  reportEnd(row: number, kind: 'success' | 'cancel', now: number): void {
    const { calls } = this;
    if (!this.handles[kind]) return;
    const took = now - calls.startedAt[row]!;
    this.fold(row, { kind, ticket: calls.attempt[row]!, now, random: 0, took });
  }

  /** Reports a failure. The verdict says when to retry. */
  fail(row: number, error: unknown, now: number): Pick<Verdict, 'wait' | 'reason'> {
    const { calls } = this;
    if (!this.handles.failure) return retryNow;
    const took = now - calls.startedAt[row]!;
    const random = this.random();
    return this.fold(row, { kind: 'failure', ticket: calls.attempt[row]!, now, random, took, error });
  }

  /** Throws what a predicate of the policy threw. */
  private fold(row: number, signal: Signal): Verdict {
    const verdict = step(this.policy, this.calls.state[row], signal);
    this.keep(row, verdict);
    if (verdict.thrown !== undefined) throw verdict.thrown.error;
    return verdict;
  }
}

const retryNow = { wait: 0 } as const;
