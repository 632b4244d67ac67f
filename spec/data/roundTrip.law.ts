import fc from 'fast-check';
import { expect, it } from 'vitest';
import { circuitBreaker, describe, fromJSON, toJSON, type Policy, type Signal } from 'rxjs-reprise';
import { step } from '../../src/policy/policy.js';
import { policy, trace } from '../support/arbitraries.js';
import { breakers, optionsOf } from '../support/breakers.js';
import { size } from '../support/size.js';
import { slotsOf } from '../support/slots.js';

/*
 * A policy and what comes back of its JSON are the same policy, on random policies and random histories.
 */

const numRuns = size(300, 5000);

/** The verdicts of a policy. What it throws is one, too. */
function verdictsOf(policy: Policy, signals: readonly Signal[]): unknown[] {
  let state = policy.initial;
  return signals.map((signal) => {
    try {
      const verdict = step(policy, state, signal);
      state = verdict.state;
      return verdict;
    } catch (error) {
      return (error as Error).message;
    }
  });
}

function checkRoundTrip(policy: Policy, signals: readonly Signal[]): void {
  const slots = slotsOf(policy);
  const json = JSON.stringify(toJSON(policy, slots));
  const back = fromJSON(JSON.parse(json), slots);
  expect(verdictsOf(back, signals)).toStrictEqual(verdictsOf(policy, signals));
  expect(back.handles).toEqual(policy.handles);
  expect(JSON.stringify(toJSON(back, slots))).toBe(json);
  expect(describe(back, slots)).toBe(describe(policy, slots));
}

it('a policy and its round trip give the same verdicts', () => {
  fc.assert(fc.property(policy(), trace(), checkRoundTrip), { numRuns });
});

it('a circuit and its round trip give the same verdicts', () => {
  const circuits = breakers.map((breaker) => circuitBreaker(optionsOf(breaker)));
  fc.assert(fc.property(circuits, trace(), checkRoundTrip), { numRuns });
});

it('a description is one line of text', () => {
  fc.assert(
    fc.property(policy(), (policy) => {
      expect(describe(policy)).toMatch(/^[^\n]+$/);
      expect(describe(policy)).not.toMatch(/undefined|NaN|\[object/);
    }),
    { numRuns },
  );
});
