import { describe, expect, it } from 'vitest';
import { circuitBreaker, consecutive, type CircuitState, type Signal } from 'rxjs-reprise';
import { ask, cancel, control, failure, folded, success } from '../../support/log.js';

/*
 * Who waits for a circuit is woken when there may be a place, and not before.
 */

const policy = circuitBreaker({
  trip: consecutive(1),
  resetAfter: 100,
  halfOpen: { probes: 3, allowedFailures: 1 },
  classify: (error) => (error === 'ignored' ? 'ignore' : 'failure'),
});
const after = (...signals: readonly Signal[]): CircuitState => folded<CircuitState>(policy, signals);

const opening = [ask(0), failure(0)];
const probing = [...opening, ask(100, { ticket: 2 }), ask(100, { ticket: 3 })];

describe('who waits for a circuit', () => {
  it.each<[string, readonly Signal[], Signal, 'all' | []]>([
    ['of what happens to a closed one, nothing', [ask(0)], failure(0), []],
    ['when it is let through, nothing', opening, ask(100, { ticket: 2 }), []],
    ['while it stays open, nothing', opening, success(1, { ticket: 7 }), []],
    ['when it is opened for longer, that', opening, control(1, { name: 'open', ms: 5000 }), 'all'],
    ['when it is reset, that', opening, control(1, 'reset'), 'all'],
    ['when it may be probed, that', opening, control(1, 'half-open'), 'all'],
    ['when it is isolated, that', opening, control(1, 'isolate'), 'all'],
    ['when a probe gives its place back, that', probing, cancel(101, { ticket: 2 }), 'all'],
    ['when a probe says nothing, that', probing, failure(101, { ticket: 2, error: 'ignored' }), 'all'],
    ['when a probe is good and more are needed, nothing', probing, success(101, { ticket: 2 }), []],
    ['when a probe is bad and that is allowed, nothing', probing, failure(101, { ticket: 2 }), []],
    ['when it closes, that', [...probing, success(101, { ticket: 2 })], success(102, { ticket: 3 }), 'all'],
    ['when it opens again, that', [...probing, failure(101, { ticket: 2 })], failure(102, { ticket: 3 }), 'all'],
  ])('hears %s', (_, given, signal, woken) => {
    const before = after(...given);
    const { state } = policy.reduce(before, signal);
    expect(policy.wakes(before, state, signal)).toEqual(woken);
  });
});
