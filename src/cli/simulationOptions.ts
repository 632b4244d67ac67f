import { formatNumber, formatTime } from '../lab/charts/format.js';
import type { ServiceOptions } from '../lab/model/serviceOptions.js';
import type { SimulateOptions } from '../lab/options.js';
import type { ParsedArguments } from './options.js';
import { parseDuration, parseLatency, parseOutage, parsePositive, parseWhole } from './units.js';
import { UsageError } from './usageError.js';

/*
 * The options of a simulation, from the arguments of the command.
 */

/** The options of a simulation of which the capacity is always known. */
export interface StormOptions extends SimulateOptions {
  readonly service: ServiceOptions & { readonly capacity: number };
}

/** Attempts per second. With less capacity two calls at the same time would overload the service. */
const minCapacity = 20;

/** The options that `storm` and `compare` share. */
function sharedOptions({ values }: ParsedArguments, bursts: readonly number[]): Omit<StormOptions, 'duration'> {
  const clients = parseWhole('--clients', values.clients);
  const every = parseDuration('--every', values.every);
  if (every < 1) throw new UsageError(`--every must be at least 1ms, got ${values.every}`);
  const defaultCapacity = Math.max(minCapacity, (2 * 1000 * clients) / every);
  return {
    clients,
    processes: parseWhole('--processes', values.processes),
    seed: parseWhole('--seed', values.seed),
    calls: { every, bursts },
    service: {
      latency: parseLatency('--latency', values.latency),
      capacity: values.capacity === undefined ? defaultCapacity : parsePositive('--capacity', values.capacity),
      queue: parseDuration('--queue', values.queue),
      timeout: parseDuration('--timeout', values.timeout),
    },
  };
}

/** The options of `storm`. */
export function stormOptions(parsed: ParsedArguments): StormOptions {
  const { values } = parsed;
  const outages = values.outage.map((each) => parseOutage('--outage', each));
  const firstStart = Math.min(...outages.map(({ from }) => from));
  const lastEnd = Math.max(...outages.map(({ to }) => to));
  const options = sharedOptions(parsed, parseBurst(values.burst, [firstStart]));
  const duration = values.duration === undefined ? 2 * lastEnd : parseDuration('--duration', values.duration);
  const tooLate = outages.findIndex(({ from }) => from >= duration);
  if (tooLate >= 0)
    throw new UsageError(
      `--outage must begin before the end (${formatTime(duration)}), got ${String(values.outage[tooLate])}`,
    );
  return { ...options, service: { ...options.service, outages }, duration };
}

/** The options of `compare`, and the lengths of the outages. */
export function compareOptions(parsed: ParsedArguments): {
  readonly options: StormOptions;
  readonly lengths: readonly number[];
} {
  const { values } = parsed;
  const lengths = values.outages.split(',').map((each) => parseDuration('--outages', each));
  const longest = Math.max(...lengths);
  const duration = values.duration === undefined ? 3 * longest : parseDuration('--duration', values.duration);
  if (duration <= longest) {
    throw new UsageError(
      `--duration must be longer than the longest of --outages (${formatTime(longest)}), got ${String(values.duration)}`,
    );
  }
  return { options: { ...sharedOptions(parsed, parseBurst(values.burst, [])), duration }, lengths };
}

/** What is simulated, in one line. */
export const describeSimulation = ({ clients, duration, service, seed }: StormOptions): string =>
  `${formatNumber(clients)} clients, ${formatTime(duration)}, service capacity ${formatNumber(service.capacity)} attempts per second, seed ${String(seed)}`;

function parseBurst(text: string | undefined, defaultBursts: readonly number[]): readonly number[] {
  if (text === undefined) return defaultBursts;
  return text === 'none' ? [] : [parseDuration('--burst', text)];
}
