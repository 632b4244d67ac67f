import { Subscriber } from 'rxjs';
import { holdWakeUps, releaseWakeUps } from '../engine/wakeQueue.js';

/**
 * The subscriber to the source of one attempt. It learns of everything before the consumer does, and of the end of the
 * source also if its teardown throws.
 *
 * This is the one subclass of RxJS's `Subscriber`. `tap` in its place would make three closures and two more objects for
 * each call, twice the cost of a value, and it says nothing if a teardown throws.
 */
export abstract class SourceSubscriber<T> extends Subscriber<T> {
  /** Whether the source, or the operator in its place, has ended the stream. */
  protected hasEnded = false;

  constructor(protected readonly consumer: Subscriber<T>) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- public in every RxJS 7, which is the peer
    super(consumer);
  }

  /** The source emits. What this throws is the error of the stream. */
  protected abstract onValue(value: T): void;

  /** The source fails. What this throws takes the place of the error. */
  protected abstract onError(error: unknown): void;

  /** The source completes. What this throws is the error of the stream. */
  protected abstract onComplete(): void;

  /** The last thing that happens: the source has let go. If it has not ended, the consumer has left. */
  protected abstract onRelease(): void;

  protected override _next(value: T): void {
    try {
      this.onValue(value);
      this.consumer.next(value);
    } catch (error) {
      this.consumer.error(error);
    }
  }

  protected override _error(error: unknown): void {
    this.hasEnded = true;
    try {
      this.onError(error);
      this.consumer.error(error);
    } catch (thrown) {
      this.consumer.error(thrown);
    } finally {
      this.unsubscribe();
    }
  }

  protected override _complete(): void {
    this.hasEnded = true;
    try {
      this.onComplete();
      this.consumer.complete();
    } catch (error) {
      this.consumer.error(error);
    } finally {
      this.unsubscribe();
    }
  }

  /** Holds wake-ups, because another attempt below may let go first, and its gates are not all that this one holds. */
  override unsubscribe(): void {
    if (this.closed) return;
    holdWakeUps();
    try {
      super.unsubscribe();
    } finally {
      try {
        this.onRelease();
      } finally {
        releaseWakeUps();
      }
    }
  }
}
