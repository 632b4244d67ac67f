import type { Clock } from '../engine/ledger.js';
import { withOwnWakeUps } from '../engine/wakeQueue.js';
import { seededRandom } from '../policy/seededRandom.js';
import { Arrivals } from './model/arrivals.js';
import { EventQueue } from './model/eventQueue.js';
import { Service } from './model/service.js';
import type { ObservedCircuit } from './model/observedCircuit.js';
import { GatedCalls } from './model/gatedCalls.js';
import { isCircuitBreaker } from './model/gateOptions.js';
import { RetriedCalls } from './model/retriedCalls.js';
import type { SimulationPlan } from './plan.js';
import { Recorder } from './results/recorder.js';

/*
 * Virtual time: plays arrivals, ends of attempts and ends of waits in order.
 */

/** Three independent random sources, so that the draws of the policies do not change when clients call. */
export function randomSources(seed: number): {
  arrivals: () => number;
  service: () => number;
  policies: () => number;
} {
  const next = seededRandom(seed);
  const newSource = (): (() => number) => seededRandom(Math.floor(next() * 2 ** 32));
  return { arrivals: newSource(), service: newSource(), policies: newSource() };
}

/** A simulation in progress. */
export class Simulation {
  /** The virtual time, and the random numbers of the policies. */
  readonly clock: Clock;
  /** How many events there were. */
  events = 0;
  readonly recorder: Recorder;
  private time = 0;
  private readonly arrivals: Arrivals;
  private readonly queue: EventQueue;
  private readonly service: Service;
  private readonly calls: RetriedCalls | GatedCalls;

  /** `maxCalls` is how many calls in flight fit into the memory. */
  constructor(
    private readonly plan: SimulationPlan,
    private readonly maxCalls: number,
  ) {
    const { clients, calls, service, duration, slot, processes, seed } = plan;
    const random = randomSources(seed);
    this.recorder = new Recorder(slot, duration, processes * circuitsPerProcess(plan));
    this.arrivals = new Arrivals(calls, clients, random.arrivals);
    this.queue = new EventQueue(duration);
    this.service = new Service(service, random.service);
    this.clock = { now: () => this.time, random: random.policies };
    const hasWaits = plan.gates.length > 0 || plan.guard !== undefined || plan.hedge !== undefined;
    const Calls = hasWaits ? GatedCalls : RetriedCalls;
    this.calls = new Calls(plan, this.service, this.queue, this.recorder, this.clock);
  }

  get circuits(): readonly ObservedCircuit[] {
    return this.calls.circuits;
  }

  /** How many calls are in flight. */
  get unfinished(): number {
    return this.calls.count;
  }

  /** Plays at most that many events. Returns whether the simulation has ended. */
  advance(events: number): boolean {
    return withOwnWakeUps(() => this.play(events));
  }

  private play(events: number): boolean {
    const { arrivals, queue, calls, recorder, plan } = this;
    const { series } = recorder;
    for (let left = events; left > 0; left -= 1) {
      const isArrival = arrivals.at <= queue.next;
      const now = isArrival ? arrivals.at : queue.next;
      if (now >= plan.duration) {
        series.advanceTo(plan.duration, calls.count);
        this.time = plan.duration;
        return true;
      }
      this.time = now;
      this.events += 1;
      series.advanceTo(now, calls.count);
      if (isArrival) this.startCall(now);
      else calls.resume(queue.take(), now);
    }
    return false;
  }

  private startCall(now: number): void {
    const { arrivals, calls, recorder, plan } = this;
    const processIndex = arrivals.client % plan.processes;
    arrivals.advance();
    recorder.countCall(this.service.isInOutage(now));
    if (calls.count >= this.maxCalls) throw new RangeError(outOfMemory(calls.count, now, plan));
    calls.start(recorder.totals.calls, processIndex, now);
  }
}

/** They share a series, so that there is at least one. */
const circuitsPerProcess = ({ gates, guard }: SimulationPlan): number =>
  Math.max(1, [...gates, ...(guard?.gates ?? [])].filter(isCircuitBreaker).length);

const outOfMemory = (count: number, now: number, { memory }: SimulationPlan): string =>
  `simulate: memory must be more than ${String(memory)} bytes for the ${String(count)} calls in flight after ${String(Math.round(now))} ms; stop retrying earlier (retries, within), simulate fewer clients or allow more memory`;
