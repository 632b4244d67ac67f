import type { Reason } from '../reasons.js';
import { shownWait } from './gate.js';
import type { Change } from './change.js';

/** Fields of every event. */
interface EventBase {
  /** The name of the gate. */
  readonly gate: string;
  /** The time by the gate's clock, in milliseconds. */
  readonly at: number;
}

/** An attempt was admitted by the gate, and by all that were asked with it. */
interface Admitted extends EventBase {
  readonly kind: 'admitted';
  /** The number of the attempt within its stream. */
  readonly attempt: number;
}

/**
 * The gate did not admit an attempt: for now or, if `retryAfter` is Infinity, for good. A gate with a queue emits none for an
 * attempt that another gate makes wait longer.
 */
interface Rejected extends EventBase {
  readonly kind: 'rejected';
  readonly attempt: number;
  readonly reason: Reason;
  /** Milliseconds until it may be asked again; 0 where that depends on other calls. */
  readonly retryAfter: number;
}

/** The gate continued from a snapshot. */
interface Restored extends EventBase {
  readonly kind: 'restored';
}

/** The gate has other options from now on. */
interface Reconfigured extends EventBase {
  readonly kind: 'reconfigured';
  /** What could not be kept and began anew: `'state'` is all of it, `'0.state'` that of the first part of a `both`. */
  readonly lost: readonly string[];
}

/** What happens at a gate. */
export type GateEvent = Admitted | Rejected | Restored | Reconfigured;

/** The events of one change. */
export function eventsOf({ signal, verdict, lost }: Change<unknown>, gate: string): GateEvent[] {
  const base = { gate, at: signal.now };
  if (lost !== undefined) return [{ kind: 'reconfigured', ...base, lost }];
  if (signal.kind === 'control') return [{ kind: 'restored', ...base }];
  if (signal.kind !== 'ask') return [];
  const { attempt } = signal;
  const { wait, reason = 'rejected' } = verdict;
  if (wait === 0) return [{ kind: 'admitted', ...base, attempt }];
  return [{ kind: 'rejected', ...base, attempt, reason, retryAfter: shownWait(wait) }];
}
