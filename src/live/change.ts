import type { Verdict } from '../policy/policy.js';
import type { Signal } from '../policy/signals.js';

/** A signal that a gate has folded, and what came of it. */
export interface Change<S> {
  readonly before: S;
  readonly signal: Signal;
  readonly verdict: Verdict<S>;
  /** The error that opened a circuit, at that time. */
  readonly cause?: unknown;
  /** What it could not keep, if it was not a signal but other options that changed the state. */
  readonly lost?: readonly string[];
}
