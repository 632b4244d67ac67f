import type { Observable, Subscriber } from 'rxjs';
import { passingFailures, type FailedGuard } from '../engine/passingFailures.js';
import { admitted, rejectionOf, stopped, type Answer, type Transaction } from '../engine/transaction.js';
import type { RejectedError } from '../errors.js';
import type { Gate } from '../live/gate.js';
import type { NestedAttempt } from '../live/nesting.js';
import { SourceSubscriber } from '../live/sourceSubscriber.js';
import { start } from '../live/start.js';
import type { Waiting } from '../live/waiting.js';
import type { SchedulerClock } from '../time/clock.js';
import { isForeseeable } from '../time/wait.js';
import { rejectionIn, type GuardHost } from './guardHost.js';
import { reportUnhandled } from './notify.js';

/** One subscription: one attempt at all gates. It is the call that waits, and then the subscriber to the source. */
export class GuardedCall<T> extends SourceSubscriber<T> implements Waiting, FailedGuard, NestedAttempt {
  readonly transaction: Transaction;
  private hasValue = false;
  /** The consumer may leave meanwhile. */
  private isAsking = false;
  /** When its `maxWait` ends. It begins with the first wait. */
  private deadline: number | undefined;

  constructor(
    private readonly host: GuardHost<T>,
    private readonly source: Observable<T>,
    consumer: Subscriber<T>,
  ) {
    super(consumer);
    this.transaction = host.entry.begin();
  }

  begin(): void {
    try {
      const answer = this.askAll();
      if (this.closed) return;
      if (answer.wait === 0) this.admitted();
      else if (this.mayWait(answer.wait)) this.add(this.host.entry.waitUntilAdmitted(answer.wait, this));
      else this.end(this.reject(answer));
    } catch (error) {
      this.failed(error);
    }
  }

  get gates(): readonly Gate[] {
    return this.host.gates;
  }

  get clock(): SchedulerClock {
    return this.host.clock;
  }

  get until(): AbortSignal | undefined {
    return this.host.until;
  }

  get isLeft(): boolean {
    return this.closed;
  }

  get isSilent(): boolean {
    return !this.hasValue && !this.hasEnded;
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
    start(this.source, this);
  }

  /** The call must not keep a slot or a place in a queue, whatever went wrong. */
  failed(error: unknown): void {
    try {
      this.transaction.settle('cancel');
    } catch {
      // The stream ends with the first error.
    }
    this.end(error);
  }

  rejectionIn(ms: number): RejectedError | undefined {
    return rejectionIn(this.host, ms);
  }

  protected override onValue(value: T): void {
    this.hasValue = true;
    const { host, transaction } = this;
    if (!transaction.expectsValue && host.proves === undefined) return;
    try {
      if (transaction.expectsValue) transaction.value(value);
      if (host.proves?.(value) === true) transaction.prove();
    } catch (error) {
      this.hasEnded = true;
      this.transaction.settle('cancel');
      throw error;
    }
  }

  protected override onError(error: unknown): void {
    passingFailures.set(this, error);
    this.transaction.settle('failure', error);
  }

  protected override onComplete(): void {
    this.transaction.settle('success');
  }

  protected override onRelease(): void {
    if (!this.hasEnded && !this.isAsking) this.leave();
    passingFailures.delete(this);
    this.transaction.rouse();
  }

  /** One transaction. */
  private askAll(): Answer {
    const { transaction } = this;
    this.isAsking = true;
    const answer = transaction.ask(1, undefined, admitted);
    transaction.keep(answer.wait === 0);
    this.isAsking = false;
    if (this.closed) {
      this.leave();
      transaction.rouse();
    }
    return answer;
  }

  private reject(answer: Answer): Error {
    this.transaction.abandon();
    return rejectionOf(answer);
  }

  private mayWait(wait: number): boolean {
    if (this.host.maxWait === 0 || wait === Infinity) return false;
    const rest = this.restOfMaxWait();
    return wait <= rest || (!isForeseeable(wait) && rest > 0);
  }

  /** The consumer has left, and the source has let go. After a value the consumer has what it wanted. */
  private leave(): void {
    try {
      this.transaction.settle(this.hasValue && !this.host.needsProof ? 'success' : 'cancel');
    } catch (error) {
      reportUnhandled(error);
    }
  }

  /** The call ends by a decision of this operator. */
  private end(error: unknown): void {
    this.hasEnded = true;
    this.consumer.error(error);
    this.unsubscribe();
  }
}
