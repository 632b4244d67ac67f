import { describe, expect, it } from 'vitest';
import { circuitBreaker, consecutive, type CircuitState, type Signal } from 'rxjs-reprise';
import { ask, cancel, control, failure, folded, success } from '../../support/log.js';

/*
 * A waiting call is woken when the circuit may have a slot for it, and not before.
 */

const policy = circuitBreaker({
  trip: consecutive(1),
  resetAfter: 100,
  halfOpen: { probes: 3, allowedFailures: 1 },
  classify: (error) => (error === 'ignored' ? 'ignore' : 'failure'),
});
const after = (...signals: readonly Signal[]): CircuitState => folded<CircuitState>(policy, signals);

const value = (now: number, ticket: number): Signal => ({ kind: 'value', ticket, now, random: 0, value: 'a' });

const opening = [ask(0), failure(0)];
const probing = [...opening, ask(100, { ticket: 2 }), ask(100, { ticket: 3 })];

describe('a call that waits for a circuit', () => {
  it.each<[string, readonly Signal[], Signal, 'all' | []]>([
    ['is not woken by a signal to a closed circuit', [ask(0)], failure(0), []],
    ['is not woken when a call is admitted', opening, ask(100, { ticket: 2 }), []],
    ['is not woken while the circuit stays open', opening, success(1, { ticket: 7 }), []],
    ['is woken when the circuit is opened for longer', opening, control(1, { name: 'open', ms: 5000 }), 'all'],
    ['is woken when the circuit is reset', opening, control(1, 'reset'), 'all'],
    ['is woken when the circuit may be probed', opening, control(1, 'half-open'), 'all'],
    ['is woken when the circuit is isolated', opening, control(1, 'isolate'), 'all'],
    ['is woken when a probe frees its slot', probing, cancel(101, { ticket: 2 }), 'all'],
    ['is woken when the outcome of a probe is ignored', probing, failure(101, { ticket: 2, error: 'ignored' }), 'all'],
    ['is not woken when a probe succeeds and more are needed', probing, success(101, { ticket: 2 }), []],
    ['is not woken when a probe fails and the failure is allowed', probing, failure(101, { ticket: 2 }), []],
    ['is not woken by the value of a probe', probing, value(101, 2), []],
    [
      'is woken when an ask notices that the probes were good',
      [...probing, value(101, 2), value(101, 3)],
      ask(60_100, { ticket: 4 }),
      'all',
    ],
    ['is woken when the circuit closes', [...probing, success(101, { ticket: 2 })], success(102, { ticket: 3 }), 'all'],
    [
      'is woken when the circuit opens again',
      [...probing, failure(101, { ticket: 2 })],
      failure(102, { ticket: 3 }),
      'all',
    ],
  ])('%s', (_, given, signal, woken) => {
    const before = after(...given);
    const { state } = policy.reduce(before, signal);
    expect(policy.wakes(before, state, signal)).toEqual(woken);
  });
});
