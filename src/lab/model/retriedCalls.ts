import type { Clock } from '../../engine/ledger.js';
import { finalReason } from '../../errors.js';
import type { Reason } from '../../reasons.js';
import { isFinal } from '../../finality.js';
import { isKept, type Verdict } from '../../policy/policy.js';
import type { SimulationPlan } from '../plan.js';
import type { Recorder } from '../results/recorder.js';
import { CallPolicy } from './callPolicy.js';
import { CallsInFlight } from './callsInFlight.js';
import type { EventQueue } from './eventQueue.js';
import type { ObservedCircuit } from './observedCircuit.js';
import { ProcessGates } from './processGates.js';
import type { Service } from './service.js';

/*
 * What each call does. It is what `retryWithPolicy` (with the budget in `gates`) above `circuitBreak` does: the same signals
 * to the same policies, in the same order, with the same tickets, times and random numbers. The source emits one value,
 * `undefined`, and completes, or it fails. A spec compares the lab with the operators, attempt by attempt.
 */

/** The calls of all clients. A call is identified by its row in {@link CallsInFlight}. */
export class RetriedCalls {
  private readonly calls = new CallsInFlight();
  private readonly policy: CallPolicy;
  private readonly gates: ProcessGates;

  constructor(
    private readonly plan: SimulationPlan,
    private readonly service: Service,
    private readonly queue: EventQueue,
    private readonly recorder: Recorder,
    clock: Clock,
  ) {
    this.policy = new CallPolicy(plan.policy, this.calls, clock.random);
    this.gates = new ProcessGates(plan, this.calls, clock, recorder.series);
  }

  get circuits(): readonly ObservedCircuit[] {
    return this.gates.circuits;
  }

  /** How many calls are in flight. */
  get count(): number {
    return this.calls.count;
  }

  /** Starts the call with that number. */
  start(call: number, processIndex: number, now: number): void {
    this.ask(this.calls.add(call, processIndex, this.plan.policy.initial, now), now);
  }

  /** Continues a call whose wait or attempt has ended. */
  resume(row: number, now: number): void {
    const { calls } = this;
    if (calls.running[row] === 0) this.ask(row, now);
    else if (calls.error[row] === undefined) this.succeed(row, now);
    else this.fail(row, calls.error[row], now);
  }

  /** Asks the policy and the budget, as one transaction. */
  private ask(row: number, now: number): void {
    const { policy } = this;
    this.calls.startedAt[row] = now;
    const own = policy.ask(row, now);
    const { wait, reason } = this.gates.askBudget(row, now, own ?? admitted);
    if (own !== undefined && isKept(wait === 0, own)) policy.keep(row, own);
    if (wait === 0) this.run(row, now);
    else if (wait < Infinity) this.queue.add(now + wait, row);
    else this.reject(row, reason);
  }

  /** The attempt asks the circuit, which stands below the retry, and reaches the service. */
  private run(row: number, now: number): void {
    const { calls, service, recorder } = this;
    const verdict = this.gates.askCircuit(row, now);
    if (verdict !== undefined && verdict.wait > 0) {
      this.settle(row, 'cancel', now);
      this.reject(row, verdict.reason);
      return;
    }
    const attempt = calls.attempt[row]!;
    service.attempt(now);
    recorder.countAttempt(attempt, now, service.isAttemptInOutage);
    calls.running[row] = 1;
    calls.error[row] = service.error;
    this.queue.add(now + service.took, row);
    this.plan.observe?.({ call: calls.call[row]!, attempt, at: now });
  }

  private succeed(row: number, now: number): void {
    const { calls, gates } = this;
    gates.reportValue(row, now);
    this.policy.reportValue(row, now);
    gates.reportToCircuit(row, 'success', now);
    this.settle(row, 'success', now);
    this.recorder.countSuccess(calls.attempt[row]!, now - calls.calledAt[row]!);
    calls.remove(row);
  }

  private fail(row: number, error: unknown, now: number): void {
    const { calls, gates, recorder } = this;
    recorder.countFailure();
    gates.reportToCircuit(row, 'failure', now, error);
    if (isFinal(error)) {
      this.settle(row, 'cancel', now);
      this.lose(row, finalReason(error), calls.attempt[row]!);
      return;
    }
    gates.reportToBudget(row, 'failure', now, error);
    const { wait, reason = 'rejected' } = this.policy.fail(row, error, now);
    if (wait === Infinity) {
      this.lose(row, reason, calls.attempt[row]!);
      return;
    }
    if (gates.isOpenIn(row, now, wait)) {
      this.lose(row, 'open', calls.attempt[row]!);
      return;
    }
    calls.running[row] = 0;
    calls.attempt[row]! += 1;
    calls.budgetTicket[row] = 0;
    recorder.countWait(wait);
    if (wait > 0) this.queue.add(now + wait, row);
    else this.ask(row, now);
  }

  /** Reports an end that is no failure to the budget and the policy. */
  private settle(row: number, ending: 'success' | 'cancel', now: number): void {
    this.gates.reportToBudget(row, ending, now);
    this.policy.reportEnd(row, ending, now);
  }

  /** The attempt was rejected before it reached the service, so it does not count as one. */
  private reject(row: number, reason: Reason = 'rejected'): void {
    this.recorder.countRejection();
    this.lose(row, reason, this.calls.attempt[row]! - 1);
  }

  private lose(row: number, reason: Reason, attempts: number): void {
    this.recorder.countLoss(reason, attempts);
    this.calls.remove(row);
  }
}

const admitted: Verdict = { state: undefined, wait: 0 };
