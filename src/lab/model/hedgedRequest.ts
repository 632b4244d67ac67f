import type { HedgedCall, RunningAttempt } from '../../engine/hedgedCall.js';
import { holdWakeUps, releaseWakeUps } from '../../engine/wakeQueue.js';
import { attemptOf } from './guardedAttempt.js';
import type { Scene, SimulatedGuard } from './scene.js';
import type { Caller, Released, SentAttempt } from './sentAttempt.js';

/** The attempt that has several requests, and what it learns of them. */
export interface Hedged {
  readonly caller: Caller;
  answer(request: HedgedRequest): void;
  succeed(request: HedgedRequest): void;
  fail(request: HedgedRequest, error: unknown, isRejection: boolean): void;
}

/** One request of an attempt that may be hedged: the first one, or a hedge. */
export class HedgedRequest implements Caller, Released {
  readonly number: number;
  readonly attempt: number;
  readonly isHedge: boolean;
  private readonly sent: SentAttempt;
  private hasEnded = false;

  constructor(
    scene: Scene,
    private readonly hedged: Hedged,
    readonly running: RunningAttempt,
    guard: SimulatedGuard | undefined,
  ) {
    this.number = hedged.caller.number;
    this.attempt = hedged.caller.attempt;
    this.isHedge = running.number > 1;
    this.sent = attemptOf(scene, this, guard);
  }

  begin(): void {
    this.sent.begin();
  }

  onValue(): void {
    this.hedged.answer(this);
  }

  onSuccess(): void {
    this.hedged.succeed(this);
  }

  onFailure(_sent: Released, error: unknown): void {
    this.hasEnded = true;
    this.hedged.fail(this, error, false);
  }

  onRejection(_sent: Released, rejection: unknown): void {
    this.hasEnded = true;
    this.hedged.fail(this, rejection, true);
  }

  release(): void {
    this.letGo(() => {
      this.sent.release();
    });
  }

  /** Another request was first. */
  leave(call: HedgedCall): void {
    if (this.hasEnded) return;
    this.letGo(() => {
      this.sent.leave();
      call.left(this.running);
    });
  }

  /** Calls that wait are woken when the gates below the hedge, and those of the hedge, are settled. */
  private letGo(settle: () => void): void {
    holdWakeUps();
    settle();
    this.running.gates?.rouse();
    releaseWakeUps();
  }
}
