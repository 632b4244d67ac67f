import { exclude, list, milliseconds, record, rejectOption, whole } from '../../options.js';
import { fixed } from '../../policy/delays.js';
import { checkPolicy, type Policy } from '../../policy/policy.js';
import { classifier, type Classified, type Outcome } from '../outcome.js';
import { failures, type Trip } from './trip.js';

/** Options of {@link circuitBreaker}. */
export interface CircuitBreakerOptions {
  /**
   * How many failures within `window` open it: a whole number, at least 1. `threshold` and `window` are short for
   * `trip: failures(threshold, { window })`.
   *
   * @defaultValue 5
   */
  readonly threshold?: number;
  /**
   * Milliseconds, at least 1.
   *
   * @defaultValue 60_000
   */
  readonly window?: number;
  /** The rule that opens it, in place of `threshold` and `window`. With several rules, any of them opens it. */
  readonly trip?: Trip | readonly Trip[];
  /**
   * How long it stays open: milliseconds, at least 1, or a policy whose n-th wait is the time of the n-th opening in a
   * row. The policy receives the error that opens the circuit, or `undefined` if something else opens it. If it says no, or
   * throws, or answers with anything but a wait, its last wait is used again, or a minute if there was none. The
   * `retryAfter` of the error that opens the circuit can lengthen the time, see `maxOpen`.
   *
   * @defaultValue 60_000
   */
  readonly resetAfter?: number | Policy;
  /**
   * The longest open time that an error can ask for: finite milliseconds, at least 1. It bounds the `retryAfter` of the
   * error, and the waits of a `resetAfter` policy that depend on the error ({@link hinted}, {@link onlyIf}). It does not
   * bound a longer number in `resetAfter`, what the policy answers without an error, or the time of a command.
   *
   * @defaultValue 300_000
   */
  readonly maxOpen?: number;
  /** How it is probed after the open time. */
  readonly halfOpen?: {
    /**
     * How many probes are admitted, settled and running ones together: a whole number, at least 1.
     *
     * @defaultValue 1
     */
    readonly probes?: number;
    /**
     * How many probes may fail: a whole number, less than `probes`. The circuit closes or opens as soon as the result is
     * certain.
     *
     * @defaultValue 0
     */
    readonly allowedFailures?: number;
    /**
     * Milliseconds, at least 1, from the newest admission until a probe that still runs counts as good if it has delivered a
     * value, and as failed if not. Make it longer than the slowest acceptable call.
     *
     * @defaultValue the last open time, at least 60_000
     */
    readonly probeTimeout?: number;
  };
  /**
   * What an error says about the dependency. An answer in time, such as a 404, is a `'success'`: it proves that the
   * dependency works. `'ignore'` is for errors that say nothing about it. A probe with an ignored error decides nothing, so
   * a half-open circuit never closes if all its probes end so. An error that it throws ends the stream, and the call counts
   * as a failure.
   *
   * @defaultValue `'ignore'` for our own rejections ({@link RejectedError}), `'failure'` for every other error
   */
  readonly classify?: (error: any) => Outcome;
  /**
   * What a call counts as if its consumer leaves before a value.
   *
   * @defaultValue 'ignore'
   */
  readonly onCancel?: 'failure' | 'ignore';
}

/** The options of a circuit breaker, validated and with their defaults. */
export interface CircuitSettings {
  readonly trips: readonly Trip[];
  readonly resetAfter: Policy;
  readonly maxOpen: number;
  readonly probes: number;
  readonly allowedFailures: number;
  readonly probeTimeout: number | undefined;
  readonly classify: (error: unknown) => Classified;
  readonly onCancel: 'failure' | 'ignore';
}

export function settingsOf(where: string, options: CircuitBreakerOptions): CircuitSettings {
  record(where, options);
  const { resetAfter = 60_000, maxOpen = 300_000, halfOpen = {}, classify, onCancel = 'ignore' } = options;
  milliseconds(where, 'maxOpen', maxOpen, 1);
  record(where, halfOpen, 'halfOpen');
  const { probes = 1, allowedFailures = 0, probeTimeout } = halfOpen;
  whole(where, 'halfOpen.probes', probes, 1);
  whole(where, 'halfOpen.allowedFailures', allowedFailures, 0);
  if (allowedFailures >= probes)
    rejectOption(where, 'halfOpen.allowedFailures', `less than probes (${String(probes)})`, allowedFailures);
  if (probeTimeout !== undefined) milliseconds(where, 'halfOpen.probeTimeout', probeTimeout, 1);
  if (!['ignore', 'failure'].includes(onCancel))
    rejectOption(where, 'onCancel', "'ignore' or 'failure'", onCancel, TypeError);
  return {
    trips: tripsOf(where, options),
    resetAfter: openTimePolicy(where, resetAfter),
    maxOpen,
    probes,
    allowedFailures,
    probeTimeout,
    classify: classifier(where, classify),
    onCancel,
  };
}

function tripsOf(where: string, { threshold, window, trip }: CircuitBreakerOptions): readonly Trip[] {
  if (trip === undefined) return [thresholdTrip(where, threshold, window)];
  exclude(where, 'threshold', 'trip', threshold);
  exclude(where, 'window', 'trip', window);
  const trips: readonly unknown[] = Array.isArray(trip) ? trip : [trip];
  list(where, 'trip', 'a trip rule or an array of them', trips);
  return trips.map((each) =>
    isTrip(each) ? each : rejectOption(where, 'trip', 'a trip rule or an array of them', each, TypeError),
  );
}

function thresholdTrip(where: string, threshold = 5, window = 60_000): Trip {
  whole(where, 'threshold', threshold, 1);
  milliseconds(where, 'window', window, 1);
  return failures(threshold, { window });
}

function openTimePolicy(where: string, resetAfter: number | Policy): Policy {
  if (typeof resetAfter === 'object') {
    checkPolicy(where, 'resetAfter', resetAfter);
    return resetAfter;
  }
  milliseconds(where, 'resetAfter', resetAfter, 1);
  return fixed(resetAfter);
}

const isTrip = (value: unknown): value is Trip =>
  typeof value === 'object' && value !== null && 'isReached' in value && typeof value.isReached === 'function';
