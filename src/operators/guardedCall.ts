import type { Observable, Subscriber } from 'rxjs';
import { passingFailures, type FailedGuard } from '../engine/passingFailures.js';
import { stopped, type Answer, type Transaction } from '../engine/transaction.js';
import type { RejectedError } from '../errors.js';
import type { Gate } from '../live/gate.js';
import type { NestedAttempt } from '../live/nesting.js';
import { SourceSubscriber } from '../live/sourceSubscriber.js';
import { start } from '../live/start.js';
import type { Waiting } from '../live/waiting.js';
import type { SchedulerClock } from '../time/clock.js';
import { rejectionIn, type GuardHost } from './guardHost.js';
import { askAll, cancel, ignore, mayWait, reject } from './guardTransaction.js';
import { reportUnhandled } from './notify.js';

/** A call that is admitted or waits: it is the call that waits, and then the subscriber to the source. */
export class GuardedCall<T> extends SourceSubscriber<T> implements Waiting, FailedGuard, NestedAttempt {
  private hasValue = false;
  /** The consumer may leave meanwhile. */
  private isAsking = false;
  /** When its `maxWait` ends. */
  private deadline = Infinity;

  constructor(
    private readonly host: GuardHost<T>,
    private readonly source: Observable<T>,
    consumer: Subscriber<T>,
    readonly transaction: Transaction,
  ) {
    super(consumer);
  }

  wait(ms: number): void {
    const { clock, entry, maxWait } = this.host;
    this.deadline = clock.now() + maxWait;
    this.add(entry.waitUntilAdmitted(ms, this));
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
    const { host, transaction } = this;
    const answer = host.until?.aborted ? stopped : this.askAgain();
    if (answer.wait === 0 || mayWait(host, answer.wait, this.restOfMaxWait())) return answer.wait;
    throw reject(transaction, answer);
  }

  restOfMaxWait(): number {
    return this.deadline === Infinity ? Infinity : this.deadline - this.host.clock.now();
  }

  admitted(): void {
    start(this.source, this);
  }

  failed(error: unknown): void {
    this.hasEnded = true;
    cancel(this.transaction, ignore);
    this.consumer.error(error);
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
      // The source still runs, so nothing is woken before it has let go.
      transaction.settle('cancel');
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
    if (passingFailures.size > 0) passingFailures.delete(this);
    this.transaction.rouse();
  }

  private askAgain(): Answer {
    this.isAsking = true;
    try {
      return askAll(this.transaction);
    } finally {
      this.isAsking = false;
      if (this.closed) cancel(this.transaction, reportUnhandled);
    }
  }

  /** The consumer has left, and the source has let go. After a value the consumer has what it wanted. */
  private leave(): void {
    try {
      this.transaction.settle(this.hasValue && !this.host.needsProof ? 'success' : 'cancel');
    } catch (error) {
      reportUnhandled(error);
    }
  }
}
