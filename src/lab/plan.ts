import { callable, milliseconds, rejectOption, whole } from '../options.js';
import { anything, needed, readOptions } from '../readOptions.js';
import type { CircuitBreaker } from '../gates/circuit/circuitBreaker.js';
import type { GatePolicy } from '../gates/gatePolicy.js';
import { never } from '../policy/delays.js';
import { checkPolicy, type Policy } from '../policy/policy.js';
import { callsSettings, type CallsSettings } from './model/arrivals.js';
import {
  checkDistinct,
  checkGatePolicies,
  checkGatePolicy,
  guardSettings,
  type GuardSettings,
} from './model/gateOptions.js';
import { hedgeSettings, type HedgeSettings } from './model/hedgeOptions.js';
import { serviceSettings, type ServiceSettings } from './model/serviceOptions.js';
import type { AttemptStart, SimulateOptions } from './options.js';

/*
 * The options of a simulation, checked and completed.
 */

/** The options, checked and complete. */
export interface SimulationPlan {
  readonly clients: number;
  readonly policy: Policy;
  readonly circuit: CircuitBreaker | undefined;
  readonly budget: GatePolicy | undefined;
  readonly gates: readonly GatePolicy[];
  readonly guard: GuardSettings | undefined;
  readonly hedge: HedgeSettings | undefined;
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
  const hedge = hedgeSettings(where, settings.hedge);
  checkDistinct(where, { ...settings, guard, hedge });
  return { ...settings, slot, calls, service, guard, hedge };
}

const rows = {
  clients: [whole, needed, 1],
  policy: [checkPolicy, never],
  circuit: [checkGatePolicy, undefined, 'a policy from circuitBreaker()'],
  budget: [checkGatePolicy, undefined, 'a gate policy such as retryBudget()'],
  gates: [checkGatePolicies, []],
  guard: [anything, undefined],
  hedge: [anything, undefined],
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
