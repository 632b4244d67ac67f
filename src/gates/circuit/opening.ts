import type { SignalBase } from '../../policy/signals.js';
import { initialOpenTime, nextOpenTime, openDuration } from './openTime.js';
import type { CircuitState, OpenPhase, Step } from './phases.js';
import type { CircuitSettings } from './settings.js';

/** What opens a circuit. */
export interface Opening {
  readonly signal: SignalBase;
  /** The instant, on the circuit's clock. */
  readonly at: number;
  readonly error?: unknown;
  /** For how many milliseconds. @defaultValue the next open time */
  readonly ms?: number | undefined;
}

/** Open once more, or for the first time since it was closed. */
export function open(settings: CircuitSettings, state: CircuitState, { signal, at, error, ms }: Opening): Step {
  const { opens, openTime: last } = 'openTime' in state ? state : { opens: 0, openTime: initialOpenTime(settings) };
  const { openTime, failure } = nextOpenTime(settings, last, signal, error);
  const time = ms ?? openDuration(settings, openTime, error);
  const next: OpenPhase = {
    phase: 'open',
    seen: at,
    since: at,
    until: at + time,
    ms: time,
    opens: opens + 1,
    openTime,
  };
  return failure === undefined ? { state: next } : { state: next, openTimeFailure: failure };
}

/** Open for longer or shorter, from `now` on. It is the same opening. */
export const openFor = (state: OpenPhase, ms: number, now: number): OpenPhase => ({
  ...state,
  seen: now,
  until: now + ms,
  ms,
});
