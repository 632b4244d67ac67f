import type { SchedulerLike } from 'rxjs';

/** The fault of one attempt: latency, an error, or both. `{}`: none. */
export interface Fault {
  /**
   * Milliseconds by which the attempt starts or fails later: finite, at least 0.
   *
   * @defaultValue 0
   */
  readonly latency?: number | undefined;
  /**
   * The error of the attempt. The source is then not subscribed.
   *
   * @defaultValue no error
   */
  readonly error?: unknown;
}

/** Options of {@link faults}. */
export interface FaultOptions {
  /**
   * Whether faults are injected, or a function that is called for each attempt.
   *
   * @defaultValue false
   */
  readonly enabled?: (boolean | (() => boolean)) | undefined;
  /**
   * The share of attempts that fail, in [0, 1].
   *
   * @defaultValue 0
   */
  readonly rate?: number | undefined;
  /**
   * Returns the error of an attempt, given the attempt's number.
   *
   * @defaultValue an Error with the attempt's number
   */
  readonly error?: ((attempt: number) => unknown) | undefined;
  /**
   * Milliseconds by which an attempt starts or fails later, or a function that returns them.
   *
   * @defaultValue 0
   */
  readonly latency?: (number | (() => number)) | undefined;
  /**
   * The share of attempts with latency, in [0, 1].
   *
   * @defaultValue 1
   */
  readonly latencyRate?: number | undefined;
  /** The faults of the attempts, in order, in place of random ones. After the last one there are no faults. */
  readonly script?: readonly Fault[] | undefined;
  /** A safe integer that makes the faults the same on every run. Cannot be combined with `random`. */
  readonly seed?: number | undefined;
  /**
   * Returns random numbers in [0, 1).
   *
   * @defaultValue Math.random
   */
  readonly random?: (() => number) | undefined;
  /**
   * The timer of latencies.
   *
   * @defaultValue `asyncScheduler` of RxJS
   */
  readonly scheduler?: SchedulerLike | undefined;
}
