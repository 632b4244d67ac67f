import { callable, milliseconds, number, record, refuse } from '../../options.js';
import { checkedOutages, type Outage } from './outage.js';

/*
 * The other side: how long it takes, how much it can do, and what goes wrong with it.
 */

/** Options of a service. */
export interface ServiceOptions {
  /**
   * How long it takes, in milliseconds, at least 1: always the same, or log-normal with that median and 99th percentile;
   * a median of 50 and a p99 of 250 unless told.
   */
  readonly latency?: number | { readonly median: number; readonly p99: number };
  /** How many attempts it can answer in a second, above 0, or Infinity, which it is unless told. */
  readonly capacity?: number;
  /** How long the line may be, in milliseconds of waiting, at least 0; who comes then fails at once; 2000 unless told. */
  readonly queue?: number;
  /** How long a client waits for an answer, milliseconds, at least 1; 1000 unless told. */
  readonly timeout?: number;
  /** What goes wrong, and when; nothing unless told. */
  readonly outages?: readonly Outage[];
  /**
   * The error of each kind of failure, asked for once each, for policies that look at errors; anything but `undefined`; a
   * {@link ServiceError} unless told.
   */
  readonly errorOf?: (failed: Failed, retryAfter?: number) => unknown;
}

/** In which way an attempt failed: `limited` carries a `retryAfter`, `overloaded` is a line that is too long. */
export type Failed = 'down' | 'brown-out' | 'limited' | 'overloaded' | 'timeout';

export const failures = ['down', 'brown-out', 'overloaded', 'timeout'] as const;

export type Errors = Readonly<Record<(typeof failures)[number], unknown>>;

/**
 * What an attempt fails with in a simulation: its `status` is 503, 429 (limited) or 504 (timeout), so that `isTransient`
 * of `rxjs-reprise/http` knows it.
 *
 * @example
 * const error = new ServiceError('limited', 2000);
 * error.status // => 429
 * error.message // => 'the service: limited'
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  /** As HTTP would say it. */
  readonly status: number;
  /** How long it asks to stay away, in milliseconds; only where it does. */
  readonly retryAfter?: number;

  constructor(
    /** In which way it failed. */
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
  /** Of the logarithm; 0 = always the same. */
  readonly sigma: number;
  /** Milliseconds that an attempt occupies it. */
  readonly each: number;
  readonly capacity: number;
  readonly queue: number;
  readonly timeout: number;
  readonly outages: readonly Outage[];
  readonly errorOf: (failed: Failed, retryAfter?: number) => unknown;
}

/** How many standard deviations above the mean the 99th percentile lies. */
const z99 = 2.3263478740408408;

export function serviceSettings(where: string, options: ServiceOptions): ServiceSettings {
  record(where, options, 'service');
  const { latency = { median: 50, p99: 250 }, capacity = Infinity, queue = 2000, timeout = 1000 } = options;
  const { outages = [], errorOf } = options;
  const { median, p99 } = spread(where, latency);
  if (!(typeof capacity === 'number' && capacity > 0))
    refuse(where, 'service.capacity', 'a number of attempts a second, above 0, or Infinity', capacity);
  milliseconds(where, 'service.queue', queue);
  milliseconds(where, 'service.timeout', timeout, 1);
  if (errorOf !== undefined) callable(where, 'service.errorOf', errorOf);
  return {
    median,
    sigma: Math.log(p99 / median) / z99,
    each: 1000 / capacity,
    capacity,
    queue,
    timeout,
    outages: checkedOutages(where, 'service.outages', outages),
    errorOf: errorOf ?? ((failed, retryAfter) => new ServiceError(failed, retryAfter)),
  };
}

function spread(where: string, latency: unknown): { readonly median: number; readonly p99: number } {
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
