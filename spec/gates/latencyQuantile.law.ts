import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latencyQuantile, type Signal } from 'rxjs-reprise';
import { seededRandom } from 'rxjs-reprise/testing';
import { cancel, success } from '../support/log.js';
import { size } from '../support/size.js';

/*
 * The law that makes the delay safe: however the times of attempts change, no more of them are late than 1 - q in the long
 * run. An attempt is late if it takes longer than the delay of that instant.
 */

const shortest = 1;
const longest = 100_000;

const times = fc.double({ min: shortest, max: longest, noNaN: true });
/** Times that an adversary chooses. `-1` stands for one that is just longer than the delay. */
const services = fc.array(fc.oneof(times, fc.constantFrom(shortest, longest, -1)), {
  minLength: 100,
  maxLength: size(400, 4000),
  size: 'max',
});
const quantiles = fc.constantFrom(0.5, 0.8, 0.9, 0.95, 0.99);

/** How many attempts are late beyond the share of 1 - q, and the bound of that. */
function excessOf(quantile: number, service: readonly number[]): { readonly excess: number; readonly bound: number } {
  const policy = latencyQuantile(quantile);
  let state = policy.initial;
  let first: number | undefined;
  let excess = 0;
  for (const each of service) {
    const { delay, isReady } = policy.view(state, 0);
    const took = each > 0 ? each : isReady && delay < longest ? delay * (1 + 1e-9) : shortest;
    if (isReady) {
      first ??= delay;
      excess += (took > delay ? 1 : 0) - (1 - quantile);
    }
    state = policy.reduce(state, success(0, { took })).state;
  }
  return { excess, bound: first === undefined ? 0 : 5 * Math.log(longest / first) + 1 };
}

describe('the share of late attempts', () => {
  it('is at most 1 - q, but for a bounded number of them, whatever the times are', () => {
    fc.assert(
      fc.property(quantiles, services, (quantile, service) => {
        const { excess, bound } = excessOf(quantile, service);
        expect(excess).toBeLessThanOrEqual(bound + 1e-6);
      }),
      { numRuns: size(200, 2000) },
    );
  });

  it.each([0.5, 0.8, 0.95, 0.99])('reaches that bound for %d, if each attempt is just late', (quantile) => {
    const { excess, bound } = excessOf(quantile, Array<number>(20_000).fill(-1));
    expect(excess).toBeLessThanOrEqual(bound);
    expect(excess).toBeGreaterThan(bound - 3);
  });
});

describe('losers', () => {
  it('count, so that hedges do not make the delay sink', () => {
    // Each late attempt loses against a hedge after another 10 ms, as hedged attempts do.
    const policy = latencyQuantile(0.95);
    fc.assert(
      fc.property(fc.array(times, { minLength: 300, maxLength: 600 }), (service) => {
        let honest = policy.initial;
        let hedged = policy.initial;
        for (const took of service) {
          const { delay } = policy.view(hedged, 0);
          const signal = success(0, { took });
          honest = policy.reduce(honest, signal).state;
          const lost: Signal = { ...signal, kind: 'cancel', took: delay + 10 };
          hedged = policy.reduce(hedged, took > delay + 10 ? lost : signal).state;
        }
        expect(hedged).toEqual(honest);
      }),
      { numRuns: size(50, 500) },
    );
  });

  it('count, because an estimate from completed attempts alone hedges twice as often', () => {
    const share = (countsLosers: boolean): number => {
      const random = seededRandom(3);
      const draw = (): number => -50 * Math.log(1 - random());
      const policy = latencyQuantile(0.95);
      const n = 50_000;
      let state = policy.initial;
      let hedged = 0;
      for (let call = 0; call < n; call += 1) {
        const { delay } = policy.view(state, 0);
        const first = draw();
        const lostAt = first > delay ? delay + draw() : Infinity;
        if (first > delay) hedged += 1;
        const end = first < lostAt ? success(0, { took: first }) : cancel(0, { took: lostAt });
        if (countsLosers || end.kind === 'success') state = policy.reduce(state, end).state;
      }
      return Math.round((1000 * hedged) / n);
    };
    expect([share(true), share(false)]).toEqual([50, 96]);
  });
});
