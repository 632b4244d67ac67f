import { step } from '../../policy/policy.js';
import { ownHint } from '../../policy/hint.js';
import type { SignalBase } from '../../policy/signals.js';
import type { CircuitSettings } from './settings.js';

/*
 * How long a circuit stays open. `resetAfter` is a policy, and each opening in a row is one more failure for it. It is asked
 * when the circuit opens, so it sees the error that opens it. Whatever it answers, the circuit opens.
 */

/** The last answer of the `resetAfter` policy: its wait in milliseconds, and its state. */
export interface OpenTime {
  readonly ms: number;
  readonly memory: unknown;
}

/** The next open time. If the policy failed to give one, it is the last one, and `failure` says why. */
interface NextOpenTime {
  readonly openTime: OpenTime;
  readonly failure?: { readonly error: unknown };
}

/** The open time before `resetAfter` has given one, and the shortest default of `probeTimeout`. */
export const aMinute = 60_000;

export const initialOpenTime = ({ resetAfter }: CircuitSettings): OpenTime => ({
  ms: aMinute,
  memory: resetAfter.initial,
});

/** The next open time: the next wait of the policy, or the last one again if the policy says no or fails. */
export function nextOpenTime(
  settings: CircuitSettings,
  last: OpenTime,
  signal: SignalBase,
  error: unknown,
): NextOpenTime {
  const { maxOpen, resetAfter } = settings;
  const { ticket, now, random } = signal;
  try {
    const failure = { kind: 'failure', ticket, now, random, took: 0, error } as const;
    const { state: memory, wait } = step(resetAfter, last.memory, failure);
    if (wait === Infinity) return { openTime: { ms: last.ms, memory } };
    const ms = wait > maxOpen ? boundedWait(settings, last, signal, wait, error) : wait;
    return { openTime: { ms, memory } };
  } catch (thrown) {
    return { openTime: last, failure: { error: thrown } };
  }
}

/** A wait beyond `maxOpen`. What the policy answers without an error stands, because no server asked for it. */
function boundedWait(
  settings: CircuitSettings,
  last: OpenTime,
  signal: SignalBase,
  wait: number,
  error: unknown,
): number {
  if (error === undefined) return wait;
  const { openTime, failure } = nextOpenTime(settings, last, signal, undefined);
  return Math.min(wait, Math.max(settings.maxOpen, failure === undefined ? openTime.ms : 0));
}

/** The time to stay open: that of the policy, or the `retryAfter` of the error if that is longer, up to `maxOpen`. */
export function openDuration({ maxOpen }: CircuitSettings, { ms }: OpenTime, error: unknown): number {
  const hint = ownHint(error);
  return hint !== undefined && hint < Infinity ? Math.max(ms, Math.min(hint, maxOpen)) : ms;
}
