import { callable, milliseconds, rejectOption, whole } from '../options.js';
import { anything, needed, readOptions } from '../readOptions.js';
import type { CircuitBreaker } from '../gates/circuit/circuitBreaker.js';
import { never } from '../policy/delays.js';
import { checkPolicy, type Policy } from '../policy/policy.js';
import type { GatePolicy } from '../gates/gatePolicy.js';
import { callsSettings, type CallsOptions, type CallsSettings } from './model/arrivals.js';
import {
  checkDistinct,
  checkGatePolicies,
  checkGatePolicy,
  guardSettings,
  type GuardedBy,
  type GuardSettings,
} from './model/gateOptions.js';
import { serviceSettings, type ServiceOptions, type ServiceSettings } from './model/serviceOptions.js';

/*
 * The options of a simulation, checked and completed.
 */

/** The start of an attempt, as `observe` of {@link SimulateOptions} receives it. */
export interface AttemptStart {
  /** The number of the call, from 1, in the order in which calls are made. */
  readonly call: number;
  /** The number of the attempt within the call, from 1. */
  readonly attempt: number;
  /** Milliseconds since the start of the simulation. */
  readonly at: number;
}

/** Options of {@link simulate}. */
export interface SimulateOptions {
  /** The number of clients: a whole number, at least 1. */
  readonly clients: number;
  /**
   * The retry policy of each call, as in `retryWithPolicy`.
   *
   * @defaultValue no retry
   */
  readonly policy?: Policy | undefined;
  /**
   * A circuit breaker around each attempt, below the retry, as in `circuitBreak`. It rejects at once.
   *
   * @defaultValue none
   */
  readonly circuit?: CircuitBreaker | undefined;
  /**
   * A gate that each attempt asks, as in `gates` of `retryWithPolicy`: a `retryBudget`, a `retryQuota`, a throttle. It must
   * admit or reject each attempt at once. One that makes attempts wait belongs in `gates`.
   *
   * @defaultValue none
   */
  readonly budget?: GatePolicy | undefined;
  /**
   * More gates that each attempt asks after the budget, as in `gates` of `retryWithPolicy`. An attempt waits for them: for
   * its turn in a `rateLimit`, for a slot of a `concurrencyLimit`, for a `circuitBreaker` that is open.
   *
   * @defaultValue []
   */
  readonly gates?: readonly GatePolicy[] | undefined;
  /**
   * Gates around each attempt, below the retry, as in `guard(gates, { maxWait })`. With it, the circuit is one of its gates.
   *
   * @defaultValue none
   */
  readonly guard?: GuardedBy | undefined;
  /**
   * The number of processes that the clients are spread over. Each process has its own gates: circuit, budget, limits. A
   * whole number, at least 1 and at most `clients`. With 1 all clients share them.
   *
   * @defaultValue 1
   */
  readonly processes?: number | undefined;
  /** When clients call. */
  readonly calls?: CallsOptions | undefined;
  /** The service that they call. */
  readonly service?: ServiceOptions | undefined;
  /** The simulated time in milliseconds, at least 1 and below 2³¹. */
  readonly duration: number;
  /**
   * The length of a slot of the series in milliseconds. There may be at most 100 000 slots.
   *
   * @defaultValue duration / 240
   */
  readonly slot?: number | undefined;
  /**
   * The seed of all random numbers: a safe integer.
   *
   * @defaultValue 1
   */
  readonly seed?: number | undefined;
  /**
   * How many bytes the simulation may use, at least 1. One that would need more is rejected before it starts.
   *
   * @defaultValue 1 GiB
   */
  readonly memory?: number | undefined;
  /** Called for each attempt that reaches the service. */
  readonly observe?: ((start: AttemptStart) => void) | undefined;
}

/** The options, checked and complete. */
export interface SimulationPlan {
  readonly clients: number;
  readonly policy: Policy;
  readonly circuit: CircuitBreaker | undefined;
  readonly budget: GatePolicy | undefined;
  readonly gates: readonly GatePolicy[];
  readonly guard: GuardSettings | undefined;
  readonly processes: number;
  readonly calls: CallsSettings;
  readonly service: ServiceSettings;
  readonly duration: number;
  readonly slot: number;
  readonly seed: number;
  readonly memory: number;
  readonly observe: ((start: AttemptStart) => void) | undefined;
}

const maxDuration = 2 ** 31 - 1;
const maxSlots = 100_000;
const gibibyte = 2 ** 30;

/**
 * Checks and completes the options.
 *
 * @throws RangeError | TypeError naming the option and the value
 */
export function planFrom(where: string, options: SimulateOptions): SimulationPlan {
  const settings = readOptions(where, options, rows);
  const { clients, processes, duration } = settings;
  if (processes > clients)
    rejectOption(where, 'processes', `at most the number of clients (${String(clients)})`, processes);
  if (duration > maxDuration) rejectOption(where, 'duration', `at most ${String(maxDuration)} ms`, duration);
  const { slot = duration / 240 } = settings;
  const minSlot = duration / maxSlots;
  if (slot < minSlot) rejectOption(where, 'slot', `at least duration / 100 000 (${String(minSlot)})`, slot);
  const calls = callsSettings(where, settings.calls);
  const service = serviceSettings(where, settings.service);
  const guard = guardSettings(where, settings.guard);
  checkDistinct(where, { ...settings, guard });
  return { ...settings, slot, calls, service, guard };
}

const rows = {
  clients: [whole, needed, 1],
  policy: [checkPolicy, never],
  circuit: [checkGatePolicy, undefined, 'a policy from circuitBreaker()'],
  budget: [checkGatePolicy, undefined, 'a gate policy such as retryBudget()'],
  gates: [checkGatePolicies, []],
  guard: [anything, undefined],
  processes: [whole, 1, 1],
  calls: [anything, {}],
  service: [anything, {}],
  duration: [milliseconds, needed, 1],
  slot: [milliseconds, undefined],
  seed: [safeInteger, 1],
  memory: [whole, gibibyte, 1],
  observe: [callable, undefined],
} as const;

function safeInteger(where: string, option: string, value: unknown): void {
  if (!Number.isSafeInteger(value)) rejectOption(where, option, 'a safe integer', value);
}
