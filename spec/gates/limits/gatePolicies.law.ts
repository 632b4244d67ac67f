import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GatePolicy, Signal } from 'rxjs-reprise';
import { gatePolicies, trace } from '../../support/arbitraries.js';
import { control, snapshotWith } from '../../support/log.js';
import { size } from '../../support/size.js';

/*
 * What holds for every policy that is made to be shared, in every state that a random history leads to.
 */

/** The states that a history leads to, each with the signal that led there, and what was answered. */
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

describe('a shared policy', { timeout: 60_000 }, () => {
  it('knows its own states when they come back as JSON', () => {
    lives((policy, state) => {
      const json: unknown = JSON.parse(JSON.stringify(snapshotWith(state, policy.format)));
      expect(policy.parse('law', json)).toStrictEqual(state);
    });
  });

  it('is looked at without a change, in numbers', () => {
    lives((policy, state, now) => {
      const before = JSON.stringify(state);
      const view = policy.view(state, now) as object;
      for (const each of Object.values(view)) expect(each).toSatisfy((it) => typeof it === 'boolean' || it >= 0);
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

  it('answers the same ask in the same instant with the same, if it was not admitted', () => {
    lives((policy, state, _, before, signal) => {
      if (signal.kind !== 'ask') return;
      const first = policy.reduce(before, signal);
      if (first.wait === 0 || first.reason === 'throttle') return;
      expect(policy.reduce(state, signal)).toEqual(first);
      expect(policy.reduce(state, signal).state).toBe(state);
    });
  });

  it('gives a reason with every answer but yes, and none with that', () => {
    lives((policy, _, __, before, signal) => {
      const { wait, reason } = policy.reduce(before, signal);
      expect(reason === undefined).toBe(wait === 0);
    });
  });
});
