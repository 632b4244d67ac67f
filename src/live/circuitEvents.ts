import type { CircuitState } from '../gates/circuit/phases.js';
import type { Reason } from '../errors.js';
import type { Ending } from '../engine/ticket.js';
import type { Change } from './gate.js';

/** What every event of a circuit says. */
interface Moment {
  /** The circuit's name. */
  readonly circuit: string;
  /** The circuit's clock, in milliseconds. */
  readonly at: number;
}

/** It opened, because of `cause` (the error; `undefined` by hand or by a slow call), for the `opens`-th time in a row. */
interface Opened extends Moment {
  readonly kind: 'opened';
  readonly cause: unknown;
  readonly opens: number;
  /** Milliseconds until it may be probed. */
  readonly retryAfter: number;
}

/** It changed its phase otherwise. */
interface Changed extends Moment {
  readonly kind: 'half-opened' | 'closed' | 'isolated' | 'disabled' | 'shadowed';
}

/** It did not admit an attempt. */
interface Rejected extends Moment {
  readonly kind: 'rejected';
  readonly reason: Reason;
  readonly retryAfter: number;
}

/** A call ended that was admitted in an earlier phase; it counts no more. */
interface Late extends Moment {
  readonly kind: 'late';
  readonly ending: Ending;
}

/** What happens in a circuit. */
export type CircuitEvent = Opened | Changed | Rejected | Late;

const names = {
  closed: 'closed',
  'half-open': 'half-opened',
  isolated: 'isolated',
  disabled: 'disabled',
  shadow: 'shadowed',
} as const;

/** The events of one fold, in the order in which they happened. */
export function eventsOf({ before, signal, verdict, cause }: Change<CircuitState>, circuit: string): CircuitEvent[] {
  const { state: after, wait, reason = 'rejected' } = verdict;
  const at = Math.max(signal.now, after.seen);
  const events: CircuitEvent[] = [];
  if ('opens' in after && hasOpened(before, after)) {
    const retryAfter = after.phase === 'open' ? Math.max(0, after.until - at) : 0;
    events.push({ kind: 'opened', circuit, at, cause, opens: after.opens, retryAfter });
    if (after.phase === 'half-open') events.push({ kind: 'half-opened', circuit, at });
  } else if (after.phase !== 'open' && after.phase !== before.phase) {
    events.push({ kind: names[after.phase], circuit, at });
  }
  if (signal.kind === 'ask' && wait > 0) events.push({ kind: 'rejected', circuit, at, reason, retryAfter: wait });
  if (reason === 'late') events.push({ kind: 'late', circuit, at, ending: signal.kind as Ending });
  return events;
}

/** Opened; or its probes did not answer, it was open since then, and is probed again. */
function hasOpened(before: CircuitState, after: CircuitState): boolean {
  if (after.phase === 'open') return before.phase !== 'open' || before.until !== after.until;
  return after.phase === 'half-open' && before.phase === 'half-open' && after.opens > before.opens;
}
