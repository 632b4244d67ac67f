import type { Scene } from './scene.js';
import { noTimer, type Timed } from './timers.js';

/** The call that makes the attempt, and what it learns of it. */
export interface Caller {
  /** The number of the call, and of the attempt within it. */
  readonly number: number;
  readonly attempt: number;
  /** Whether the attempt is a hedge, which starts beside another one. */
  readonly isHedge: boolean;
  onValue(): void;
  onSuccess(attempt: Released): void;
  onFailure(attempt: Released, error: unknown): void;
  /** It did not reach the service. */
  onRejection(attempt: Released, rejection: unknown): void;
}

/** What has ended, and is released after its caller knows how. */
export interface Released {
  /** The last thing that happens to it: its source has let go. */
  release(): void;
}

/** One attempt at the service. */
export class SentAttempt implements Timed, Released {
  /** The error with which it will end; `undefined` is a success. */
  private error: unknown;
  private timer = noTimer;

  constructor(
    protected readonly scene: Scene,
    protected readonly caller: Caller,
  ) {}

  begin(): void {
    this.send();
  }

  /** The answer is there. */
  elapse(): void {
    const { caller, error } = this;
    if (error === undefined) {
      this.onValue();
      caller.onValue();
      this.onSuccess();
      caller.onSuccess(this);
    } else {
      this.scene.recorder.countFailure();
      this.onFailure(error);
      caller.onFailure(this, error);
    }
  }

  release(): void {
    // Nothing waits for it.
  }

  /** Its caller does not want the answer any more. The service works on. */
  leave(): void {
    this.scene.timers.clear(this.timer);
  }

  protected send(): void {
    const { caller, scene } = this;
    const { clock, recorder, service, timers } = scene;
    const now = clock.now();
    service.attempt(now);
    recorder.countAttempt(caller.isHedge ? 1 : caller.attempt, now, service.isAttemptInOutage);
    if (caller.isHedge) recorder.totals.hedges += 1;
    this.error = service.error;
    this.timer = timers.set(now + service.took, this);
    scene.observe?.({ call: caller.number, attempt: caller.attempt, at: now });
  }

  protected onValue(): void {
    // No gate wants it.
  }

  protected onSuccess(): void {
    // No gate wants it.
  }

  protected onFailure(_error: unknown): void {
    // No gate wants it.
  }
}
