import { isFinal, type Reason } from '../errors.js';
import { Ledger, type Clock } from '../engine/ledger.js';
import { isKept, step, type Policy, type Signal, type Verdict } from '../policy/policy.js';
import { seededRandom } from '../policy/seededRandom.js';
import { askSignal } from '../policy/signals.js';
import { Arrivals } from './model/arrivals.js';
import { EventQueue } from './model/eventQueue.js';
import { ObservedCircuit } from './model/observedCircuit.js';
import { CallsInFlight } from './model/callsInFlight.js';
import { reportEnd, reportValue, type Ending } from './model/reports.js';
import type { SimulationPlan } from './options.js';
import { Service } from './model/service.js';
import { SeriesRecorder } from './results/series.js';
import { TotalsCounter } from './results/totals.js';

/*
 * Calls in virtual time. Each does what `retryWithPolicy` (with the budget in `gates`) above `circuitBreak` does: the same
 * signals to the same policies, in the same order, with the same numbers, instants and draws. Its source answers one value,
 * `undefined`, and completes; or fails.
 */

/** Three sources of chance, so that what policies draw changes nothing about when clients call. */
export function chances(seed: number): { arrivals: () => number; service: () => number; policies: () => number } {
  const next = seededRandom(seed);
  const chance = (): (() => number) => seededRandom(Math.floor(next() * 2 ** 32));
  return { arrivals: chance(), service: chance(), policies: chance() };
}

/** The engine; one event is a call, an attempt's end, or a wait's. */
export class Simulation {
  /** The time, in milliseconds. */
  now = 0;
  /** How many events there were. */
  events = 0;
  readonly flights: CallsInFlight = new CallsInFlight();
  readonly counts: TotalsCounter = new TotalsCounter();
  readonly slots: SeriesRecorder;
  readonly circuits: readonly ObservedCircuit[];
  private readonly budgets: readonly Ledger[];
  private readonly calendar: EventQueue;
  private readonly arrivals: Arrivals;
  private readonly service: Service;
  private readonly random: () => number;
  private readonly policy: Policy;
  private readonly handles: Readonly<Record<'ask' | 'value' | Ending, boolean>>;
  private readonly room: number;

  constructor(
    private readonly plan: SimulationPlan,
    room: number,
  ) {
    const { clients, policy, circuit, budget, processes, calls, service, duration, slot, seed } = plan;
    const chance = chances(seed);
    this.random = chance.policies;
    this.arrivals = new Arrivals(calls, clients, chance.arrivals);
    this.calendar = new EventQueue(duration);
    this.service = new Service(service, chance.service);
    this.slots = new SeriesRecorder(slot, duration, processes);
    const clock: Clock = { now: () => this.now, random: this.random };
    const each = <T>(make: () => T): T[] => Array.from({ length: processes }, make);
    this.circuits = circuit === undefined ? [] : each(() => new ObservedCircuit(circuit, clock, this.slots));
    this.budgets = budget === undefined ? [] : each(() => new Ledger(budget, clock));
    this.policy = policy;
    const handles = (kind: Signal['kind']): boolean => policy.handles?.includes(kind) ?? true;
    this.handles = {
      ask: handles('ask'),
      value: handles('value'),
      success: handles('success'),
      failure: handles('failure'),
      cancel: handles('cancel'),
    };
    this.room = room;
  }

  /** Plays on, for at most so many events; answers whether it is over. */
  advance(events: number): boolean {
    const { arrivals, calendar, flights, slots, plan } = this;
    for (let left = events; left > 0; left -= 1) {
      const isCall = arrivals.at <= calendar.next;
      const now = isCall ? arrivals.at : calendar.next;
      if (now >= plan.duration) {
        slots.advanceTo(plan.duration, flights.count);
        this.now = plan.duration;
        return true;
      }
      this.now = now;
      this.events += 1;
      slots.advanceTo(now, flights.count);
      if (isCall) this.call(now);
      else this.happen(calendar.take(), now);
    }
    return false;
  }

  private call(now: number): void {
    const { arrivals, flights, plan, slots, counts } = this;
    const home = arrivals.client % plan.processes;
    arrivals.advance();
    counts.calls += 1;
    if (this.service.isInOutage(now)) counts.callsInOutage += 1;
    slots.calls[slots.index]! += 1;
    if (flights.count >= this.room) throw new RangeError(crowded(flights.count, now, plan));
    this.ask(flights.board(counts.calls, home, this.policy.initial, now), now);
  }

  private happen(place: number, now: number): void {
    const { flights } = this;
    if (flights.running[place] === 0) this.ask(place, now);
    else if (flights.error[place] === undefined) this.succeed(place, now);
    else this.fail(place, flights.error[place], now);
  }

  /** One transaction over the policy and the budget. */
  private ask(place: number, now: number): void {
    const { flights, budgets } = this;
    flights.startedAt[place] = now;
    const own = this.handles.ask ? this.propose(place, now) : undefined;
    let longest: { readonly wait: number; readonly reason?: Reason } = own ?? admitted;
    const budget = budgets[flights.home[place]!];
    if (budget !== undefined) {
      const ticket = (flights.inBudget[place] ||= budget.nextTicket());
      const signal = askSignal(ticket, now, this.random(), flights.attempt[place]!, flights.error[place]);
      const verdict = budget.propose(signal);
      if (verdict.wait > 0 && verdict.wait < Infinity) throw new RangeError(patient);
      if (verdict.wait > longest.wait) longest = verdict;
      if (isKept(longest.wait === 0, verdict)) budget.commit(signal, verdict);
    }
    if (own !== undefined && isKept(longest.wait === 0, own)) flights.state[place] = own.state;
    if (longest.wait === 0) this.start(place, now);
    else if (longest.wait < Infinity) this.calendar.add(now + longest.wait, place);
    else this.refuse(place, longest.reason ?? 'rejected', flights.attempt[place]! - 1);
  }

  private propose(place: number, now: number): Verdict {
    const { flights } = this;
    const attempt = flights.attempt[place]!;
    const ask = askSignal(attempt, now, this.random(), attempt, flights.error[place]);
    return step(this.policy, flights.state[place], ask);
  }

  /** The retry has admitted it; the circuit is asked, and then the service. */
  private start(place: number, now: number): void {
    const { flights, service, slots, counts, plan } = this;
    const circuit = this.circuits[flights.home[place]!];
    if (circuit !== undefined) {
      const ticket = (flights.inCircuit[place] = circuit.nextTicket());
      const signal = askSignal(ticket, now, this.random(), 1, undefined);
      const verdict = circuit.propose(signal);
      circuit.commit(signal, verdict);
      if (verdict.wait > 0) {
        this.settle(place, 'cancel', now);
        this.refuse(place, verdict.reason ?? 'rejected', flights.attempt[place]! - 1);
        return;
      }
    }
    const attempt = flights.attempt[place]!;
    counts.attempts += 1;
    slots.attempts[slots.index]! += 1;
    if (attempt > 1) {
      counts.retries.add(now);
      slots.retries[slots.index]! += 1;
    }
    service.attempt(now);
    if (service.isInOutage(now)) counts.attemptsInOutage += 1;
    flights.running[place] = 1;
    flights.error[place] = service.error;
    this.calendar.add(now + service.took, place);
    plan.observe?.({ call: flights.call[place]!, attempt, at: now });
  }

  private succeed(place: number, now: number): void {
    const { flights, slots, counts } = this;
    const circuit = this.circuits[flights.home[place]!];
    const budget = this.budgets[flights.home[place]!];
    if (circuit !== undefined) reportValue(circuit, flights.inCircuit[place]!, now);
    if (budget !== undefined) reportValue(budget, flights.inBudget[place]!, now);
    if (this.handles.value) {
      this.fold(place, { kind: 'value', ticket: flights.attempt[place]!, now, random: 0, value: undefined });
    }
    this.leaveCircuit(place, 'success', now);
    this.settle(place, 'success', now);
    slots.successes[slots.index]! += 1;
    counts.succeeded += 1;
    counts.times.add(now - flights.bornAt[place]!);
    this.end(place, flights.attempt[place]!);
  }

  private fail(place: number, error: unknown, now: number): void {
    const { flights, slots, counts } = this;
    const attempt = flights.attempt[place]!;
    counts.failed += 1;
    slots.failures[slots.index]! += 1;
    this.leaveCircuit(place, 'failure', now, error);
    if (isFinal(error)) {
      this.settle(place, 'cancel', now);
      this.lose(place, 'fatal', attempt);
      return;
    }
    const took = now - flights.startedAt[place]!;
    const budget = this.budgets[flights.home[place]!];
    if (budget !== undefined) reportEnd(budget, 'failure', flights.inBudget[place]!, now, took, error);
    let wait = 0;
    if (this.handles.failure) {
      const random = this.random();
      const verdict = this.fold(place, { kind: 'failure', ticket: attempt, now, random, took, error });
      if (verdict.wait === Infinity) {
        this.lose(place, verdict.reason ?? 'rejected', attempt);
        return;
      }
      wait = verdict.wait;
    }
    flights.running[place] = 0;
    flights.attempt[place] = attempt + 1;
    flights.inBudget[place] = 0;
    if (wait > counts.longestWait) counts.longestWait = wait;
    if (wait > 0) this.calendar.add(now + wait, place);
    else this.ask(place, now);
  }

  private leaveCircuit(place: number, ending: Ending, now: number, error?: unknown): void {
    const { flights } = this;
    const circuit = this.circuits[flights.home[place]!];
    if (circuit === undefined) return;
    const took = now - flights.startedAt[place]!;
    reportEnd(circuit, ending, flights.inCircuit[place]!, now, took, error);
  }

  /** The budget and the policy hear of an end that is no failure. */
  private settle(place: number, ending: 'success' | 'cancel', now: number): void {
    const { flights } = this;
    const took = now - flights.startedAt[place]!;
    const budget = this.budgets[flights.home[place]!];
    if (budget !== undefined) reportEnd(budget, ending, flights.inBudget[place]!, now, took);
    if (this.handles[ending]) this.fold(place, { kind: ending, ticket: flights.attempt[place]!, now, random: 0, took });
  }

  private fold(place: number, signal: Signal): Verdict {
    const { flights } = this;
    const verdict = step(this.policy, flights.state[place], signal);
    flights.state[place] = verdict.state;
    if (verdict.thrown !== undefined) throw verdict.thrown.error;
    return verdict;
  }

  private refuse(place: number, reason: Reason, attempts: number): void {
    const { slots, counts } = this;
    counts.rejected += 1;
    slots.rejections[slots.index]! += 1;
    this.lose(place, reason, attempts);
  }

  private lose(place: number, reason: Reason, attempts: number): void {
    const { slots, counts } = this;
    counts.lose(reason);
    slots.lost[slots.index]! += 1;
    this.end(place, attempts);
  }

  private end(place: number, attempts: number): void {
    this.counts.ended(attempts);
    this.flights.leave(place);
  }
}

const admitted = { wait: 0 } as const;

const patient =
  'simulate: budget must answer yes or no to an attempt, got a wait: a limit that makes calls wait cannot be simulated';

const crowded = (count: number, now: number, { memory }: SimulationPlan): string =>
  `simulate: memory must be more than ${String(memory)} bytes for the ${String(count)} calls that are on their way after ${String(Math.round(now))} ms: let the policy stop earlier (retries, within), simulate fewer clients, or allow more memory`;
