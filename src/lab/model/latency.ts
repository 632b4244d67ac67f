import { milliseconds, number, rejectOption } from '../../options.js';
import { needed, readOptions } from '../../readOptions.js';

/*
 * How long a service takes: log-normal, with a tail of slow attempts.
 */

/** A duration in milliseconds, at least 1, or log-normal durations with that median and 99th percentile. */
export type Latency = number | { readonly median: number; readonly p99: number };

/** The attempts that are slow, whatever the load: a pause of the garbage collector, a bad disk. */
export interface Tail {
  /** The share of the attempts, from 0 to 1. */
  readonly share: number;
  /** Their duration, in place of that of the other attempts. */
  readonly latency: Latency;
}

/** A log-normal distribution. */
export interface LatencySettings {
  readonly median: number;
  /** The standard deviation of the logarithm. 0: always the median. */
  readonly sigma: number;
}

/** The tail, checked and complete. */
export interface TailSettings extends LatencySettings {
  readonly share: number;
}

/** The 99th percentile of the standard normal distribution. */
const z99 = 2.3263478740408408;

export function latencySettings(where: string, option: string, latency: Latency): LatencySettings {
  if (typeof latency !== 'number') {
    const { median, p99 } = readOptions(where, latency, latencyRows(latency), [], `${option}.`);
    return { median, sigma: Math.log(p99 / median) / z99 };
  }
  milliseconds(where, option, latency, 1);
  return { median: latency, sigma: 0 };
}

export function tailSettings(where: string, option: string, tail: Tail | undefined): TailSettings | undefined {
  if (tail === undefined) return undefined;
  const { share, latency } = readOptions(where, tail, tailRows, [], `${option}.`);
  return { share, ...latencySettings(where, `${option}.latency`, latency) };
}

const latencyRows = (latency: { readonly median?: number } | null) =>
  ({ median: [milliseconds, needed, 1], p99: [number, needed, latency?.median] }) as const;

const tailRows = { share: [checkShare, needed], latency: [checkLatency, needed] } as const;

/** Throws unless it is a number from 0 to 1. */
export function checkShare(where: string, option: string, value: unknown): void {
  number(where, option, value, 0);
  if ((value as number) > 1) rejectOption(where, option, 'at most 1', value);
}

function checkLatency(where: string, option: string, value: unknown): void {
  latencySettings(where, option, value as Latency);
}
