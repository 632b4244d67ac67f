import type { Waiter } from '../../engine/gateLedger.js';
import type { Transaction } from '../../engine/transaction.js';
import type { Scene } from './scene.js';
import { noTimer, type Timed } from './timers.js';

/** An attempt that asks gates, and how it goes on. */
export interface Asking {
  /** Asks again. */
  askAgain(): number;
  /** The wait is over: with 0 the attempt is admitted, with Infinity it is not. */
  goOn(ms: number): void;
  /** How many milliseconds it may still wait. */
  readonly restOfMaxWait: number;
}

/**
 * An attempt while it waits, in virtual time. It does what the operators do in real time: it asks again at the end of its
 * wait, or earlier if a gate wakes it, spread over a tenth of the time that the gate names.
 */
export class WaitingAttempt implements Waiter, Timed {
  private readonly startedAt: number;
  private pausedAt = 0;
  private ms = 0;
  /** When it asks again because it was woken. */
  private asksAt = Infinity;
  private timer = noTimer;

  constructor(
    private readonly scene: Scene,
    private readonly transaction: Transaction | undefined,
    private readonly asking: Asking,
  ) {
    this.startedAt = scene.clock.now();
    scene.recorder.beginWait();
  }

  /**
   * Waits `ms` milliseconds at most, or until a gate changes. Nothing has changed since it asked: no callback of the user
   * reaches a simulated gate.
   */
  pause(ms: number): void {
    const { asking, scene, transaction } = this;
    this.pausedAt = scene.clock.now();
    this.ms = ms;
    this.asksAt = Infinity;
    transaction?.park(this);
    this.sleep(Math.min(ms, asking.restOfMaxWait));
  }

  wake(span: number | undefined): void {
    const { asking, ms, pausedAt, scene } = this;
    const now = scene.clock.now();
    const rest = ms <= Number.MAX_SAFE_INTEGER ? Math.max(0, pausedAt + ms - now) : 0;
    const spread = Math.max(0, Math.min((span ?? rest) * scene.clock.random() * 0.1, asking.restOfMaxWait));
    if (now + spread >= this.asksAt) return;
    this.asksAt = now + spread;
    scene.timers.clear(this.timer);
    this.timer = noTimer;
    this.sleep(spread);
  }

  /** It does not wait any more, and will not start. */
  stop(): void {
    const { scene, startedAt, timer, transaction } = this;
    transaction?.unpark();
    scene.timers.clear(timer);
    scene.recorder.endWait(scene.clock.now() - startedAt);
  }

  elapse(): void {
    this.timer = noTimer;
    this.ask();
  }

  private sleep(ms: number): void {
    const { clock, timers } = this.scene;
    if (ms === 0) this.ask();
    else this.timer = timers.set(clock.now() + ms, this);
  }

  private ask(): void {
    const { asking, scene, startedAt, transaction } = this;
    transaction?.unpark();
    const ms = asking.askAgain();
    if (ms > 0 && ms < Infinity) this.pause(ms);
    else {
      scene.recorder.endWait(scene.clock.now() - startedAt);
      asking.goOn(ms);
    }
  }
}
