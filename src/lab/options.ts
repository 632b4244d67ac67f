import { callable, milliseconds, record, refuse, whole } from '../options.js';
import type { CircuitBreaker } from '../gates/circuit/circuitBreaker.js';
import { never } from '../policy/delays.js';
import { checkPolicy, type Policy } from '../policy/policy.js';
import { isGatePolicy, type GatePolicy } from '../gates/gatePolicy.js';
import { callsSettings, type CallsOptions, type CallsSettings } from './model/arrivals.js';
import { serviceSettings, type ServiceOptions, type ServiceSettings } from './model/serviceOptions.js';

/*
 * What is simulated: the options, checked and complete.
 */

/** An attempt starts: what {@link SimulateOptions}' `observe` is told. */
export interface AttemptStart {
  /** The number of the call, in the order in which calls are made, from 1. */
  readonly call: number;
  /** Its number within the call, from 1. */
  readonly attempt: number;
  /** Milliseconds since the beginning. */
  readonly at: number;
}

/** Options of {@link simulate}. */
export interface SimulateOptions {
  /** How many clients there are: a whole number, at least 1. */
  readonly clients: number;
  /** What each call is retried by, as `retryWithPolicy` does it; no retry unless told. */
  readonly policy?: Policy;
  /** A circuit breaker around each attempt, as `circuitBreak` does it, below the retry: it fails fast. None unless told. */
  readonly circuit?: CircuitBreaker;
  /**
   * A policy in common that is asked about each attempt with the retry, as `gates` of `retryWithPolicy` does it, and
   * answers yes or no: a `retryBudget`, a `retryQuota`, a throttle. None unless told.
   */
  readonly budget?: GatePolicy;
  /**
   * How many processes the clients are spread over: each has a circuit and a budget of its own. A whole number, at least
   * 1, at most as many as clients; 1 unless told.
   */
  readonly processes?: number;
  /** When clients call. */
  readonly calls?: CallsOptions;
  /** What they call. */
  readonly service?: ServiceOptions;
  /** For how many milliseconds, at least 1 and below 2³¹. */
  readonly duration: number;
  /** How many milliseconds a slot of the series is long, so that there are at most 100 000; `duration` / 240 unless told. */
  readonly slot?: number;
  /** What chance begins with, a safe integer; 1 unless told. */
  readonly seed?: number;
  /** How many bytes it may need, at least 1; 1 GiB unless told. What needs more is rejected before it begins. */
  readonly memory?: number;
  /** Is told of each attempt that reaches the service. */
  readonly observe?: (start: AttemptStart) => void;
}

/** The same, complete. */
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

const longest = 2 ** 31 - 1;
const gibibyte = 2 ** 30;

/** Throws unless all options are good. */
export function planFrom(where: string, options: SimulateOptions): SimulationPlan {
  record(where, options);
  const { clients, policy = never, circuit, budget, processes = 1, duration } = options;
  const { seed = 1, memory = gibibyte, observe } = options;
  whole(where, 'clients', clients, 1);
  checkPolicy(where, 'policy', policy);
  if (circuit !== undefined) checkShared(where, 'circuit', 'a circuitBreaker', circuit);
  if (budget !== undefined) checkShared(where, 'budget', 'a policy to be held in common, as a retryBudget', budget);
  whole(where, 'processes', processes, 1);
  if (processes > clients) refuse(where, 'processes', `at most as many as clients (${String(clients)})`, processes);
  milliseconds(where, 'duration', duration, 1);
  if (duration > longest) refuse(where, 'duration', `at most ${String(longest)} ms`, duration);
  const { slot = duration / 240 } = options;
  milliseconds(where, 'slot', slot);
  if (slot < duration / 100_000) refuse(where, 'slot', 'so long that there are at most 100 000', slot);
  if (!Number.isSafeInteger(seed)) refuse(where, 'seed', 'a safe integer', seed);
  whole(where, 'memory', memory, 1);
  if (observe !== undefined) callable(where, 'observe', observe);
  const calls = callsSettings(where, options.calls ?? {});
  const service = serviceSettings(where, options.service ?? {});
  return { clients, policy, circuit, budget, processes, calls, service, duration, slot, seed, memory, observe };
}

function checkShared(where: string, option: string, wanted: string, it: unknown): void {
  checkPolicy(where, option, it);
  if (!isGatePolicy(it)) refuse(where, option, wanted, it, TypeError);
}
