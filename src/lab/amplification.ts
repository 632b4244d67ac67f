import { list, milliseconds, record, refuse } from '../options.js';
import type { SimulateOptions } from './options.js';
import { simulate, type SimulationResult } from './simulate.js';

/** What an outage of one length came to. */
export interface AmplificationPoint {
  /** How long the service was down, milliseconds. */
  readonly outage: number;
  /** Attempts that the service saw meanwhile, for each call that was made meanwhile. */
  readonly amplification: number;
  /** The share of all calls that ended without success. */
  readonly lost: number;
}

/**
 * Plays the same traffic with outages of several lengths: how much more a service sees when it is down, and how that grows.
 * Each outage begins in the middle of `duration` less the longest one, whatever outages the service has otherwise.
 *
 * @param options as of {@link simulate}
 * @param lengths in milliseconds, each at least 1 and shorter than `duration`
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const policy = exponentialBackoff({ base: 500, maxAttempts: 4 });
 * const growth = amplification({ clients: 500, policy, duration: 120_000 }, [2000, 30_000]);
 * growth.map(({ outage }) => outage) // => [2000, 30000]
 */
export function amplification(options: SimulateOptions, lengths: readonly number[]): AmplificationPoint[] {
  return outages('amplification', options, lengths).map(({ outage, played }) => amplified(outage, simulate(played)));
}

/** The same options with an outage of each length. */
export function outages(
  where: string,
  options: SimulateOptions,
  lengths: readonly number[],
): { readonly outage: number; readonly played: SimulateOptions }[] {
  record(where, options);
  milliseconds(where, 'duration', options.duration, 1);
  list(where, 'lengths', 'an array of milliseconds, with something in it', lengths);
  lengths.forEach((length, index) => {
    milliseconds(where, `lengths[${String(index)}]`, length, 1);
    if (length >= options.duration) {
      refuse(where, `lengths[${String(index)}]`, `shorter than duration (${String(options.duration)})`, length);
    }
  });
  const from = (options.duration - Math.max(...lengths)) / 2;
  return lengths.map((outage) => {
    const script = [{ kind: 'down', from, to: from + outage }] as const;
    return { outage, played: { ...options, service: { ...options.service, outages: script } } };
  });
}

/** What a simulation with such an outage came to. */
export function amplified(outage: number, { totals }: SimulationResult): AmplificationPoint {
  const { attemptsInOutage, calls, callsInOutage, lost } = totals;
  return { outage, amplification: attemptsInOutage / Math.max(1, callsInOutage), lost: lost / Math.max(1, calls) };
}
