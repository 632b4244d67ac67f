import type { Observable, SchedulerLike } from 'rxjs';
import { RefusedError, type Reason } from '../errors.js';
import { step, type Policy, type Signal, type Verdict } from '../policy/policy.js';
import { reportUnhandled, tell, type RetryEvent, type Untimed } from './observe.js';
import { wait } from './wait.js';

/** What all subscriptions of one operator value have in common. */
export interface Host {
  readonly policy: Policy;
  readonly hears: ReadonlySet<Signal['kind']>;
  readonly scheduler: SchedulerLike;
  readonly now: () => number;
  readonly random: () => number;
  readonly isFatal: (error: any) => boolean;
  readonly observe: ((event: RetryEvent) => void) | undefined;
}

/** After so many retries in a row without a wait, one goes through the scheduler: the stack and the loop stay free. */
const longestBurst = 512;

/**
 * One subscription: it keeps the policy's state, turns what happens into signals, and answers RxJS's `retry` when to
 * subscribe again. It is itself the observer that `tap` tells about values and ends.
 */
export class Run {
  private state: unknown;
  /** The attempt that runs or is asked for. */
  private attempt = 1;
  private readonly begunAt: number;
  private startedAt: number;
  private lastError: unknown;
  private burst = 0;
  private hasValue = false;
  private isRetrying = false;
  /** What the policy threw on a report: the stream ends with it, and the policy is not asked about it. */
  private thrown: { readonly error: unknown } | undefined;

  constructor(private readonly host: Host) {
    this.state = host.policy.initial;
    this.begunAt = this.startedAt = host.now();
  }

  /** Asks for the first attempt: 0 = it starts now, n = ask again in n ms. A *no* is thrown. */
  begin(): number {
    return this.ask(this.begunAt);
  }

  /** Emits when the next attempt may start, `ms` milliseconds from now at the earliest. */
  after(ms: number, hops: boolean = ms > 0): Observable<0> {
    return wait(ms, this.host.scheduler, () => this.ask(this.host.now()), hops);
  }

  /** The attempt failed: when to subscribe again. To give up, the error itself is thrown. */
  delay(error: unknown): Observable<0> {
    if (this.thrown !== undefined) throw this.thrown.error;
    const ms = this.fail(error);
    this.notify({ kind: 'retry', attempt: this.attempt, wait: ms, error });
    this.isRetrying = true;
    this.lastError = error;
    this.attempt += 1;
    this.burst = ms > 0 ? 0 : this.burst + 1;
    return this.after(ms, ms > 0 || this.burst % longestBurst === 0);
  }

  next(value: unknown): void {
    this.hasValue = true;
    if (this.host.hears.has('value')) {
      this.report({ kind: 'value', call: this.attempt, now: this.host.now(), random: 0, value });
    }
    this.recover();
  }

  complete(): void {
    this.settle('success');
    this.recover();
  }

  /** The consumer left. If it had a value, it has what it wanted (`take(1)`, `firstValueFrom`). */
  unsubscribe(): void {
    if (this.thrown !== undefined) return;
    try {
      this.settle(this.hasValue ? 'success' : 'cancel');
    } catch (error) {
      reportUnhandled(error);
    }
  }

  private ask(now: number): number {
    const { attempt, host, lastError } = this;
    this.startedAt = now;
    this.hasValue = false;
    if (!host.hears.has('ask')) return 0;

    const ask = { kind: 'ask', call: attempt, now, random: host.random(), attempt } as const;
    const { wait: ms, reason = 'refused' } = this.fold(attempt === 1 ? ask : { ...ask, error: lastError });
    if (ms < Infinity) return ms;
    const error = attempt === 1 ? new RefusedError(reason) : lastError;
    this.notify({ kind: 'refused', attempt, error, reason });
    return attempt === 1 ? raise(error) : this.giveUp(attempt - 1, error, reason);
  }

  /** Milliseconds to the next attempt. */
  private fail(error: unknown): number {
    const { attempt, host } = this;
    if (host.isFatal(error)) {
      this.settle('cancel');
      return this.giveUp(attempt, error, 'fatal');
    }
    if (!host.hears.has('failure')) return 0;
    const now = host.now();
    const took = now - this.startedAt;
    const verdict = this.fold({ kind: 'failure', call: attempt, now, random: host.random(), took, error });
    return verdict.wait < Infinity ? verdict.wait : this.giveUp(attempt, error, verdict.reason ?? 'refused');
  }

  private giveUp(attempt: number, error: unknown, reason: Reason): never {
    this.notify({ kind: 'gave-up', attempt, error, reason });
    return raise(error);
  }

  private recover(): void {
    if (this.isRetrying) this.notify({ kind: 'recovered', attempt: this.attempt });
    this.isRetrying = false;
  }

  private settle(kind: 'success' | 'cancel'): void {
    if (!this.host.hears.has(kind)) return;
    const now = this.host.now();
    this.report({ kind, call: this.attempt, now, random: 0, took: now - this.startedAt });
  }

  private report(signal: Signal): void {
    try {
      this.fold(signal);
    } catch (error) {
      this.thrown = { error };
      throw error;
    }
  }

  private fold(signal: Signal): Verdict {
    const verdict = step(this.host.policy, this.state, signal);
    this.state = verdict.state;
    return verdict;
  }

  private notify(event: Untimed<RetryEvent>): void {
    const { observe, now } = this.host;
    if (observe !== undefined) tell(observe, { ...event, elapsed: now() - this.begunAt });
  }
}

/** Throws what may be any value: RxJS hands on what its source threw. */
function raise(error: unknown): never {
  throw error;
}
