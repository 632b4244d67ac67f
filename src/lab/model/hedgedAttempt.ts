import { HedgedCall, type HedgePlan, type RunningAttempt } from '../../engine/hedgedCall.js';
import { holdWakeUps, releaseWakeUps } from '../../engine/wakeQueue.js';
import { HedgedRequest, type Hedged } from './hedgedRequest.js';
import type { Scene, SimulatedGuard } from './scene.js';
import type { Caller, Released } from './sentAttempt.js';
import { noTimer, type Timed } from './timers.js';

/** One attempt of a retry, with its hedges: it drives the engine in virtual time, as `hedge` does in real time. */
export class HedgedAttempt implements Timed, Released, Hedged {
  private readonly call: HedgedCall;
  private readonly requests: HedgedRequest[] = [];
  /** The wait for the next hedge. */
  private timer = noTimer;
  /** The request that ended the attempt. */
  private last: HedgedRequest | undefined;
  private hasReachedService = false;

  constructor(
    private readonly scene: Scene,
    readonly caller: Caller,
    hedging: HedgePlan,
    private readonly guard: SimulatedGuard | undefined,
  ) {
    this.call = new HedgedCall(hedging, scene.clock.now());
  }

  /** Starts the next request, if the budget pays it. No waiting call is woken before the request has begun. */
  begin(): void {
    const { call, guard, requests, scene } = this;
    const running = call.begin();
    if (running === undefined) return;
    const request = new HedgedRequest(scene, this, running, guard);
    requests.push(request);
    holdWakeUps();
    request.begin();
    releaseWakeUps();
    this.waitAfter(running);
  }

  /** There is no answer in time. */
  elapse(): void {
    this.timer = noTimer;
    this.begin();
  }

  /** The request was the first with an answer, so the others are cancelled. */
  answer(request: HedgedRequest): void {
    const { call, caller, requests } = this;
    call.wins(request.running);
    this.end(request);
    for (const other of requests) if (other !== request) other.leave(call);
    call.won(request.running);
    caller.onValue();
  }

  succeed({ running }: HedgedRequest): void {
    this.call.completed(running);
    this.caller.onSuccess(this);
  }

  /** While another request runs, the caller does not learn of a failure. */
  fail(request: HedgedRequest, error: unknown, isRejection: boolean): void {
    const { call, caller } = this;
    const isLast = call.runsAlone;
    this.hasReachedService ||= !isRejection;
    call.failed(request.running, error);
    if (!isLast) {
      request.release();
      return;
    }
    this.end(request);
    if (this.hasReachedService) caller.onFailure(this, call.error);
    else caller.onRejection(this, call.error);
  }

  release(): void {
    this.last!.release();
  }

  private end(request: HedgedRequest): void {
    this.last = request;
    this.scene.timers.clear(this.timer);
    this.timer = noTimer;
  }

  private waitAfter(running: RunningAttempt): void {
    const { clock, timers } = this.scene;
    const ms = this.last === undefined ? this.call.waitAfter(running) : Infinity;
    if (ms === 0) this.begin();
    else if (ms < Infinity) this.timer = timers.set(clock.now() + ms, this);
  }
}
