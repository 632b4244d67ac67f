import { throwError } from 'rxjs';
import type { Reason } from '../errors.js';

/** What every event says. */
interface Moment {
  /** The number of the attempt, the first being 1. */
  readonly attempt: number;
  /** Milliseconds since the stream was subscribed. */
  readonly elapsed: number;
}

/** An attempt failed and will be tried again after `wait` milliseconds, which begin now. */
interface Retry extends Moment {
  readonly kind: 'retry';
  readonly wait: number;
  readonly error: unknown;
}

/** An attempt after the first produced a value or completed. */
interface Recovered extends Moment {
  readonly kind: 'recovered';
}

/** The stream ends with `error`, the one of this attempt, unchanged. */
interface GaveUp extends Moment {
  readonly kind: 'gave-up';
  readonly error: unknown;
  /** The policy's reason, or `'fatal'` for an error that is never retried. */
  readonly reason: Reason;
}

/** The attempt was not admitted; `error` is what the stream ends with. */
interface Rejected extends Moment {
  readonly kind: 'rejected';
  readonly error: unknown;
  readonly reason: Reason;
}

/** What an observer is told. */
export type RetryEvent = Retry | Recovered | GaveUp | Rejected;

/** An event before the clock is read: that is done only where somebody looks. */
export type Untimed<E> = E extends unknown ? Omit<E, 'elapsed'> : never;

/** Calls an observer. It may look but not touch: what it throws goes to RxJS's `config.onUnhandledError`. */
export function notifyObserver<E>(observe: (event: E) => void, event: E): void {
  try {
    observe(event);
  } catch (error) {
    reportUnhandled(error);
  }
}

/** Hands an error that has no stream to go to, to RxJS's `config.onUnhandledError`. */
export function reportUnhandled(error: unknown): void {
  throwError(() => error).subscribe();
}
