import type { Scene } from './scene.js';
import type { Timed } from './timers.js';

/** The call that makes the attempt, and what it learns of it. */
export interface Caller {
  /** The number of the call, and of the attempt within it. */
  readonly number: number;
  readonly attempt: number;
  onValue(): void;
  onSuccess(attempt: SentAttempt): void;
  onFailure(attempt: SentAttempt, error: unknown): void;
  /** It did not reach the service. */
  onRejection(attempt: SentAttempt, rejection: unknown): void;
}

/** One attempt at the service. */
export class SentAttempt implements Timed {
  /** The error with which it will end; `undefined` is a success. */
  private error: unknown;

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
      this.onFailure(error);
      caller.onFailure(this, error);
    }
  }

  /** The last thing that happens to it: its source has let go. */
  release(): void {
    // Nothing waits for it.
  }

  protected send(): void {
    const { caller, scene } = this;
    const { clock, recorder, service, timers } = scene;
    const now = clock.now();
    service.attempt(now);
    recorder.countAttempt(caller.attempt, now, service.isAttemptInOutage);
    this.error = service.error;
    timers.set(now + service.took, this);
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
