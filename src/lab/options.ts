import { callable, milliseconds, record, rejectOption, whole } from '../options.js';
import type { CircuitBreaker } from '../gates/circuit/circuitBreaker.js';
import { never } from '../policy/delays.js';
import { checkPolicy, type Policy } from '../policy/policy.js';
import { isGatePolicy, type GatePolicy } from '../gates/gatePolicy.js';
import { callsSettings, type CallsOptions, type CallsSettings } from './model/arrivals.js';
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
  readonly policy?: Policy;
  /**
   * A circuit breaker around each attempt, below the retry, as in `circuitBreak`. It rejects at once.
   *
   * @defaultValue none
   */
  readonly circuit?: CircuitBreaker;
  /**
   * A gate that each attempt asks, as in `gates` of `retryWithPolicy`: a `retryBudget`, a `retryQuota`, a throttle. It must
   * admit or reject each attempt at once.
   *
   * @defaultValue none
   */
  readonly budget?: GatePolicy;
  /**
   * The number of processes that the clients are spread over. Each process has its own circuit and budget. A whole number, at
   * least 1 and at most `clients`.
   *
   * @defaultValue 1
   */
  readonly processes?: number;
  /** When clients call. */
  readonly calls?: CallsOptions;
  /** The service that they call. */
  readonly service?: ServiceOptions;
  /** The simulated time in milliseconds, at least 1 and below 2³¹. */
  readonly duration: number;
  /**
   * The length of a slot of the series in milliseconds. There may be at most 100 000 slots.
   *
   * @defaultValue duration / 240
   */
  readonly slot?: number;
  /**
   * The seed of all random numbers: a safe integer.
   *
   * @defaultValue 1
   */
  readonly seed?: number;
  /**
   * How many bytes the simulation may use, at least 1. One that would need more is rejected before it starts.
   *
   * @defaultValue 1 GiB
   */
  readonly memory?: number;
  /** Called for each attempt that reaches the service. */
  readonly observe?: (start: AttemptStart) => void;
}

/** The options, checked and complete. */
export interface SimulationPlan {
  readonly clients: number;
  readonly policy: Policy;
  readonly circuit: CircuitBreaker | undefined;
  readonly budget: GatePolicy | undefined;
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
  record(where, options);
  const { clients, policy = never, circuit, budget, processes = 1, duration } = options;
  const { seed = 1, memory = gibibyte, observe } = options;
  whole(where, 'clients', clients, 1);
  checkPolicy(where, 'policy', policy);
  if (circuit !== undefined) checkGatePolicy(where, 'circuit', 'a policy from circuitBreaker()', circuit);
  if (budget !== undefined) checkGatePolicy(where, 'budget', 'a gate policy such as retryBudget()', budget);
  whole(where, 'processes', processes, 1);
  if (processes > clients)
    rejectOption(where, 'processes', `at most the number of clients (${String(clients)})`, processes);
  milliseconds(where, 'duration', duration, 1);
  if (duration > maxDuration) rejectOption(where, 'duration', `at most ${String(maxDuration)} ms`, duration);
  const { slot = duration / 240 } = options;
  milliseconds(where, 'slot', slot);
  const minSlot = duration / maxSlots;
  if (slot < minSlot) rejectOption(where, 'slot', `at least duration / 100 000 (${String(minSlot)})`, slot);
  if (!Number.isSafeInteger(seed)) rejectOption(where, 'seed', 'a safe integer', seed);
  whole(where, 'memory', memory, 1);
  if (observe !== undefined) callable(where, 'observe', observe);
  const calls = callsSettings(where, options.calls ?? {});
  const service = serviceSettings(where, options.service ?? {});
  return { clients, policy, circuit, budget, processes, calls, service, duration, slot, seed, memory, observe };
}

function checkGatePolicy(where: string, option: string, wanted: string, value: unknown): void {
  checkPolicy(where, option, value);
  if (!isGatePolicy(value)) rejectOption(where, option, wanted, value, TypeError);
}
