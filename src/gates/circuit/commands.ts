import type { Verdict } from '../../policy/policy.js';
import type { Control } from '../../policy/signals.js';
import {
  initialOpenTime,
  halfOpen,
  nextOpenTime,
  reopen,
  freshPhase,
  type CircuitState,
  type IsolatedPhase,
  type CircuitSettings,
} from './phases.js';

/*
 * The handles, as signals: so that the log of a circuit stays whole. A command that makes no sense in its phase changes
 * nothing and is answered with a no, for the reason `'illegal'`.
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
        : freshPhase('closed', settings, now, ticket);
    case 'reset':
      return freshPhase('closed', settings, now, ticket);
    case 'resume':
      return resume(settings, state, signal);
  }
  if (state.phase === 'isolated') return undefined;
  switch (command.name) {
    case 'disable':
      return { phase: 'disabled', seen: now };
    case 'shadow':
      return freshPhase('shadow', settings, now, ticket);
    case 'half-open':
      if (state.phase === 'half-open') return state;
      return state.phase === 'open' ? halfOpen(settings, state, signal, now) : undefined;
    case 'open':
      return openByCommand(settings, state, signal, command.ms, now);
  }
}

/** Opened by hand: for `ms`, or as long as it would have opened by itself. */
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
 * Gone on from a snapshot, perhaps elsewhere and much later. What was in flight is gone; an open circuit keeps its
 * remaining time, never longer than it was to be open; a half-open one may be probed at once.
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
