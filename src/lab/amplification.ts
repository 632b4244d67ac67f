import { list, milliseconds, record, rejectOption } from '../options.js';
import type { SimulateOptions } from './options.js';
import type { SimulationResult } from './results/result.js';
import { simulate } from './simulate.js';

/** The effect of an outage of one length. */
export interface AmplificationPoint {
  /** How long the service was down, in milliseconds. */
  readonly outage: number;
  /** Attempts that reached the service during the outage, per call made during the outage. */
  readonly amplification: number;
  /** The share of all calls that ended without success. */
  readonly lost: number;
}

/**
 * Simulates the same traffic with outages of several lengths. Shows how much more load retries cause while the service is
 * down, and how that grows. All outages begin at the same time, `(duration - longest) / 2`. They replace `service.outages`.
 *
 * @param options as in {@link simulate}
 * @param lengths in milliseconds, each at least 1 and shorter than `duration`
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const policy = exponentialBackoff({ base: 500, maxAttempts: 4 });
 * const points = amplification({ clients: 500, policy, duration: 120_000 }, [2000, 30_000]);
 * points.map(({ outage }) => outage) // => [2000, 30000]
 */
export function amplification(options: SimulateOptions, lengths: readonly number[]): AmplificationPoint[] {
  return withOutages('amplification', options, lengths).map((each) => pointOf(each.outage, simulate(each.options)));
}

/** The options with an outage of each length. */
export function withOutages(
  where: string,
  options: SimulateOptions,
  lengths: readonly number[],
): { readonly outage: number; readonly options: SimulateOptions }[] {
  record(where, 'options', options);
  milliseconds(where, 'duration', options.duration, 1);
  list(where, 'lengths', 'an array of at least one number of milliseconds', lengths);
  lengths.forEach((length, index) => {
    milliseconds(where, `lengths[${String(index)}]`, length, 1);
    if (length >= options.duration) {
      rejectOption(where, `lengths[${String(index)}]`, `shorter than duration (${String(options.duration)})`, length);
    }
  });
  const from = (options.duration - Math.max(...lengths)) / 2;
  return lengths.map((outage) => {
    const outages = [{ kind: 'down', from, to: from + outage }] as const;
    return { outage, options: { ...options, service: { ...options.service, outages } } };
  });
}

/** The point of a simulation with an outage of that length. */
export function pointOf(outage: number, { totals }: SimulationResult): AmplificationPoint {
  const { attemptsInOutage, calls, callsInOutage, lost } = totals;
  return { outage, amplification: attemptsInOutage / Math.max(1, callsInOutage), lost: lost / Math.max(1, calls) };
}
