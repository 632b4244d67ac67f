import type { Policy } from '../../policy/policy.js';
import type { Outcome } from '../outcome.js';
import type { Trip } from './trip.js';

/** Options of {@link circuitBreaker}. */
export interface CircuitBreakerOptions {
  /**
   * How many failures within `window` open it: a whole number, at least 1. `threshold` and `window` are short for
   * `trip: failures(threshold, { window })`.
   *
   * @defaultValue 5
   */
  readonly threshold?: number | undefined;
  /**
   * Milliseconds, not seconds, at least 1.
   *
   * @defaultValue 60_000
   */
  readonly window?: number | undefined;
  /** The rule that opens it, in place of `threshold` and `window`. With several rules, any of them opens it. */
  readonly trip?: Trip | readonly Trip[] | undefined;
  /**
   * How long it stays open: milliseconds, not seconds, at least 1, or a policy whose n-th wait is the time of the n-th
   * opening in a row. The policy receives the error that opens the circuit, or `undefined` if something else opens it. If it
   * says no, or throws, or answers with anything but a wait, its last wait is used again, or a minute if there was none. The
   * `retryAfter` of the error that opens the circuit can lengthen the time, see `maxOpen`.
   *
   * @defaultValue 60_000
   */
  readonly resetAfter?: number | Policy | undefined;
  /**
   * The longest open time that an error can ask for: finite milliseconds, at least 1. It bounds the `retryAfter` of the
   * error, and the waits of a `resetAfter` policy that depend on the error ({@link hinted}, {@link onlyIf}). It does not
   * bound a longer number in `resetAfter`, what the policy answers without an error, or the time of a command.
   *
   * @defaultValue 300_000
   */
  readonly maxOpen?: number | undefined;
  /** How it is probed after the open time. */
  readonly halfOpen?: {
    /**
     * How many probes are admitted, settled and running ones together: a whole number, at least 1.
     *
     * @defaultValue 1
     */
    readonly probes?: number | undefined;
    /**
     * How many probes may fail: a whole number, less than `probes`. The circuit closes or opens as soon as the result is
     * certain.
     *
     * @defaultValue 0
     */
    readonly allowedFailures?: number | undefined;
    /**
     * Milliseconds, at least 1, from the newest admission until a probe that still runs counts as good if it has delivered a
     * value, and as failed if not. Make it longer than the slowest acceptable call.
     *
     * @defaultValue the last open time, at least 60_000
     */
    readonly probeTimeout?: number | undefined;
  };
  /**
   * What an error says about the dependency. An answer in time, such as a 404, is a `'success'`: it proves that the
   * dependency works. `'ignore'` is for errors that say nothing about it. A probe with an ignored error decides nothing, so
   * a half-open circuit never closes if all its probes end so. An error that it throws ends the stream, and the call counts
   * as a failure.
   *
   * @defaultValue `'ignore'` for our own rejections ({@link RejectedError}), `'failure'` for every other error
   */
  readonly classify?: ((error: any) => Outcome) | undefined;
  /**
   * What a call counts as if its consumer leaves before a value.
   *
   * @defaultValue 'ignore'
   */
  readonly onCancel?: 'failure' | 'ignore' | undefined;
}
