import type { Cancel, Failure, Success } from '../../../policy/signals.js';
import type { Word } from '../../../policy/word.js';
import type { GatePolicy } from '../../gatePolicy.js';
import type { Parser } from '../../parser.js';
import type { ConcurrencyLimitView } from '../slots.js';

/*
 * Limits that follow a service. A rule is a pure reducer over the calls that have ended: it reads how long they took, and
 * never a clock. Its state is part of the state of the `concurrencyLimit`.
 */

/** How a limit follows what calls take: a pure reducer. Its state `S` is JSON. */
export interface AdaptiveRule<S = unknown> {
  readonly initial: S;
  /** The limit is never higher. */
  readonly max: number;
  /** How many attempts may run at once: a whole number. */
  limitOf(state: S): number;
  /** The state after an attempt has ended, and the error of a predicate that threw. `running` counts that attempt too. */
  onEnd(state: S, end: Success | Failure | Cancel, running: number): Adapted<S>;
  /** The same state on a machine with another clock, where no attempt runs. */
  resume(state: S): S;
  /** Parses a state from elsewhere. */
  readonly parse: Parser<S>;
}

/** A limit that follows what calls take: {@link vegas} or {@link aimd}. */
export interface AdaptiveLimit<S = unknown> extends AdaptiveRule<S> {
  /** The {@link concurrencyLimit} with that limit. */
  toPolicy(maxWaiting: number): GatePolicy<unknown, ConcurrencyLimitView>;
  /** How this library made it, see `Policy`. */
  readonly word?: Word;
}

export const isAdaptiveLimit = (value: unknown): value is AdaptiveLimit =>
  typeof (value as Partial<AdaptiveLimit> | null | undefined)?.toPolicy === 'function';

/** The next state of a rule, and the error of a predicate that threw. */
interface Adapted<S> {
  readonly state: S;
  readonly thrown?: { readonly error: unknown };
}
