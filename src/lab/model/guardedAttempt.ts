import { GateTransaction } from '../../engine/gateTransaction.js';
import { passingFailures, type FailedGuard } from '../../engine/passingFailures.js';
import { admitted, rejectionOf, type Answer, type Transaction } from '../../engine/transaction.js';
import type { RejectedError } from '../../errors.js';
import type { Scene, SimulatedGuard } from './scene.js';
import { SentAttempt, type Caller } from './sentAttempt.js';
import { WaitingAttempt, type Asking } from './waitingAttempt.js';

/** One attempt at the service, below the gates of a guard if there are any. */
export const attemptOf = (scene: Scene, caller: Caller, guard: SimulatedGuard | undefined): SentAttempt =>
  guard ? new GuardedAttempt(scene, caller, guard) : new SentAttempt(scene, caller);

/** One attempt below `guard(gates, { maxWait })`: it asks the gates, waits up to `maxWait`, and tells them how it ends. */
export class GuardedAttempt extends SentAttempt implements Asking, FailedGuard {
  private readonly transaction: Transaction;
  /** When its `maxWait` ends. */
  private deadline = Infinity;
  private rejection: RejectedError | undefined;
  private waiting: WaitingAttempt | undefined;

  constructor(
    scene: Scene,
    caller: Caller,
    private readonly guard: SimulatedGuard,
  ) {
    super(scene, caller);
    this.transaction = new GateTransaction(guard.gates);
  }

  override begin(): void {
    const { guard, scene, transaction } = this;
    const ms = this.ask(guard.maxWait);
    if (ms === 0 || ms === Infinity) {
      this.goOn(ms);
      return;
    }
    this.deadline = scene.clock.now() + guard.maxWait;
    this.waiting = new WaitingAttempt(scene, transaction, this);
    this.waiting.pause(ms);
  }

  get restOfMaxWait(): number {
    return this.deadline - this.scene.clock.now();
  }

  askAgain(): number {
    return this.ask(this.restOfMaxWait);
  }

  goOn(ms: number): void {
    this.waiting = undefined;
    if (ms === 0) {
      this.send();
      return;
    }
    this.scene.recorder.countRejection();
    this.caller.onRejection(this, this.rejection);
  }

  rejectionIn(ms: number): RejectedError | undefined {
    const { gates, maxWait } = this.guard;
    return gates.map((gate) => gate.rejectionIn(ms + maxWait)).find((rejection) => rejection !== undefined);
  }

  override release(): void {
    passingFailures.delete(this);
    this.transaction.rouse();
  }

  override leave(): void {
    super.leave();
    this.waiting?.stop();
    this.transaction.settle('cancel');
    this.transaction.rouse();
  }

  protected override onValue(): void {
    if (this.transaction.expectsValue) this.transaction.value(undefined);
  }

  protected override onSuccess(): void {
    this.transaction.settle('success');
  }

  protected override onFailure(error: unknown): void {
    passingFailures.set(this, error);
    this.transaction.settle('failure', error);
  }

  /** The wait, if there are that many milliseconds left; otherwise Infinity. */
  private ask(rest: number): number {
    const { transaction } = this;
    const answer = transaction.ask(1, undefined, admitted);
    transaction.keep(answer.wait);
    return mayWait(answer, rest) ? answer.wait : this.reject(answer);
  }

  private reject(answer: Answer): number {
    this.transaction.abandon();
    this.transaction.rouse();
    this.rejection = rejectionOf(answer);
    return Infinity;
  }
}

/** A wait until something changes may end in time. */
const mayWait = ({ wait }: Answer, rest: number): boolean =>
  wait === 0 || (wait < Infinity && (wait <= rest || (wait > Number.MAX_SAFE_INTEGER && rest > 0)));
