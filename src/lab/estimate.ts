import type { SimulationPlan } from './options.js';
import { preview } from '../policy/preview.js';
import { bytesPerFlight } from './model/callsInFlight.js';
import { show } from '../options.js';

/*
 * What a simulation will need, before it begins: so that one that cannot end well is rejected at once.
 */

/** What is known beforehand, when all attempts fail while an outage is on, and at other times none. */
export interface Estimate {
  /** How many events there will be, about. */
  readonly events: number;
  /** How many bytes it needs, about. */
  readonly bytes: number;
  /** Whether the policy says no within the longest outage. */
  readonly stops: boolean;
}

/** More events than this take longer than anybody waits. */
export const mostEvents = 200_000_000;

const bytesPerSlot = 9 * 8 * 2;
const ground = 10_000_000;

/** The most failures that are looked at. */
const far = 10_000;

export function estimate(plan: SimulationPlan): Estimate {
  const { clients, calls, duration, slot, service, processes } = plan;
  const troubled = service.outages.map(({ from, to }) => Math.max(0, Math.min(duration, to) - from));
  const longest = Math.max(0, ...troubled);
  const { attempts, lifetime, stops } = course(plan, longest);
  const rate = clients / calls.every;
  const herds = calls.bursts.filter((at) => at < duration).length;
  const hit = rate * troubled.reduce((sum, ms) => sum + ms, 0) + (longest > 0 ? clients * herds : 0);
  const events = 2 * (rate * duration + clients * herds) + 2 * hit * (attempts - 1);
  const flying = rate * (lifetime + service.median) + (herds > 0 ? clients : 0);
  const bytes = ground + flying * bytesPerFlight + (duration / slot) * bytesPerSlot + processes * 1000;
  return { events: Math.ceil(events), bytes: Math.ceil(bytes), stops };
}

/** How many attempts a call makes at most while an outage of that length is on, and for how long it lives. */
function course(
  { policy, service }: SimulationPlan,
  ms: number,
): { attempts: number; lifetime: number; stops: boolean } {
  const failures = Math.min(far, Math.ceil(ms / service.median));
  const { delays, reason } = preview(policy, { failures, error: service.errorOf('down') });
  let [attempts, lifetime] = [1, service.median];
  for (const delay of delays) {
    if (lifetime >= ms) break;
    attempts += 1;
    lifetime += delay + service.median;
  }
  return { attempts, lifetime: Math.min(lifetime, ms), stops: reason !== undefined };
}

/** Throws if it needs more than is allowed. */
export function affordable(where: string, plan: SimulationPlan): Estimate {
  const it = estimate(plan);
  const { bytes, events, stops } = it;
  const remedy = stops
    ? 'simulate fewer clients, or a shorter time'
    : 'the policy does not stop while the outage lasts: add retries(n) or within(ms, policy), or simulate fewer clients';
  if (bytes > plan.memory)
    throw new RangeError(
      `${where}: memory must be at least ${mebibytes(bytes)} for ${show(plan.clients)} clients, got ${mebibytes(plan.memory)}; ${remedy}`,
    );
  if (events > mostEvents)
    throw new RangeError(
      `${where}: at most ${millions(mostEvents)} events can be simulated, and this would be about ${millions(events)}; ${remedy}`,
    );
  return it;
}

const mebibytes = (bytes: number): string => `${String(Math.ceil(bytes / 2 ** 20))} MiB`;
const millions = (count: number): string => `${String(Math.round(count / 1e6))} million`;
