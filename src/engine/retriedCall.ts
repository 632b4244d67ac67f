import { finalReason } from '../errors.js';
import type { Reason } from '../reasons.js';
import { handlesKind, isKept, reduced, step, type Policy, type Verdict } from '../policy/policy.js';
import { askSignal, type Signal } from '../policy/signals.js';
import type { Clock } from './ledger.js';
import { passingFailures } from './passingFailures.js';
import type { Details, RetryEvent } from './retryEvents.js';
import { hooks } from './retryHooks.js';
import type { Ending } from './gateLedger.js';
import { admitted, rejectionOf, stopped, type Answer, type Transaction } from './transaction.js';

/*
 * One call with its retries, as a state machine without timers and without RxJS. Whoever drives it reports what happened
 * and receives the library's one number: 0 = start, n = wait n milliseconds and ask again, Infinity = the call is over,
 * see `end`.
 */

/** What all calls of one operator share. */
export interface Plan {
  readonly policy: Policy;
  /** The way into the gates, if there are any. */
  readonly entry: { readonly begin: (past?: Transaction) => Transaction } | undefined;
  /** Whether the policy handles asks, and values. */
  readonly handlesAsks: boolean;
  readonly handlesValues: boolean;
  readonly clock: Clock;
  /** Ends the retrying when it aborts. */
  readonly until?: AbortSignal | undefined;
  /** Whether a value proves success; `undefined`: any value does until the attempt fails. */
  readonly proves: ((value: any) => boolean) | undefined;
  readonly isFatal: (error: any) => boolean;
  /** Which operation it is, in events. */
  readonly name: string;
  readonly notify: ((event: RetryEvent) => void) | undefined;
}

/** `'asking'`: no attempt runs, one is asked for or will be. `'answered'`: the attempt that runs has produced a value. */
type Phase = 'asking' | 'running' | 'answered' | 'over';

/** One call: its attempts, its waits and its end. */
export class RetriedCall {
  /** The number of the attempt that runs or is asked for. */
  attempt = 1;
  /** What the call ends with, once a method has answered Infinity or has thrown. */
  end: { readonly error: unknown } | undefined;
  /** The attempt at the gates. */
  gates: Transaction | undefined;
  private phase: Phase = 'asking';
  private state: unknown;
  private startedAt: number;
  /** The error that the retry follows. */
  private cause: unknown;

  constructor(
    readonly plan: Plan,
    readonly begunAt: number,
  ) {
    this.state = plan.policy.initial;
    this.gates = plan.entry?.begin();
    this.startedAt = begunAt;
  }

  /** May the attempt start? One transaction over the policy and all gates. */
  ask(now: number): number {
    const { attempt, cause, plan } = this;
    this.startedAt = now;
    if (!plan.handlesAsks && plan.entry === undefined) {
      this.phase = 'running';
      return this.start();
    }
    const own = plan.handlesAsks
      ? step(plan.policy, this.state, askSignal(attempt, now, plan.clock.random(), attempt, cause))
      : undefined;
    const ours: Answer = own ?? admitted;
    const longest = this.gates?.ask(attempt, cause, ours) ?? ours;
    const isAdmitted = longest.wait === 0;
    if (own !== undefined && isKept(isAdmitted, own)) this.state = own.state;
    const hasLeft = this.isOver;
    if (isAdmitted) this.phase = 'running';
    this.gates?.keep(longest.wait);
    if (hasLeft) {
      this.left();
      this.gates?.rouse();
    }
    if (isAdmitted) return this.start();
    return longest.wait < Infinity ? longest.wait : this.reject(longest);
  }

  /** The attempt produced a value. What a predicate throws is thrown on, and ends the call. */
  value(value: unknown): void {
    const { attempt, plan } = this;
    const { proves } = plan;
    let isProof = !proves;
    if (plan.handlesValues || this.gates?.expectsValue || proves) {
      this.report(() => {
        this.gates?.value(value);
        if (plan.handlesValues) {
          this.fold({ kind: 'value', ticket: attempt, now: plan.clock.now(), random: 0, value });
        }
        if (this.phase === 'running' && proves?.(value) === true) {
          isProof = true;
          this.gates?.prove();
        }
      });
    }
    if (this.phase === 'running' && isProof) {
      this.phase = 'answered';
      this.recover();
    }
  }

  /** The attempt completed. What a predicate throws is thrown on, and ends the call. */
  succeeded(): void {
    const { attempt } = this;
    const isFirst = this.phase === 'running';
    this.report(() => {
      this.settle('success');
    });
    if (isFirst) this.recover();
    this.notify('succeeded', attempt);
  }

  /** The attempt failed. After how many milliseconds to ask for the next one? */
  failed(error: unknown, now: number): number {
    if (this.end !== undefined) return Infinity;
    const { attempt, plan } = this;
    const isFatal = this.isFatal(error);
    if (this.isOver) return Infinity;
    if (isFatal) {
      this.settle('cancel');
      return this.giveUp(attempt, error, finalReason(error));
    }
    this.phase = 'asking';
    this.gates?.settle('failure', error);
    const wait = this.handles('failure') ? this.fail(error, now) : 0;
    if (wait === Infinity) return wait;
    const reason = this.reasonToStop(error, wait);
    if (reason !== undefined) return this.giveUp(attempt, error, reason);
    this.notify('retrying', attempt, { wait, error });
    this.cause = error;
    this.attempt += 1;
    this.gates = plan.entry?.begin(this.gates);
    return wait;
  }

  /**
   * The consumer has left, and no source is subscribed any more. An attempt that had a value has succeeded: the consumer
   * has what it wanted (`take(1)`, `firstValueFrom`).
   */
  left(): void {
    const hasValue = this.phase === 'answered';
    this.settle(hasValue ? 'success' : 'cancel');
    if (hasValue) this.notify('succeeded', this.attempt);
  }

  /** The last thing that happens to an attempt: its source has let go, so waiting calls may be woken. */
  released(): void {
    this.gates?.release();
  }

  /**
   * The call must not go on: `until` has aborted while it waited. A listener may be what aborts it: of the end of the call,
   * or of an admission, whose source is not subscribed yet.
   */
  stop(): number {
    if (this.isOver) return Infinity;
    if (this.isRunning) this.settle('cancel');
    return this.reject(stopped);
  }

  /** What a retry must wait for has failed. */
  abort(error: unknown): void {
    this.gates?.abandon();
    this.giveUp(this.attempt - 1, error, 'before-retry');
  }

  /** The attempt is admitted. Its consumer may have left meanwhile. */
  private start(): number {
    this.cause = undefined;
    if (!this.isOver) this.notify('attempt', this.attempt);
    return 0;
  }

  /** Whether the attempt runs and has proven nothing yet. */
  get isRunning(): boolean {
    return this.phase === 'running';
  }

  private get isOver(): boolean {
    return this.phase === 'over';
  }

  /** The attempt is rejected for good: the first one with a rejection, a retry with the error that it follows. */
  private reject(longest: Answer): number {
    const { attempt, cause } = this;
    const { reason = 'rejected' } = longest;
    const isFirst = attempt === 1;
    const error = isFirst ? rejectionOf(longest) : cause;
    this.phase = 'over';
    this.end = { error };
    this.gates?.abandon();
    this.gates?.rouse();
    hooks.end?.(this, attempt - 1, error, reason);
    this.notify('rejected', attempt, { error, reason });
    return isFirst ? Infinity : this.giveUp(attempt - 1, error, reason);
  }

  private fail(error: unknown, now: number): number {
    const { attempt, plan, startedAt } = this;
    const random = plan.clock.random();
    const { wait, reason } = this.fold({ kind: 'failure', ticket: attempt, now, random, took: now - startedAt, error });
    return wait < Infinity ? wait : this.giveUp(attempt, error, reason ?? 'rejected');
  }

  private isFatal(error: unknown): boolean {
    try {
      return this.plan.isFatal(error);
    } catch (thrown) {
      this.settle('cancel');
      throw thrown;
    }
  }

  /** Why there must be no retry after `wait` milliseconds: `until` has aborted, or a guard below would reject it. */
  private reasonToStop(error: unknown, wait: number): Reason | undefined {
    if (this.plan.until?.aborted || hooks.stop?.(this)) return 'stopped';
    if (passingFailures.size === 0) return undefined;
    for (const [guard, failure] of passingFailures) {
      const rejection = failure === error ? guard.rejectionIn(wait) : undefined;
      if (rejection !== undefined && this.isFatal(rejection)) return rejection.reason;
    }
    return undefined;
  }

  private giveUp(attempt: number, error: unknown, reason: Reason): number {
    this.phase = 'over';
    this.end = { error };
    hooks.end?.(this, attempt, error, reason);
    this.notify('gave-up', attempt, { error, reason });
    return Infinity;
  }

  /** Makes a report. If a predicate throws at it, the call ends with that, and the policy is not asked about it. */
  private report(make: () => void): void {
    try {
      make();
    } catch (error) {
      this.phase = 'over';
      this.end = { error };
      this.gates?.settle('cancel');
      throw error;
    }
  }

  /** The first value of a retry, or its completion without one. */
  private recover(): void {
    const { attempt } = this;
    if (attempt > 1) this.notify('recovered', attempt);
  }

  /** The attempt has ended, other than by a failure. One that still waits will not start. */
  private settle(ending: Exclude<Ending, 'failure'>): void {
    const { attempt, phase, plan, startedAt } = this;
    this.phase = 'over';
    if (phase === 'asking' || phase === 'over') {
      this.gates?.abandon();
      return;
    }
    this.gates?.settle(ending);
    if (!this.handles(ending)) return;
    const now = plan.clock.now();
    this.fold({ kind: ending, ticket: attempt, now, random: 0, took: now - startedAt });
  }

  private handles(kind: Signal['kind']): boolean {
    return handlesKind(this.plan.policy, kind);
  }

  /** Sends a signal that the policy handles. */
  private fold(signal: Signal): Verdict {
    const verdict = reduced(this.plan.policy, this.state, signal);
    this.state = verdict.state;
    if (verdict.thrown !== undefined) throw verdict.thrown.error;
    return verdict;
  }

  private notify<K extends RetryEvent['kind']>(kind: K, attempt: number, more?: Details<K>): void {
    const { clock, name, notify } = this.plan;
    notify?.({ kind, name, attempt, elapsed: clock.now() - this.begunAt, ...more } as RetryEvent);
  }
}
