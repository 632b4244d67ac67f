import { RetriedCall } from '../../engine/retriedCall.js';
import { holdWakeUps, releaseWakeUps } from '../../engine/wakeQueue.js';
import { attemptOf } from './guardedAttempt.js';
import type { ProcessScene, Scene } from './scene.js';
import { HedgedAttempt } from './hedgedAttempt.js';
import type { Caller, Released } from './sentAttempt.js';
import type { Timed } from './timers.js';
import { WaitingAttempt, type Asking } from './waitingAttempt.js';

/** One call: it drives the engine in virtual time, as `retryWithPolicy` does in real time. */
export class GatedCall implements Timed, Asking, Caller {
  readonly restOfMaxWait: number = Infinity;
  readonly isHedge: boolean = false;
  private readonly call: RetriedCall;
  private readonly calledAt: number;
  /** An attempt that has ended and has not let go. */
  private ended: Released | undefined;

  constructor(
    readonly number: number,
    private readonly place: ProcessScene,
    private readonly scene: Scene,
  ) {
    this.calledAt = scene.clock.now();
    this.call = new RetriedCall(place.plan, this.calledAt);
    scene.inFlight += 1;
  }

  get attempt(): number {
    return this.call.attempt;
  }

  /** Asks for the first attempt, or for the next one when its wait is over. */
  elapse(): void {
    this.follow(this.askAgain());
  }

  askAgain(): number {
    return this.call.ask(this.scene.clock.now());
  }

  goOn(ms: number): void {
    if (ms === 0) this.start();
    else this.lose(this.attempt - 1);
  }

  onValue(): void {
    this.call.value(undefined);
  }

  onSuccess(attempt: Released): void {
    const { call, calledAt, scene } = this;
    call.succeeded();
    scene.recorder.countSuccess(call.attempt, scene.clock.now() - calledAt);
    scene.inFlight -= 1;
    this.ended = attempt;
    this.letGo();
  }

  onFailure(attempt: Released, error: unknown): void {
    this.fail(attempt, error, this.attempt);
  }

  onRejection(attempt: Released, rejection: unknown): void {
    this.fail(attempt, rejection, this.attempt - 1);
  }

  /** `sent` is how many attempts have reached the service. */
  private fail(attempt: Released, error: unknown, sent: number): void {
    const { clock, timers } = this.scene;
    const now = clock.now();
    this.ended = attempt;
    const wait = this.call.failed(error, now);
    if (wait === Infinity) this.lose(sent);
    else if (wait > 0) timers.set(now + wait, this);
    else this.elapse();
    this.letGo();
  }

  /** With a wait of 0 the attempt starts, with Infinity the call is over. */
  private follow(ms: number): void {
    if (ms === 0 || ms === Infinity) this.goOn(ms);
    else new WaitingAttempt(this.scene, this.call.gates, this).pause(ms);
  }

  /** No waiting call is woken before the attempt has begun. */
  private start(): void {
    const { place, scene } = this;
    this.letGo();
    const { guard, hedging } = place;
    const attempt = hedging ? new HedgedAttempt(scene, this, hedging, guard) : attemptOf(scene, this, guard);
    if (place.plan.entry !== undefined) holdWakeUps();
    attempt.begin();
    if (place.plan.entry !== undefined) releaseWakeUps();
  }

  /** Calls that wait for gates below are woken first, but none before all gates have let go. */
  private letGo(): void {
    const { call, ended } = this;
    if (ended === undefined) return;
    this.ended = undefined;
    holdWakeUps();
    ended.release();
    call.released();
    releaseWakeUps();
  }

  private lose(sent: number): void {
    const { scene } = this;
    scene.recorder.countLoss(scene.lossReason, sent);
    scene.inFlight -= 1;
  }
}
