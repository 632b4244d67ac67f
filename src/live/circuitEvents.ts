import type { Ending } from '../engine/gateLedger.js';
import type { Reason } from '../reasons.js';
import type { CircuitState, CircuitVerdict } from '../gates/circuit/phases.js';
import type { Change } from './change.js';

/** Fields of every event. */
interface EventBase {
  /** The circuit's name. */
  readonly circuit: string;
  /** The time by the circuit's clock, in milliseconds. */
  readonly at: number;
}

/** It opened, for the `opens`-th time in a row. */
interface Opened extends EventBase {
  readonly kind: 'opened';
  /** The error that opened it; `undefined` if a command or a slow call did. */
  readonly cause: unknown;
  readonly opens: number;
  /** Milliseconds until it may be probed. */
  readonly retryAfter: number;
}

/** It entered another phase. */
interface PhaseChanged extends EventBase {
  readonly kind: 'half-opened' | 'closed' | 'isolated' | 'disabled' | 'shadowed';
}

/** `resetAfter` threw, or answered with anything but a wait. The circuit opened for the last open time. */
interface OpenTimeFailed extends EventBase {
  readonly kind: 'open-time-failed';
  readonly error: unknown;
}

/** It did not admit an attempt. */
interface Rejected extends EventBase {
  readonly kind: 'rejected';
  readonly reason: Reason;
  /** Milliseconds until an attempt may be admitted. */
  readonly retryAfter: number;
}

/** A call ended that was admitted in an earlier phase. It no longer counts. */
interface Late extends EventBase {
  readonly kind: 'late';
  readonly ending: Ending;
}

/** It has other options from now on. */
interface Reconfigured extends EventBase {
  readonly kind: 'reconfigured';
  /** What could not be kept and began anew, such as `'windows[0]'`, the window of its first rule. */
  readonly lost: readonly string[];
}

/** What happens in a circuit. */
export type CircuitEvent = Opened | OpenTimeFailed | PhaseChanged | Rejected | Late | Reconfigured;

const kinds = {
  closed: 'closed',
  'half-open': 'half-opened',
  isolated: 'isolated',
  disabled: 'disabled',
  shadow: 'shadowed',
} as const;

/** The events of one change, in the order in which they happened. */
export function eventsOf(
  { before, signal, verdict, cause, lost }: Change<CircuitState>,
  circuit: string,
): CircuitEvent[] {
  const { state: after, wait, reason = 'rejected', openTimeFailure }: CircuitVerdict = verdict;
  const at = Math.max(signal.now, after.seen);
  const events: CircuitEvent[] = [];
  if (lost !== undefined) events.push({ kind: 'reconfigured', circuit, at, lost });
  if (openTimeFailure !== undefined) events.push({ kind: 'open-time-failed', circuit, at, ...openTimeFailure });
  if ('opens' in after && hasOpened(before, after)) {
    const retryAfter = after.phase === 'open' ? Math.max(0, after.until - at) : 0;
    events.push({ kind: 'opened', circuit, at, cause, opens: after.opens, retryAfter });
    if (after.phase === 'half-open') events.push({ kind: 'half-opened', circuit, at });
  } else if (after.phase !== 'open' && after.phase !== before.phase) {
    events.push({ kind: kinds[after.phase], circuit, at });
  }
  if (signal.kind === 'ask' && wait > 0) events.push({ kind: 'rejected', circuit, at, reason, retryAfter: wait });
  if (reason === 'late') events.push({ kind: 'late', circuit, at, ending: signal.kind as Ending });
  return events;
}

/** Whether it opened. If its probes timed out, it has been open since then and may be half-open again already. */
function hasOpened(before: CircuitState, after: CircuitState): boolean {
  if (after.phase === 'open') return before.phase !== 'open' || before.until !== after.until;
  return after.phase === 'half-open' && before.phase === 'half-open' && after.opens > before.opens;
}
