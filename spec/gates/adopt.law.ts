import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { both, circuitBreaker, type GatePolicy, type Policy, type Signal } from 'rxjs-reprise';
import { adoptState } from '../../src/gates/adopt.js';
import { gatePolicies, trace } from '../support/arbitraries.js';
import { breakers, optionsOf } from '../support/breakers.js';
import { snapshotWith } from '../support/log.js';
import { size } from '../support/size.js';

/*
 * Laws of a gate that goes on with other options, in every state that a random history leads to.
 */

const circuits = (): fc.Arbitrary<GatePolicy> =>
  breakers.map((breaker) => circuitBreaker(optionsOf(breaker)) as unknown as GatePolicy);

const policies = (): fc.Arbitrary<GatePolicy> => fc.oneof(gatePolicies(), circuits());

/** Two policies of the same word. */
const pairs = (): fc.Arbitrary<readonly [GatePolicy, GatePolicy]> =>
  fc.oneof(
    fc.tuple(circuits(), circuits()),
    fc.tuple(gatePolicies(), gatePolicies()).filter(([one, other]) => one.format === other.format),
  );

/** The state after these signals. No attempt asks again once it is admitted. */
function replay(policy: Policy, signals: readonly Signal[]): unknown {
  const admitted = new Set<number>();
  let state: unknown = policy.initial;
  for (const signal of signals) {
    if (signal.kind === 'ask' && admitted.has(signal.ticket)) continue;
    const verdict = policy.reduce(state, signal);
    ({ state } = verdict);
    if (signal.kind === 'ask' && verdict.wait === 0) admitted.add(signal.ticket);
  }
  return state;
}

const lastInstant = (signals: readonly Signal[]): number => Math.max(0, ...signals.map(({ now }) => now));

const runs = { numRuns: size(300, 5000) };

describe('a gate that goes on with other options', { timeout: 60_000 }, () => {
  it('keeps the same state under the same options', () => {
    const property = fc.property(policies(), trace(), (policy, signals) => {
      const state = replay(policy, signals);
      const adopted = adoptState(policy, { ...policy }, state, lastInstant(signals));
      expect(adopted.state).toBe(state);
      expect(adopted.lost).toEqual([]);
    });
    fc.assert(property, runs);
  });

  it('can be saved, viewed and continued after every change', () => {
    const property = fc.property(pairs(), trace(), trace(), ([old, next], before, after) => {
      const now = lastInstant(before);
      const { state } = adoptState(next, old, replay(old, before), now);
      const json: unknown = JSON.parse(JSON.stringify(snapshotWith(state, next.format)));
      expect(next.parse('law', json)).toStrictEqual(state);
      expect(next.view(state, now)).toBeTypeOf('object');
      const later = after.map((signal) => ({ ...signal, now: signal.now + now }));
      for (const signal of later) expect(next.reduce(state, signal).wait).toBeGreaterThanOrEqual(0);
    });
    fc.assert(property, runs);
  });

  it('names what it lost, unless nothing was there', () => {
    const property = fc.property(pairs(), trace(), ([old, next], signals) => {
      const state = replay(old, signals);
      const adopted = adoptState(next, old, state, lastInstant(signals));
      // A fixed limit in place of one that followed the service has all that it needs: the slots.
      const isOfSlots = next.format === 'rxjs-reprise/concurrencyLimit';
      if (adopted.state === next.initial && state !== old.initial && !isOfSlots) expect(adopted.lost).not.toEqual([]);
    });
    fc.assert(property, runs);
  });

  it('treats each part of a composed gate alike', () => {
    const property = fc.property(pairs(), pairs(), trace(), ([old, next], [oldOther, nextOther], signals) => {
      const [from, to] = [both(old, oldOther), both(next, nextOther)];
      const states = replay(from, signals) as readonly unknown[];
      const now = lastInstant(signals);
      const { state, lost } = adoptState(to, from, states, now);
      const [one, other] = [adoptState(next, old, states[0], now), adoptState(nextOther, oldOther, states[1], now)];
      expect(state).toEqual([one.state, other.state]);
      expect(lost).toEqual([...one.lost.map((each) => `0.${each}`), ...other.lost.map((each) => `1.${each}`)]);
    });
    fc.assert(property, runs);
  });
});
