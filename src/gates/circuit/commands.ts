import type { Control } from '../../policy/signals.js';
import {
  closedPhase,
  toBeProbed,
  type CircuitState,
  type CircuitVerdict,
  type IsolatedPhase,
  type Step,
} from './phases.js';
import { open, openFor } from './opening.js';
import { halfOpen } from './probes.js';
import type { CircuitSettings } from './settings.js';

/*
 * Manual commands, as signals, so that the log of a circuit is complete. A command that makes no sense in the current
 * phase changes nothing and is answered with a no, with reason `'illegal'`.
 */

export function onCommand(
  settings: CircuitSettings,
  state: CircuitState,
  signal: Control,
  now: number,
): CircuitVerdict {
  const step = applyCommand(settings, state, signal, now);
  return step === undefined ? { state, wait: Infinity, reason: 'illegal' } : { ...step, wait: 0 };
}

function applyCommand(settings: CircuitSettings, state: CircuitState, signal: Control, now: number): Step | undefined {
  const { command, ticket } = signal;
  switch (command.name) {
    case 'isolate':
      return { state: { phase: 'isolated', seen: now, holds: state.phase === 'isolated' ? state.holds + 1 : 1 } };
    case 'release':
      return { state: state.phase === 'isolated' ? release(settings, state, ticket, now) : state };
    case 'reset':
      return { state: closedPhase('closed', settings, now, ticket) };
    case 'resume':
      return { state: resume(settings, state, signal) };
  }
  if (state.phase === 'isolated') return undefined;
  switch (command.name) {
    case 'disable':
      return { state: { phase: 'disabled', seen: now } };
    case 'shadow':
      return { state: closedPhase('shadow', settings, now, ticket) };
    case 'half-open':
      if (state.phase === 'half-open') return { state };
      return state.phase === 'open' ? { state: halfOpen(settings, state, signal, now) } : undefined;
    case 'open':
      return state.phase === 'open'
        ? { state: openFor(state, command.ms ?? state.openTime.ms, now) }
        : open(settings, state, { signal, at: now, ms: command.ms });
  }
}

const release = (settings: CircuitSettings, { holds }: IsolatedPhase, ticket: number, now: number): CircuitState =>
  holds > 1 ? { phase: 'isolated', seen: now, holds: holds - 1 } : closedPhase('closed', settings, now, ticket);

/**
 * Resumed from a snapshot, perhaps on another machine and much later. Calls that were running are gone. An open circuit
 * keeps its remaining time, at most its whole open time. A half-open circuit may be probed at once.
 */
function resume({ trips }: CircuitSettings, state: CircuitState, { now, ticket }: Control): CircuitState {
  switch (state.phase) {
    case 'closed':
    case 'shadow': {
      const windows = trips.map((trip, index) => trip.resume(state.windows[index], now));
      return { phase: state.phase, seen: now, since: now, last: ticket, windows };
    }
    case 'open': {
      const until = Math.min(state.until, now + state.ms);
      return { ...state, seen: now, since: state.since - (state.until - until), until };
    }
    case 'half-open':
      return toBeProbed(state, now);
    case 'isolated':
    case 'disabled':
      return { ...state, seen: now };
  }
}
