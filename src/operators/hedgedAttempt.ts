import type { Subscriber } from 'rxjs';
import type { HedgedCall, RunningAttempt } from '../engine/hedgedCall.js';
import type { Gate } from '../live/gate.js';
import type { NestedAttempt } from '../live/nesting.js';
import { SourceSubscriber } from '../live/sourceSubscriber.js';
import { reportUnhandled } from './notify.js';

/** The subscriber to the source of one attempt: it reports to the call, and passes on what the winner emits. */
export class HedgedAttempt<T> extends SourceSubscriber<T> implements NestedAttempt {
  private hasValue = false;

  constructor(
    consumer: Subscriber<T>,
    readonly gates: readonly Gate[],
    private readonly call: HedgedCall,
    private readonly running: RunningAttempt,
    /** Unsubscribes the other attempts. */
    private readonly onWin: (winner: HedgedAttempt<T>) => void,
  ) {
    super(consumer);
  }

  get isSilent(): boolean {
    return !this.hasValue && !this.hasEnded;
  }

  protected override onValue(): void {
    this.hasValue = true;
    this.answer();
  }

  protected override onComplete(): void {
    this.answer();
    this.call.completed(this.running);
  }

  /** While another attempt runs, a failure does not reach the consumer. */
  protected override _error(error: unknown): void {
    if (this.call.runsAlone) {
      super._error(error);
      return;
    }
    this.hasEnded = true;
    try {
      this.call.failed(this.running, error);
    } catch (thrown) {
      this.consumer.error(thrown);
    } finally {
      this.unsubscribe();
    }
  }

  /** The last attempt to fail ends the stream, with the error of the first one. */
  protected override onError(error: unknown): void {
    this.call.failed(this.running, error);
    throw this.call.error;
  }

  protected override onRelease(): void {
    try {
      if (!this.hasEnded) this.call.left(this.running);
    } catch (error) {
      reportUnhandled(error);
    }
    this.running.gates?.rouse();
  }

  /** The others are unsubscribed before the consumer receives the answer. */
  private answer(): void {
    const { call, running } = this;
    if (!call.wins(running)) return;
    this.onWin(this);
    call.won(running);
  }
}
