import { show } from '../options.js';
import { preview } from '../policy/preview.js';
import { bytesPerCall } from './model/callsInFlight.js';
import type { SimulationPlan } from './plan.js';

/*
 * The cost of a simulation, estimated before it starts, so that one that is too large is rejected at once.
 */

/** An estimate that assumes that every attempt during an outage fails and every other attempt succeeds. */
interface Estimate {
  readonly events: number;
  readonly bytes: number;
  /** Whether the policy gives up within the longest outage. */
  readonly givesUp: boolean;
}

/** More events take longer than anyone wants to wait. */
const maxEvents = 200_000_000;

const bytesPerSlot = 13 * 8 * 2;
const baseBytes = 10_000_000;

/** The most failures of one call that are considered. */
const maxFailures = 10_000;

/**
 * Checks the estimated cost.
 *
 * @throws RangeError if the simulation needs more memory or more events than allowed
 */
export function checkCost(where: string, plan: SimulationPlan): void {
  const { bytes, events, givesUp } = estimate(plan);
  const remedy = givesUp
    ? 'simulate fewer clients or a shorter time'
    : 'the policy does not give up during the outage: add retries(n) or within(ms, policy), or simulate fewer clients';
  if (bytes > plan.memory)
    throw new RangeError(
      `${where}: memory must be at least ${mebibytes(bytes)} for ${show(plan.clients)} clients, got ${mebibytes(plan.memory)}; ${remedy}`,
    );
  if (events > maxEvents)
    throw new RangeError(
      `${where}: a simulation must have at most ${millions(maxEvents)} events, got about ${millions(events)}; ${remedy}`,
    );
}

function estimate(plan: SimulationPlan): Estimate {
  const { clients, calls, duration, slot, service, processes } = plan;
  const outages = service.outages.map(({ from, to }) => Math.max(0, Math.min(duration, to) - from));
  const longest = Math.max(0, ...outages);
  const { attempts, lifetime, givesUp } = worstCall(plan, longest);
  const callsPerMs = clients / calls.every;
  const bursts = calls.bursts.filter((at) => at < duration).length;
  const allCalls = callsPerMs * duration + clients * bursts;
  const callsInOutage = callsPerMs * outages.reduce((sum, ms) => sum + ms, 0) + (longest > 0 ? clients * bursts : 0);
  const callsInFlight = callsPerMs * (lifetime + service.median) + (bursts > 0 ? clients : 0);
  return {
    events: Math.ceil(2 * allCalls + 2 * callsInOutage * (attempts - 1)),
    bytes: Math.ceil(baseBytes + callsInFlight * bytesPerCall + (duration / slot) * bytesPerSlot + processes * 1000),
    givesUp,
  };
}

/** The attempts and the lifetime of a call that begins with an outage of `ms` milliseconds. */
function worstCall(
  { policy, service }: SimulationPlan,
  ms: number,
): { attempts: number; lifetime: number; givesUp: boolean } {
  const failures = Math.min(maxFailures, Math.ceil(ms / service.median));
  const { delays, reason } = preview(policy, { failures, error: service.errorOf('down') });
  let [attempts, lifetime] = [1, service.median];
  for (const delay of delays) {
    if (lifetime >= ms) break;
    attempts += 1;
    lifetime += delay + service.median;
  }
  return { attempts, lifetime: Math.min(lifetime, ms), givesUp: reason !== undefined };
}

const mebibytes = (bytes: number): string => `${String(Math.ceil(bytes / 2 ** 20))} MiB`;
const millions = (count: number): string => `${String(Math.round(count / 1e6))} million`;
