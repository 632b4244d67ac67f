import type { Abandon, Signal } from '../../policy/signals.js';
import { worded } from '../../policy/word.js';
import type { GatePolicy } from '../gatePolicy.js';
import { adopt, shapeOf, type Configured } from './adopt.js';
import { isTripped, onAsk, onEnd } from './transitions.js';
import { onCommand } from './commands.js';
import { closedPhase, wakes, type CircuitState, type CircuitVerdict } from './phases.js';
import { haveTimedOut, isSilentProbe, onValue, timeOut } from './probes.js';
import type { CircuitBreakerOptions } from './options.js';
import { isAtRest } from './rest.js';
import { settingsOf, type CircuitSettings } from './settings.js';
import { readSnapshot } from '../snapshot.js';
import { format, stateReaderOf } from './snapshot.js';
import { view, type CircuitView } from './view.js';

export type { CircuitBreakerOptions } from './options.js';

/** The policy of a circuit breaker. */
export interface CircuitBreaker extends GatePolicy<CircuitState, CircuitView>, Configured {
  /** @internal Whether a rule is reached. */
  isTripped(state: CircuitState, now: number): boolean;
}

/**
 * A circuit breaker as a pure policy. While closed, it counts how calls end. While open, it rejects them for a time.
 * While half-open, it admits a few probes, and their results close or open it. It has no timer: the first ask after the
 * open time makes it half-open.
 *
 * To share one among many streams, make a `circuit` of the same options. In a `preview`, or folded by hand, it is a value
 * without a clock.
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const policy = circuitBreaker({ threshold: 3, window: 10_000, resetAfter: 30_000 });
 * preview(policy, { failures: 4 }).delays // => [0, 0, 30000, 30000]
 */
export function circuitBreaker(options: CircuitBreakerOptions = {}): CircuitBreaker {
  return breaker('circuitBreaker', options);
}

/** A {@link circuitBreaker} whose errors name the function that the user called. `also` are options that it reads itself. */
export function breaker(where: string, options: CircuitBreakerOptions, also?: readonly string[]): CircuitBreaker {
  const settings = settingsOf(where, options, also);
  const read = stateReaderOf(settings);
  const policy: CircuitBreaker = {
    initial: closedPhase('closed', settings, Number.MIN_SAFE_INTEGER, 0),
    handles: ['ask', 'value', 'success', 'failure', 'cancel', 'control'],
    reduce(before, signal) {
      if (signal.kind === 'abandon') return { state: before, wait: 0 };
      const now = Math.max(signal.now, before.seen);
      if (!haveTimedOut(before, now) || isResume(signal)) return fold(settings, before, signal, now);
      const { state, ...failure } = timeOut(settings, before);
      return { ...fold(settings, state, signal, now), ...failure };
    },
    format,
    view: (state, now) => view(settings, state, now),
    parse: (where, snapshot) => readSnapshot(where, format, snapshot, 'this circuit', read),
    wakes,
    expectsValue: isSilentProbe,
    admits: ({ phase }) => phase === 'closed' || phase === 'shadow' || phase === 'disabled',
    isAtRest: (state, now) => isAtRest(settings, state, now),
    read,
    settings,
    isTripped: (state, now) => isTripped(settings, state, now),
    shape: shapeOf(settings),
    adopt: (state, _, from) => adopt(settings, state as CircuitState, from),
  };
  return worded(policy, 'circuitBreaker', settings.options);
}

/** Whether it is the policy of a circuit. */
export const isBreaker = (value: unknown): value is CircuitBreaker =>
  typeof value === 'object' && value !== null && 'reduce' in value && 'format' in value && value.format === format;

const isResume = (signal: Signal): boolean => signal.kind === 'control' && signal.command.name === 'resume';

/** One signal, after what time alone has changed. */
function fold(
  settings: CircuitSettings,
  state: CircuitState,
  signal: Exclude<Signal, Abandon>,
  now: number,
): CircuitVerdict {
  switch (signal.kind) {
    case 'ask':
      return onAsk(settings, state, signal, now);
    case 'value':
      return { state: onValue(state, signal.ticket, now), wait: 0 };
    case 'control':
      return onCommand(settings, state, signal, now);
    default:
      return onEnd(settings, state, signal, now);
  }
}
