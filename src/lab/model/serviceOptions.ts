import { callable, milliseconds, number, record, rejectOption } from '../../options.js';
import { sortOutages, type Outage } from './outage.js';

/*
 * Options of the service: how long it takes, how much it can do, and what goes wrong with it.
 */

/** Options of a service. */
export interface ServiceOptions {
  /**
   * The duration of an attempt, in milliseconds, at least 1. A number is the same for all attempts. Otherwise durations
   * are log-normal with this median and 99th percentile.
   *
   * @defaultValue { median: 50, p99: 250 }
   */
  readonly latency?: number | { readonly median: number; readonly p99: number };
  /**
   * How many attempts it can answer per second: above 0, or Infinity.
   *
   * @defaultValue Infinity
   */
  readonly capacity?: number;
  /**
   * How long the queue may be, in milliseconds of waiting, at least 0. An attempt that finds a longer queue fails at once.
   *
   * @defaultValue 2000
   */
  readonly queue?: number;
  /**
   * How long a client waits for an answer, in milliseconds, at least 1.
   *
   * @defaultValue 1000
   */
  readonly timeout?: number;
  /**
   * What goes wrong, and when. Outages must not overlap.
   *
   * @defaultValue []
   */
  readonly outages?: readonly Outage[];
  /**
   * Makes the error of each kind of failure, for policies that look at errors. It is called once for each kind, and once
   * for each `limited` outage. The error may be any value but `undefined`.
   *
   * @defaultValue makes a {@link ServiceError}
   */
  readonly errorOf?: (failed: Failed, retryAfter?: number) => unknown;
}

/**
 * Why an attempt failed. `limited`: the limit of a {@link Limited} outage was reached; the error carries `retryAfter`.
 * `overloaded`: the queue was too long. `timeout`: the client waited too long.
 */
export type Failed = 'down' | 'brown-out' | 'limited' | 'overloaded' | 'timeout';

/** The kinds of failure whose error is always the same. */
export const failuresWithoutHint = ['down', 'brown-out', 'overloaded', 'timeout'] as const;

export type FailureErrors = Readonly<Record<(typeof failuresWithoutHint)[number], unknown>>;

/**
 * The error of a failed attempt in a simulation. Its `status` is 503, 429 (limited) or 504 (timeout), so `isTransient` of
 * `rxjs-reprise/http` retries it.
 *
 * @example
 * const error = new ServiceError('limited', 2000);
 * error.status // => 429
 * error.message // => 'the service: limited'
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  /** The HTTP status of such a failure. */
  readonly status: number;
  /** After how many milliseconds the service asks for the next attempt; only where it does. */
  readonly retryAfter?: number;

  constructor(
    /** Why the attempt failed. */
    readonly kind: Failed,
    retryAfter?: number,
  ) {
    super(`the service: ${kind}`);
    this.status = kind === 'limited' ? 429 : kind === 'timeout' ? 504 : 503;
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
  }
}

/** The options, checked and complete. */
export interface ServiceSettings {
  readonly median: number;
  /** The standard deviation of the logarithm of the latency. 0: the latency is always the median. */
  readonly sigma: number;
  /** How long the service works on one attempt, in milliseconds. */
  readonly serviceTime: number;
  readonly capacity: number;
  readonly queue: number;
  readonly timeout: number;
  readonly outages: readonly Outage[];
  readonly errorOf: (failed: Failed, retryAfter?: number) => unknown;
}

/** The 99th percentile of the standard normal distribution. */
const z99 = 2.3263478740408408;

export function serviceSettings(where: string, options: ServiceOptions): ServiceSettings {
  record(where, options, 'service');
  const { latency = { median: 50, p99: 250 }, capacity = Infinity, queue = 2000, timeout = 1000 } = options;
  const { outages = [], errorOf } = options;
  const { median, p99 } = latencySettings(where, latency);
  if (!(typeof capacity === 'number' && capacity > 0))
    rejectOption(where, 'service.capacity', 'a number of attempts per second, above 0, or Infinity', capacity);
  milliseconds(where, 'service.queue', queue);
  milliseconds(where, 'service.timeout', timeout, 1);
  if (errorOf !== undefined) callable(where, 'service.errorOf', errorOf);
  return {
    median,
    sigma: Math.log(p99 / median) / z99,
    serviceTime: 1000 / capacity,
    capacity,
    queue,
    timeout,
    outages: sortOutages(where, 'service.outages', outages),
    errorOf: errorOf ?? ((failed, retryAfter) => new ServiceError(failed, retryAfter)),
  };
}

function latencySettings(where: string, latency: unknown): { readonly median: number; readonly p99: number } {
  if (typeof latency === 'number') {
    milliseconds(where, 'service.latency', latency, 1);
    return { median: latency, p99: latency };
  }
  record(where, latency, 'service.latency');
  const { median, p99 } = latency as { readonly median: number; readonly p99: number };
  milliseconds(where, 'service.latency.median', median, 1);
  number(where, 'service.latency.p99', p99, median);
  return { median, p99 };
}
