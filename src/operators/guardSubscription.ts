import { tap, type Observable, type Subscriber } from 'rxjs';
import { passingFailures, type FailedGuard } from '../engine/passingFailures.js';
import { admitted, rejectionOf, stopped, type Answer, type Transaction } from '../engine/transaction.js';
import type { RejectedError } from '../errors.js';
import type { NestedAttempt } from '../live/nesting.js';
import { start } from '../live/start.js';
import type { Waiting } from '../live/waiting.js';
import type { SchedulerClock } from '../time/clock.js';
import { isForeseeable } from '../time/wait.js';
import { rejectionIn, type GuardHost } from './guardHost.js';
import { reportUnhandled } from './notify.js';

/** One subscription: one attempt at all gates. It is the call that waits, and then the observer of `tap`. */
export class GuardSubscription<T> implements Waiting, FailedGuard, NestedAttempt {
  readonly clock: SchedulerClock;
  readonly until: AbortSignal | undefined;
  readonly transaction: Transaction;
  isSilent = true;
  private hasValue = false;
  /** When its `maxWait` ends. It begins with the first wait. */
  private deadline: number | undefined;

  constructor(
    private readonly host: GuardHost<T>,
    private readonly source: Observable<T>,
    private readonly subscriber: Subscriber<T>,
  ) {
    this.clock = host.clock;
    this.until = host.until;
    this.transaction = host.entry.begin();
  }

  run(): void {
    const { host, subscriber } = this;
    try {
      const answer = this.askAll();
      if (subscriber.closed) this.unsubscribe();
      else if (answer.wait === 0) this.admitted();
      else if (this.mayWait(answer.wait)) subscriber.add(host.entry.waitUntilAdmitted(answer.wait, this));
      else subscriber.error(this.reject(answer));
    } catch (error) {
      this.failed(error);
    }
  }

  get isLeft(): boolean {
    return this.subscriber.closed;
  }

  /** Asks again after a wait. */
  ask(): number {
    const answer = this.until?.aborted ? stopped : this.askAll();
    if (answer.wait === 0 || this.mayWait(answer.wait)) return answer.wait;
    throw this.reject(answer);
  }

  restOfMaxWait(): number {
    const { clock, maxWait } = this.host;
    if (maxWait === Infinity) return maxWait;
    const now = clock.now();
    this.deadline ??= now + maxWait;
    return this.deadline - now;
  }

  admitted(): void {
    start(this.host.gates, tap<T>(this)(this.source), this.subscriber, this, this);
  }

  /** The call must not keep a slot or a place in a queue, whatever went wrong. */
  failed(error: unknown): void {
    try {
      this.settle('cancel');
    } catch {
      // The stream ends with the first error.
    }
    this.subscriber.error(error);
  }

  /** One transaction. */
  private askAll(): Answer {
    const answer = this.transaction.ask(1, undefined, admitted);
    this.transaction.keep(answer.wait === 0);
    return answer;
  }

  private reject(answer: Answer): Error {
    this.transaction.abandon();
    this.transaction.rouse();
    return rejectionOf(answer);
  }

  private mayWait(wait: number): boolean {
    if (this.host.maxWait === 0 || wait === Infinity) return false;
    const rest = this.restOfMaxWait();
    return wait <= rest || (!isForeseeable(wait) && rest > 0);
  }

  next(value: T): void {
    this.hasValue = true;
    this.isSilent = false;
    const { host, transaction } = this;
    if (!transaction.expectsValue && host.proves === undefined) return;
    try {
      if (transaction.expectsValue) transaction.value(value);
      if (host.proves?.(value) === true) transaction.prove();
    } catch (error) {
      this.settle('cancel');
      throw error;
    }
  }

  error(error: unknown): void {
    this.isSilent = false;
    passingFailures.set(this, error);
    this.transaction.settle('failure', error);
  }

  rejectionIn(ms: number): RejectedError | undefined {
    return rejectionIn(this.host, ms);
  }

  complete(): void {
    this.isSilent = false;
    this.transaction.settle('success');
  }

  /** The consumer left, and the source has let go. After a value the consumer has what it wanted. */
  unsubscribe(): void {
    try {
      this.settle(this.hasValue && !this.host.needsProof ? 'success' : 'cancel');
    } catch (error) {
      reportUnhandled(error);
    }
  }

  /** The last thing that happens: the source has let go. */
  finalize(): void {
    passingFailures.delete(this);
    this.transaction.rouse();
  }

  /** The call ends by a decision of this operator. */
  private settle(ending: 'success' | 'cancel'): void {
    try {
      this.transaction.settle(ending);
    } finally {
      this.finalize();
    }
  }
}
