import { concatMap, type Observable, type SchedulerLike } from 'rxjs';
import type { Reason } from '../errors.js';
import { step, type Policy, type Signal, type Verdict } from '../policy/policy.js';
import { askSignal } from '../policy/signals.js';
import { noWait, rejectionOf, type Calls, type Longest } from '../engine/transaction.js';
import { reportUnhandled, notifyObserver, type RetryEvent, type Untimed } from './retryEvents.js';
import { immediately, wait } from '../time/wait.js';

/** What all subscriptions of one operator value have in common. */
export interface Host {
  readonly policy: Policy;
  readonly handles: ReadonlySet<Signal['kind']>;
  /** Begins an attempt in the gates, if there are any. */
  readonly enter: (() => Calls) | undefined;
  /** Whether anybody is asked. */
  readonly isAsking: boolean;
  readonly scheduler: SchedulerLike;
  readonly now: () => number;
  readonly random: () => number;
  readonly isFatal: (error: any) => boolean;
  readonly observe: ((event: RetryEvent) => void) | undefined;
}

/** After so many retries in a row without a wait, and after any wait, one goes through the scheduler: the stack and the loop stay free. */
const longestBurst = 512;

/**
 * One subscription: it keeps the policy's state, turns what happens into signals, and answers RxJS's `retry` when to
 * subscribe again. It is itself the observer that `tap` tells about the source.
 */
export class Run {
  private state: unknown;
  /** The attempt that runs or is asked for, and the same in each gate. */
  private attempt = 1;
  private calls: Calls | undefined;
  /** Those of the attempt before. */
  private past: Calls | undefined;
  private readonly begunAt: number;
  private startedAt: number;
  /** Whether an attempt runs that is not settled. */
  private isOut = false;
  private isSubscribed = false;
  private hasValue = false;
  private isRetrying = false;
  private lastError: unknown;
  private burst = 0;
  /** What was thrown at a report: the stream ends with it, and the policy is not asked about it. */
  private thrown: { readonly error: unknown } | undefined;

  constructor(
    private readonly host: Host,
    private readonly subscriber: { readonly closed: boolean },
  ) {
    this.state = host.policy.initial;
    this.calls = host.enter?.();
    this.begunAt = this.startedAt = host.now();
  }

  /** Asks for the first attempt: 0 = it starts now, n = ask again in n ms. A *no* is thrown. */
  begin(): number {
    return this.ask(this.begunAt);
  }

  /** Emits when an attempt starts that was told to ask again in `ms` milliseconds. */
  postponed(ms: number): Observable<0> {
    const { scheduler, now } = this.host;
    const ask = (): number => this.ask(now());
    return this.calls?.admitted(ms, this.host, ask) ?? wait(ms, scheduler, ask);
  }

  /** The attempt failed: when to subscribe again. To give up, the error itself is thrown. */
  delay(error: unknown): Observable<0> {
    if (this.thrown !== undefined) throw this.thrown.error;
    const now = this.host.now();
    const ms = this.fail(error, now);
    if (this.host.observe !== undefined) this.notify({ kind: 'retry', attempt: this.attempt, wait: ms, error });
    this.isRetrying = true;
    if (this.host.isAsking) this.lastError = error;
    this.attempt += 1;
    this.past = this.calls;
    this.calls = this.host.enter?.();
    this.burst = ms > 0 ? 0 : this.burst + 1;
    return this.after(ms, now, this.burst % longestBurst === 0);
  }

  next(value: unknown): void {
    this.hasValue = true;
    this.report(() => {
      this.calls?.value(value);
      if (!this.host.handles.has('value')) return;
      this.fold({ kind: 'value', ticket: this.attempt, now: this.host.now(), random: 0, value });
    });
    this.recover();
  }

  complete(): void {
    this.report(() => {
      this.settle('success');
    });
    this.recover();
  }

  subscribe(): void {
    this.isSubscribed = true;
  }

  /**
   * The consumer left, and the source has let go. If it had a value, the consumer has what it wanted (`take(1)`,
   * `firstValueFrom`).
   */
  unsubscribe(): void {
    try {
      this.settle(this.hasValue ? 'success' : 'cancel');
    } catch (error) {
      reportUnhandled(error);
    }
  }

  /** The last that happens to an attempt: its source has let go. */
  finalize(): void {
    this.past?.rouse();
    this.calls?.rouse();
  }

  /** The consumer left while no source is subscribed. */
  leave(): void {
    if (this.isSubscribed) return;
    this.unsubscribe();
    this.finalize();
  }

  /** Emits when the next attempt starts, which may be asked for in `ms` milliseconds. */
  private after(ms: number, failedAt: number, hops: boolean): Observable<0> {
    const { isAsking, scheduler, now } = this.host;
    if (!isAsking && !hops) {
      this.ask(failedAt);
      return immediately;
    }
    if (this.calls === undefined) return wait(ms, scheduler, () => this.ask(now()), hops);
    return wait(ms, scheduler, () => 0, hops).pipe(concatMap(() => this.postponed(this.ask(now()))));
  }

  /** One transaction over the policy and all gates: where one of them rejects, the others have spent nothing. */
  private ask(now: number): number {
    const { calls, host } = this;
    this.startedAt = now;
    this.isSubscribed = this.hasValue = false;
    if (!host.isAsking) {
      this.isOut = true;
      return 0;
    }
    const own = host.handles.has('ask') ? this.propose(now) : undefined;
    const asked: Longest = own === undefined ? noWait : { wait: own.wait, reason: own.reason, by: undefined };
    const longest = calls?.ask(this.attempt, this.lastError, asked) ?? asked;
    this.isOut = longest.wait === 0;
    if (own !== undefined && (this.isOut || own.wait > 0)) this.state = own.state;
    calls?.keep(this.isOut);
    if (this.subscriber.closed) this.leave();
    if (this.isOut) this.lastError = undefined;
    return longest.wait < Infinity ? longest.wait : this.refuse(longest);
  }

  private propose(now: number): Verdict {
    const { attempt, host, lastError, state } = this;
    return step(host.policy, state, askSignal(attempt, now, host.random(), attempt, lastError));
  }

  /** The attempt is not admitted, for good. */
  private refuse(longest: Longest): never {
    const { attempt, lastError } = this;
    const { reason = 'rejected' } = longest;
    const error = attempt === 1 ? rejectionOf(longest) : lastError;
    this.calls?.settle('cancel');
    this.calls?.rouse();
    this.notify({ kind: 'rejected', attempt, error, reason });
    return attempt === 1 ? raise(error) : this.giveUp(attempt - 1, error, reason);
  }

  /** Milliseconds to the next attempt. */
  private fail(error: unknown, now: number): number {
    const { attempt, host } = this;
    if (this.isFatal(error)) {
      this.settle('cancel');
      return this.giveUp(attempt, error, 'fatal');
    }
    this.isOut = false;
    this.calls?.settle('failure', error);
    if (!host.handles.has('failure')) return 0;
    const took = now - this.startedAt;
    const verdict = this.fold({ kind: 'failure', ticket: attempt, now, random: host.random(), took, error });
    return verdict.wait < Infinity ? verdict.wait : this.giveUp(attempt, error, verdict.reason ?? 'rejected');
  }

  private isFatal(error: unknown): boolean {
    try {
      return this.host.isFatal(error);
    } catch (thrown) {
      this.settle('cancel');
      throw thrown;
    }
  }

  private giveUp(attempt: number, error: unknown, reason: Reason): never {
    this.notify({ kind: 'gave-up', attempt, error, reason });
    return raise(error);
  }

  private recover(): void {
    if (this.isRetrying) this.notify({ kind: 'recovered', attempt: this.attempt });
    this.isRetrying = false;
  }

  /** Tells all that the attempt has ended, other than by a failure; or, if it still waits, that it will not start. */
  private settle(ending: 'success' | 'cancel'): void {
    const { isOut } = this;
    this.isOut = false;
    this.calls?.settle(ending);
    if (!isOut || !this.host.handles.has(ending)) return;
    const now = this.host.now();
    this.fold({ kind: ending, ticket: this.attempt, now, random: 0, took: now - this.startedAt });
  }

  private report(tellAll: () => void): void {
    try {
      tellAll();
    } catch (error) {
      this.thrown = { error };
      this.isOut = false;
      this.calls?.settle('cancel');
      throw error;
    }
  }

  private fold(signal: Signal): Verdict {
    const verdict = step(this.host.policy, this.state, signal);
    this.state = verdict.state;
    if (verdict.thrown !== undefined) throw verdict.thrown.error;
    return verdict;
  }

  private notify(event: Untimed<RetryEvent>): void {
    const { observe, now } = this.host;
    if (observe !== undefined) notifyObserver(observe, { ...event, elapsed: now() - this.begunAt });
  }
}

/** Throws what may be any value: RxJS hands on what its source threw. */
function raise(error: unknown): never {
  throw error;
}
