import type { GatePolicy } from '../gatePolicy.js';
import { onAsk, onEnd } from './transitions.js';
import { onCommand } from './commands.js';
import { closedPhase, expireProbes, wakes, type CircuitState } from './phases.js';
import { settingsOf, type CircuitBreakerOptions } from './settings.js';
import { format, stateOf } from './snapshot.js';
import { view, type CircuitView } from './view.js';

export type { CircuitBreakerOptions } from './settings.js';

/** The policy of a circuit breaker. */
export type CircuitBreaker = GatePolicy<CircuitState, CircuitView>;

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

/** A {@link circuitBreaker} whose errors name the function that the user called. */
export function breaker(where: string, options: CircuitBreakerOptions): CircuitBreaker {
  const settings = settingsOf(where, options);
  return {
    initial: closedPhase('closed', settings, Number.MIN_SAFE_INTEGER, 0),
    handles: ['ask', 'success', 'failure', 'cancel', 'control'],
    reduce(before, signal) {
      const now = Math.max(signal.now, before.seen);
      const state = expireProbes(before, now);
      switch (signal.kind) {
        case 'ask':
          return onAsk(settings, state, signal, now);
        case 'control':
          return onCommand(settings, signal.command.name === 'resume' ? before : state, signal, now);
        case 'value':
        case 'abandon':
          return { state: before, wait: 0 };
        default:
          return onEnd(settings, state, signal, now);
      }
    },
    format,
    view: (state, now) => view(settings, state, now),
    parse: (where, snapshot) => stateOf(where, settings, snapshot),
    wakes,
  };
}
