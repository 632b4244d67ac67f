import type { Clock } from '../../engine/ledger.js';
import { GateTransaction } from '../../engine/gateTransaction.js';
import type { Plan } from '../../engine/retriedCall.js';
import { isFinal } from '../../finality.js';
import { handlesKind } from '../../policy/policy.js';
import type { GatePolicy } from '../../gates/gatePolicy.js';
import type { ConcurrencyLimitView } from '../../gates/limits/slots.js';
import type { SimulationPlan } from '../plan.js';
import type { Recorder } from '../results/recorder.js';
import type { EventQueue } from './eventQueue.js';
import { GatedCall } from './gatedCall.js';
import { isCircuitBreaker, isConcurrencyLimit } from './gateOptions.js';
import { ObservedCircuit } from './observedCircuit.js';
import { hedgingOf } from './hedging.js';
import { Scene, type ProcessScene } from './scene.js';
import type { Service } from './service.js';
import { SimulatedGate } from './simulatedGate.js';
import { Timers } from './timers.js';

/** The calls of all clients where gates make calls wait. Each call is driven by the engine that the operators use. */
export class GatedCalls {
  readonly circuits: ObservedCircuit[] = [];
  private readonly limits: SimulatedGate[] = [];
  private readonly scene: Scene;
  private readonly processes: readonly ProcessScene[];

  constructor(plan: SimulationPlan, service: Service, queue: EventQueue, recorder: Recorder, clock: Clock) {
    const timers = new Timers(queue, plan.duration);
    this.scene = new Scene(service, timers, recorder, clock, plan.observe);
    recorder.series.limitNow = () => meanLimitOf(this.limits, clock.now());
    this.processes = Array.from({ length: plan.processes }, () => this.sceneOf(plan));
  }

  /** How many calls are in flight. */
  get count(): number {
    return this.scene.inFlight;
  }

  /** Starts the call with that number. */
  start(number: number, processIndex: number, _now: number): void {
    new GatedCall(number, this.processes[processIndex]!, this.scene).elapse();
  }

  /** The time of a timer has come. */
  resume(timer: number, _now: number): void {
    this.scene.timers.elapse(timer);
  }

  private sceneOf({ policy, budget, gates, circuit, guard, hedge }: SimulationPlan): ProcessScene {
    const { clock, notify } = this.scene;
    const atRetry = this.live([...(budget ? [budget] : []), ...gates]);
    const below = guard ?? (circuit && { gates: [circuit], maxWait: 0 });
    const plan: Plan = {
      policy,
      entry: atRetry.length === 0 ? undefined : { begin: (past) => new GateTransaction(atRetry, past) },
      handlesAsks: handlesKind(policy, 'ask'),
      handlesValues: handlesKind(policy, 'value'),
      clock,
      until: undefined,
      proves: undefined,
      isFatal: isFinal,
      name: '',
      notify,
    };
    return {
      plan,
      hedging: hedge && hedgingOf(hedge, this.scene),
      guard: below && { gates: this.live(below.gates), maxWait: below.maxWait },
    };
  }

  private live(policies: readonly GatePolicy[]): SimulatedGate[] {
    return policies.map((policy) => {
      const { clock, recorder } = this.scene;
      if (!isCircuitBreaker(policy)) {
        const gate = new SimulatedGate(policy, clock);
        if (isConcurrencyLimit(policy)) this.limits.push(gate);
        return gate;
      }
      const circuit = new ObservedCircuit(policy, clock, recorder.series);
      this.circuits.push(circuit);
      return circuit;
    });
  }
}

function meanLimitOf(limits: readonly SimulatedGate[], now: number): number {
  const limitOf = ({ policy, current }: SimulatedGate): number =>
    (policy.view(current, now) as ConcurrencyLimitView).limit;
  return limits.reduce((sum, gate) => sum + limitOf(gate), 0) / Math.max(1, limits.length);
}
