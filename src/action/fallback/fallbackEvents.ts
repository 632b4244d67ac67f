import type { Reason } from '../../reasons.js';

/** Fields of every event. */
interface EventBase {
  /** The option `name`: which plan it is. */
  readonly name: string;
}

/** A route rejected the call, because its circuit is open or a limit is reached. Its source was not subscribed. */
interface Skipped extends EventBase {
  readonly kind: 'skipped';
  readonly route: string;
  /** The rejection. */
  readonly error: unknown;
  /** The route that is tried next; `undefined` if there is none. */
  readonly next: string | undefined;
}

/** A route failed, after the retries of its own. */
interface Failed extends EventBase {
  readonly kind: 'failed';
  readonly route: string;
  readonly error: unknown;
  /** The route that is tried next; `undefined` if there is none. */
  readonly next: string | undefined;
}

/** A route emitted its first value, or completed without one. */
interface Answered extends EventBase {
  readonly kind: 'answered';
  /** Which route has answered. */
  readonly route: string;
}

/** The call ends with `error`. */
interface GaveUp extends EventBase {
  readonly kind: 'gave-up';
  readonly error: unknown;
  /**
   * `'exhausted'`: no route is left. `'error'`: `switchOn` does not match the error. `'answered'`: the call had emitted a
   * value. `'fatal'`: an abort, a mistake in the program, or an error that `switchOn` threw.
   */
  readonly reason: Reason;
}

/** What happens to a call of a `fallback`. */
export type FallbackEvent = Skipped | Failed | Answered | GaveUp;
