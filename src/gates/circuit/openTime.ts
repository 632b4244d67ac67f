import { step } from '../../policy/policy.js';
import { ownHint } from '../../policy/shape.js';
import type { SignalBase } from '../../policy/signals.js';
import type { CircuitSettings } from './settings.js';

/*
 * How long a circuit stays open. `resetAfter` is a policy, and each opening in a row is one more failure for it.
 */

/** The last answer of the `resetAfter` policy: its wait in milliseconds, and its state. */
export interface OpenTime {
  readonly ms: number;
  readonly memory: unknown;
}

/** The open time if `resetAfter` says no at once, and the shortest default of `probeTimeout`. */
export const aMinute = 60_000;

export const initialOpenTime = ({ resetAfter }: CircuitSettings): OpenTime => ({
  ms: aMinute,
  memory: resetAfter.initial,
});

/** The next open time: the next wait of the policy, or the last one again if the policy says no. */
export function nextOpenTime(
  { resetAfter }: CircuitSettings,
  { ms, memory }: OpenTime,
  { ticket, now, random }: SignalBase,
  error: unknown,
): OpenTime {
  const { state, wait } = step(resetAfter, memory, { kind: 'failure', ticket, now, random, took: 0, error });
  return { ms: wait < Infinity ? wait : ms, memory: state };
}

/** The time to stay open: that of the policy, or the `retryAfter` of the error if that is longer. */
export function openDuration({ ms }: OpenTime, error: unknown): number {
  const hint = ownHint(error);
  return hint !== undefined && hint < Infinity ? Math.max(ms, hint) : ms;
}
