import type { Control, Verdict } from '../policy/policy.js';
import {
  firstPace,
  halfOpened,
  paced,
  reopened,
  watching,
  type CircuitState,
  type Isolated,
  type Settings,
} from './phases.js';

/*
 * The handles, as signals: so that the log of a circuit stays whole. A command that makes no sense in its phase changes
 * nothing and is answered with a no, for the reason `'illegal'`.
 */

export function commanded(
  settings: Settings,
  state: CircuitState,
  signal: Control,
  now: number,
): Verdict<CircuitState> {
  const next = obeyed(settings, state, signal, now);
  return next === undefined ? { state, wait: Infinity, reason: 'illegal' } : { state: next, wait: 0 };
}

function obeyed(settings: Settings, state: CircuitState, signal: Control, now: number): CircuitState | undefined {
  const { command, call } = signal;
  switch (command.name) {
    case 'isolate':
      return { phase: 'isolated', seen: now, holds: state.phase === 'isolated' ? state.holds + 1 : 1 };
    case 'release':
      if (state.phase !== 'isolated') return state;
      return state.holds > 1
        ? { phase: 'isolated', seen: now, holds: state.holds - 1 }
        : watching('closed', settings, now, call);
    case 'reset':
      return watching('closed', settings, now, call);
    case 'resume':
      return resumed(settings, state, signal);
  }
  if (state.phase === 'isolated') return undefined;
  switch (command.name) {
    case 'disable':
      return { phase: 'disabled', seen: now };
    case 'shadow':
      return watching('shadow', settings, now, call);
    case 'half-open':
      if (state.phase === 'half-open') return state;
      return state.phase === 'open' ? halfOpened(settings, state, signal, now) : undefined;
    case 'open':
      return openedFor(settings, state, signal, command.ms, now);
  }
}

/** Opened by hand: for `ms`, or as long as it would have opened by itself. */
function openedFor(
  settings: Settings,
  state: Exclude<CircuitState, Isolated>,
  signal: Control,
  ms: number | undefined,
  now: number,
): CircuitState {
  if (state.phase === 'half-open') return reopened(state, ms ?? state.next.ms, now);
  const { opens, pace } =
    state.phase === 'open' ? state : { opens: 1, pace: paced(settings, firstPace(settings), signal, undefined) };
  const time = ms ?? pace.ms;
  return { phase: 'open', seen: now, until: now + time, ms: time, opens, pace };
}

/**
 * Gone on from a snapshot, perhaps elsewhere and much later. What was in flight is gone; an open circuit keeps its
 * remaining time, never longer than it was to be open; a half-open one may be probed at once.
 */
function resumed({ trips }: Settings, state: CircuitState, { now, call }: Control): CircuitState {
  switch (state.phase) {
    case 'closed':
    case 'shadow': {
      const windows = trips.map((trip, index) => trip.resumed(state.windows[index], now));
      return { phase: state.phase, seen: now, since: now, last: call, windows };
    }
    case 'open':
      return { ...state, seen: now, until: Math.min(state.until, now + state.ms) };
    case 'half-open': {
      const { ms, opens, pace } = state;
      return { phase: 'open', seen: now, until: now, ms, opens, pace };
    }
    case 'isolated':
    case 'disabled':
      return { ...state, seen: now };
  }
}
