import { callable, milliseconds, rejectOption } from '../../options.js';
import { anything, readOptions } from '../../readOptions.js';
import {
  latencySettings,
  tailSettings,
  type Latency,
  type LatencySettings,
  type Tail,
  type TailSettings,
} from './latency.js';
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
  readonly latency?: Latency | undefined;
  /**
   * A share of the attempts that take another time, such as `{ share: 0.01, latency: 1000 }`. Each attempt draws for itself.
   *
   * @defaultValue none
   */
  readonly tail?: Tail | undefined;
  /**
   * How many attempts it can answer per second: above 0, or Infinity.
   *
   * @defaultValue Infinity
   */
  readonly capacity?: number | undefined;
  /**
   * How long the queue may be, in milliseconds of waiting, at least 0. An attempt that finds a longer queue fails at once.
   *
   * @defaultValue 2000
   */
  readonly queue?: number | undefined;
  /**
   * How long a client waits for an answer, in milliseconds, not seconds, at least 1.
   *
   * @defaultValue 1000
   */
  readonly timeout?: number | undefined;
  /**
   * What goes wrong, and when. Outages must not overlap.
   *
   * @defaultValue []
   */
  readonly outages?: readonly Outage[] | undefined;
  /**
   * Makes the error of each kind of failure, for policies that look at errors. It is called once for each kind, and once
   * for each `limited` outage. The error may be any value but `undefined`.
   *
   * @defaultValue makes a {@link ServiceError}
   */
  readonly errorOf?: ((failed: Failed, retryAfter?: number) => unknown) | undefined;
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
export interface ServiceSettings extends LatencySettings {
  readonly tail: TailSettings | undefined;
  /** How long the service works on one attempt, in milliseconds. */
  readonly serviceTime: number;
  readonly capacity: number;
  readonly queue: number;
  readonly timeout: number;
  readonly outages: readonly Outage[];
  readonly errorOf: (failed: Failed, retryAfter?: number) => unknown;
}

export function serviceSettings(where: string, options: ServiceOptions): ServiceSettings {
  const settings = readOptions(where, options, rows, [], 'service.');
  const { capacity, queue, timeout, outages } = settings;
  const { errorOf = serviceError } = settings;
  return {
    ...latencySettings(where, 'service.latency', settings.latency),
    tail: tailSettings(where, 'service.tail', settings.tail),
    serviceTime: 1000 / capacity,
    capacity,
    queue,
    timeout,
    outages: sortOutages(where, 'service.outages', outages),
    errorOf,
  };
}

const serviceError = (failed: Failed, retryAfter?: number): ServiceError => new ServiceError(failed, retryAfter);

const rows = {
  latency: [anything, { median: 50, p99: 250 }],
  tail: [anything, undefined],
  capacity: [checkCapacity, Infinity],
  queue: [milliseconds, 2000],
  timeout: [milliseconds, 1000, 1],
  outages: [anything, []],
  errorOf: [callable, undefined],
} as const;

function checkCapacity(where: string, option: string, value: unknown): void {
  if (!(typeof value === 'number' && value > 0))
    rejectOption(where, option, 'a number of attempts per second, above 0, or Infinity', value);
}
