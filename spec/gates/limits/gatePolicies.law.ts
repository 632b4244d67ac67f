import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GatePolicy, Signal } from 'rxjs-reprise';
import { gatePolicies, trace } from '../../support/arbitraries.js';
import { control, snapshotWith } from '../../support/log.js';
import { size } from '../../support/size.js';

/*
 * Laws of every gate policy, in every state that a random history leads to.
 */

/** Checks each state of a random history, with the state before it and the signal between them. */
const lives = (
  check: (policy: GatePolicy, state: unknown, now: number, before: unknown, signal: Signal) => void,
): void => {
  const property = fc.property(gatePolicies(), trace(), (policy, signals) => {
    let state: unknown = policy.initial;
    for (const signal of signals) {
      const before = state;
      ({ state } = policy.reduce(state, signal));
      check(policy, state, signal.now, before, signal);
    }
  });
  fc.assert(property, { numRuns: size(300, 5000) });
};

describe('a gate policy', { timeout: 60_000 }, () => {
  it('accepts its own states as JSON', () => {
    lives((policy, state) => {
      const json: unknown = JSON.parse(JSON.stringify(snapshotWith(state, policy.format)));
      expect(policy.parse('law', json)).toStrictEqual(state);
    });
  });

  it('has a view of numbers, which changes nothing', () => {
    lives((policy, state, now) => {
      const before = JSON.stringify(state);
      const view = policy.view(state, now) as object;
      for (const each of Object.values(view))
        expect(each).toSatisfy((field) => typeof field === 'boolean' || field >= 0);
      expect(JSON.parse(JSON.stringify(view))).toEqual(view);
      expect(JSON.stringify(state)).toBe(before);
    });
  });

  it('resumes once: a second resume changes nothing', () => {
    lives((policy, state, now) => {
      for (const instant of [now, now - 7777, now + 1e6]) {
        const resumed = policy.reduce(state, control(instant, 'resume'));
        expect(resumed.wait).toBe(0);
        const resume = control(instant, 'resume');
        const again = policy.reduce(resumed.state, resume).state;
        expect(again).toBe(resumed.state);
      }
    });
  });

  it('gives the same answer to the same ask in the same instant, if it was not admitted', () => {
    lives((policy, state, _, before, signal) => {
      if (signal.kind !== 'ask') return;
      const first = policy.reduce(before, signal);
      if (first.wait === 0 || first.reason === 'throttle') return;
      expect(policy.reduce(state, signal)).toEqual(first);
      expect(policy.reduce(state, signal).state).toBe(state);
    });
  });

  it('gives a reason with every answer but yes', () => {
    lives((policy, _, __, before, signal) => {
      const { wait, reason } = policy.reduce(before, signal);
      expect(reason === undefined).toBe(wait === 0);
    });
  });
});
