import { list, milliseconds, record, refuse, whole } from '../../options.js';
import { fixed } from '../../policy/delays.js';
import { classifier, type Outcome } from '../outcome.js';
import { checkPolicy, type Policy } from '../../policy/policy.js';
import type { GatePolicy } from '../gatePolicy.js';
import { onAsk, onEnd } from './transitions.js';
import { onCommand } from './commands.js';
import { expireProbes, wakes, freshPhase, type CircuitState, type CircuitSettings } from './phases.js';
import { format, stateOf } from './snapshot.js';
import { failures, type Trip } from './trip.js';
import { view, type CircuitView } from './view.js';

/** Options of {@link circuitBreaker}. */
export interface CircuitBreakerOptions {
  /** Failures within `window` that open it: a whole number, at least 1; 5 unless told. */
  readonly threshold?: number;
  /** Milliseconds, at least 1; 60 000 unless told. `threshold` and `window` are short for `trip: failures(threshold, { within: window })`. */
  readonly window?: number;
  /** The rule that opens it, or several of which any does, in place of `threshold` and `window`. */
  readonly trip?: Trip | readonly Trip[];
  /**
   * How long it stays open: milliseconds, at least 1, or a policy, whose n-th wait is the time of the n-th opening in a
   * row; 60 000 unless told. Where the policy says no, its last wait stands, or a minute if there was none. The
   * `retryAfter` of the error that opens it may lengthen it.
   */
  readonly resetAfter?: number | Policy;
  /** How it is probed when that time is over. */
  readonly halfOpen?: {
    /** How many probes are admitted, settled and in flight together: a whole number, at least 1; 1 unless told. */
    readonly probes?: number;
    /** How many of them may be bad, less than `calls`; 0 unless told. It is decided as soon as the result is certain. */
    readonly allowedFailures?: number;
    /**
     * Milliseconds, at least 1, after which a probe that has not answered counts as failed, from the newest admission:
     * longer than the slowest acceptable call. The last open time, at least 60 000, unless told.
     */
    readonly probeTimeout?: number;
  };
  /**
   * What an error says of the dependency. Unless told, every error is a `'failure'` but our own rejections
   * ({@link RejectedError}), which are ignored. What it throws ends the stream, and counts as a failure.
   */
  readonly classify?: (error: any) => Outcome;
  /** What a call says that its consumer left before a value: `'ignore'` unless told. */
  readonly onCancel?: 'failure' | 'ignore';
}

/** The policy of a circuit breaker. */
export type CircuitBreaker = GatePolicy<CircuitState, CircuitView>;

/**
 * A circuit breaker as a pure policy: closed, it counts how calls end; open, it rejects them for a time; half-open, it
 * admits a few probes that decide. It has no timer: open turns half-open when somebody asks.
 *
 * It is live in a `circuit`, the cell that many streams share. Folded by hand, or in a `preview`, it is a value.
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const policy = circuitBreaker({ threshold: 3, window: 10_000, resetAfter: 30_000 });
 * preview(policy, { failures: 4 }).delays // => [0, 0, 30000, 30000]
 */
export function circuitBreaker(options: CircuitBreakerOptions = {}): CircuitBreaker {
  return breaker('circuitBreaker', options);
}

/** {@link circuitBreaker} under the name by which the user called it. */
export function breaker(where: string, options: CircuitBreakerOptions): CircuitBreaker {
  const settings = settingsOf(where, options);
  return {
    initial: freshPhase('closed', settings, Number.MIN_SAFE_INTEGER, 0),
    handles: ['ask', 'success', 'failure', 'cancel', 'control'],
    reduce(before, signal) {
      const now = Math.max(signal.now, before.seen);
      const state = expireProbes(before, now);
      switch (signal.kind) {
        case 'ask':
          return onAsk(settings, state, signal, now);
        case 'control':
          return onCommand(settings, signal.command.name === 'resume' ? before : state, signal, now);
        case 'value':
        case 'abandon':
          return { state: before, wait: 0 };
        default:
          return onEnd(settings, state, signal, now);
      }
    },
    format,
    view: (state, now) => view(settings, state, now),
    parse: (where, snapshot) => stateOf(where, settings, snapshot),
    wakes,
  };
}

function settingsOf(where: string, options: CircuitBreakerOptions): CircuitSettings {
  record(where, options);
  const { resetAfter = 60_000, halfOpen = {}, classify, onCancel = 'ignore' } = options;
  record(where, halfOpen, 'halfOpen');
  const { probes: calls = 1, allowedFailures: allowed = 0, probeTimeout } = halfOpen;
  whole(where, 'halfOpen.probes', calls, 1);
  whole(where, 'halfOpen.allowedFailures', allowed, 0);
  if (allowed >= calls) refuse(where, 'halfOpen.allowedFailures', `less than probes (${String(calls)})`, allowed);
  if (probeTimeout !== undefined) milliseconds(where, 'halfOpen.probeTimeout', probeTimeout, 1);
  const judge = classifier(where, classify);
  if (!['ignore', 'failure'].includes(onCancel))
    refuse(where, 'onCancel', "'ignore' or 'failure'", onCancel, TypeError);
  return {
    trips: tripsOf(where, options),
    resetAfter: openTimePolicy(where, resetAfter),
    probes: calls,
    allowedFailures: allowed,
    probeTimeout,
    classify: judge,
    onCancel,
  };
}

function tripsOf(where: string, { threshold, window, trip }: CircuitBreakerOptions): readonly Trip[] {
  if (trip === undefined) return [thresholdTrip(where, threshold, window)];
  if (threshold !== undefined) refuse(where, 'threshold', 'left out where there is a trip', threshold);
  if (window !== undefined) refuse(where, 'window', 'left out where there is a trip', window);
  const trips: readonly unknown[] = Array.isArray(trip) ? trip : [trip];
  list(where, 'trip', 'a trip rule or an array of them', trips);
  return trips.map((each) =>
    isTrip(each) ? each : refuse(where, 'trip', 'a trip rule or an array of them', each, TypeError),
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

const isTrip = (it: unknown): it is Trip =>
  typeof it === 'object' && it !== null && 'isReached' in it && typeof it.isReached === 'function';
