import { Ledger, type Clock } from '../../engine/ledger.js';
import { isKept, type Verdict } from '../../policy/policy.js';
import { askSignal, endSignal, type Signal } from '../../policy/signals.js';
import type { SimulationPlan } from '../plan.js';
import type { SeriesRecorder } from '../results/series.js';
import type { CallsInFlight } from './callsInFlight.js';
import { ObservedCircuit } from './observedCircuit.js';

/** How an attempt ended. */
export type Ending = 'success' | 'failure' | 'cancel';

/** The circuits and the budgets. Each process has its own, and a call uses those of its process. */
export class ProcessGates {
  readonly circuits: readonly ObservedCircuit[];
  private readonly budgets: readonly Ledger[];

  constructor(
    { circuit, budget, processes }: SimulationPlan,
    private readonly calls: CallsInFlight,
    private readonly clock: Clock,
    series: SeriesRecorder,
  ) {
    const perProcess = <T>(make: () => T): T[] => Array.from({ length: processes }, make);
    this.circuits = circuit === undefined ? [] : perProcess(() => new ObservedCircuit(circuit, clock, series));
    this.budgets = budget === undefined ? [] : perProcess(() => new Ledger(budget, clock));
  }

  /**
   * Asks the budget, when the policy has answered `own`. Returns the verdict with the longer wait.
   *
   * @throws RangeError if the budget makes the attempt wait
   */
  askBudget(row: number, now: number, own: Verdict): Verdict {
    const { calls } = this;
    const budget = this.budgets[calls.processIndex[row]!];
    if (budget === undefined) return own;
    if (calls.budgetTicket[row] === 0 || !budget.handles('abandon')) calls.budgetTicket[row] = budget.nextTicket();
    const ticket = calls.budgetTicket[row]!;
    const signal = askSignal(ticket, now, this.clock.random(), calls.attempt[row]!, calls.error[row]);
    const verdict = budget.propose(signal);
    if (verdict.wait > 0 && verdict.wait < Infinity) throw new RangeError(budgetWaits);
    const longest = verdict.wait > own.wait ? verdict : own;
    if (isKept(longest.wait === 0, verdict)) budget.commit(signal, verdict);
    return longest;
  }

  /** Asks the circuit. `undefined` if there is none. */
  askCircuit(row: number, now: number): Verdict | undefined {
    const { calls } = this;
    const circuit = this.circuits[calls.processIndex[row]!];
    if (circuit === undefined) return undefined;
    const ticket = (calls.circuitTicket[row] = circuit.nextTicket());
    const signal = askSignal(ticket, now, this.clock.random(), 1, undefined);
    const verdict = circuit.propose(signal);
    circuit.commit(signal, verdict);
    return verdict;
  }

  /** Whether the circuit will still be open in `wait` milliseconds. */
  isOpenIn(row: number, now: number, wait: number): boolean {
    const state = this.circuits[this.calls.processIndex[row]!]?.current;
    return state?.phase === 'open' && state.until - now > wait;
  }

  reportValue(row: number, now: number): void {
    const { calls } = this;
    const circuit = this.circuits[calls.processIndex[row]!];
    const budget = this.budgets[calls.processIndex[row]!];
    if (circuit !== undefined) reportValue(circuit, calls.circuitTicket[row]!, now);
    if (budget !== undefined) reportValue(budget, calls.budgetTicket[row]!, now);
  }

  reportToCircuit(row: number, ending: Ending, now: number, error?: unknown): void {
    const { calls } = this;
    const circuit = this.circuits[calls.processIndex[row]!];
    if (circuit === undefined) return;
    reportEnd(circuit, ending, calls.circuitTicket[row]!, now, now - calls.startedAt[row]!, error);
  }

  reportToBudget(row: number, ending: Ending, now: number, error?: unknown): void {
    const { calls } = this;
    const budget = this.budgets[calls.processIndex[row]!];
    if (budget === undefined) return;
    reportEnd(budget, ending, calls.budgetTicket[row]!, now, now - calls.startedAt[row]!, error);
  }
}

function reportValue(ledger: Ledger, ticket: number, now: number): void {
  if (ledger.expectsValue(ticket)) report(ledger, { kind: 'value', ticket, now, random: 0, value: undefined });
}

/** A random number is drawn only if the policy handles that kind of end. */
function reportEnd(ledger: Ledger, ending: Ending, ticket: number, now: number, took: number, error: unknown): void {
  if (ledger.handles(ending)) report(ledger, endSignal(ending, ticket, now, ledger.clock.random(), took, error));
}

/** Throws what a predicate of the policy threw. */
function report(ledger: Ledger, signal: Signal): void {
  const { thrown } = ledger.fold(signal);
  if (thrown !== undefined) throw thrown.error;
}

const budgetWaits =
  'simulate: budget must admit or reject an attempt at once, got a wait; pass a limit that makes calls wait in gates';
