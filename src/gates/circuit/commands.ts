import type { Verdict } from '../../policy/policy.js';
import type { Control } from '../../policy/signals.js';
import { initialOpenTime, nextOpenTime } from './openTime.js';
import { closedPhase, halfOpen, reopen, type CircuitState, type IsolatedPhase } from './phases.js';
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
): Verdict<CircuitState> {
  const next = applyCommand(settings, state, signal, now);
  return next === undefined ? { state, wait: Infinity, reason: 'illegal' } : { state: next, wait: 0 };
}

function applyCommand(
  settings: CircuitSettings,
  state: CircuitState,
  signal: Control,
  now: number,
): CircuitState | undefined {
  const { command, ticket } = signal;
  switch (command.name) {
    case 'isolate':
      return { phase: 'isolated', seen: now, holds: state.phase === 'isolated' ? state.holds + 1 : 1 };
    case 'release':
      if (state.phase !== 'isolated') return state;
      return state.holds > 1
        ? { phase: 'isolated', seen: now, holds: state.holds - 1 }
        : closedPhase('closed', settings, now, ticket);
    case 'reset':
      return closedPhase('closed', settings, now, ticket);
    case 'resume':
      return resume(settings, state, signal);
  }
  if (state.phase === 'isolated') return undefined;
  switch (command.name) {
    case 'disable':
      return { phase: 'disabled', seen: now };
    case 'shadow':
      return closedPhase('shadow', settings, now, ticket);
    case 'half-open':
      if (state.phase === 'half-open') return state;
      return state.phase === 'open' ? halfOpen(settings, state, signal, now) : undefined;
    case 'open':
      return openByCommand(settings, state, signal, command.ms, now);
  }
}

/** Opened manually: for `ms`, or for the time that the circuit would have opened by itself. */
function openByCommand(
  settings: CircuitSettings,
  state: Exclude<CircuitState, IsolatedPhase>,
  signal: Control,
  ms: number | undefined,
  now: number,
): CircuitState {
  if (state.phase === 'half-open') return reopen(state, ms ?? state.nextOpenTime.ms, now);
  const { opens, openTime } =
    state.phase === 'open'
      ? state
      : { opens: 1, openTime: nextOpenTime(settings, initialOpenTime(settings), signal, undefined) };
  const time = ms ?? openTime.ms;
  return { phase: 'open', seen: now, until: now + time, ms: time, opens, openTime };
}

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
    case 'open':
      return { ...state, seen: now, until: Math.min(state.until, now + state.ms) };
    case 'half-open': {
      const { ms, opens, openTime } = state;
      return { phase: 'open', seen: now, until: now, ms, opens, openTime };
    }
    case 'isolated':
    case 'disabled':
      return { ...state, seen: now };
  }
}
