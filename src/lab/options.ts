import type { CircuitBreaker } from '../gates/circuit/circuitBreaker.js';
import type { GatePolicy } from '../gates/gatePolicy.js';
import type { Policy } from '../policy/policy.js';
import type { CallsOptions } from './model/arrivals.js';
import type { GuardedBy } from './model/gateOptions.js';
import type { HedgedBy } from './model/hedgeOptions.js';
import type { ServiceOptions } from './model/serviceOptions.js';

/*
 * The options of a simulation.
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
   * Hedges of each attempt, below the retry and above the guard or the circuit, as in `hedge(policy, { max, budget })`.
   *
   * @defaultValue none
   */
  readonly hedge?: HedgedBy | undefined;
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
