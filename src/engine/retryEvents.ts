import type { Reason } from '../reasons.js';

/** Fields of every event. */
interface EventBase {
  /** The option `name`: which operation it is. */
  readonly name: string;
  /** The number of the attempt. The first is 1. */
  readonly attempt: number;
  /** Milliseconds since the stream was subscribed. */
  readonly elapsed: number;
}

/** An attempt starts. Every attempt after the first is a retry. */
interface AttemptStarted extends EventBase {
  readonly kind: 'attempt';
}

/** The source completed, or the consumer left after a value. `elapsed` is how long the call took, with its waits. */
interface Succeeded extends EventBase {
  readonly kind: 'succeeded';
}

/** An attempt failed. The next one is asked for after `wait` milliseconds, which begin now. */
interface Retrying extends EventBase {
  readonly kind: 'retrying';
  readonly wait: number;
  readonly error: unknown;
}

/** An attempt after the first produced a value or completed. */
interface Recovered extends EventBase {
  readonly kind: 'recovered';
}

/** The stream ends with `error`, the unchanged error of this attempt. */
interface GaveUp extends EventBase {
  readonly kind: 'gave-up';
  readonly error: unknown;
  /**
   * The policy's reason, that of a rejection from below or of a circuit below that is open, or `'fatal'` for an error that is
   * never retried.
   */
  readonly reason: Reason;
}

/** The attempt was not admitted. The stream ends with `error`. */
interface Rejected extends EventBase {
  readonly kind: 'rejected';
  readonly error: unknown;
  readonly reason: Reason;
}

/** What happens to a stream that is retried. */
export type RetryEvent = AttemptStarted | Succeeded | Retrying | Recovered | GaveUp | Rejected;

/** The fields that only events of that kind have. */
export type Details<K extends RetryEvent['kind']> = Omit<
  Extract<RetryEvent, { readonly kind: K }>,
  keyof EventBase | 'kind'
>;
