import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  failureRate,
  fixed,
  jittered,
  latencyQuantile,
  retryBudget,
  retryQuota,
  type CircuitBreakerOptions,
} from 'rxjs-reprise';
import type { Outage } from 'rxjs-reprise/lab';
import { admitting, gatePolicies } from '../support/arbitraries.js';
import { playLab, playOperators, type Case, type CaseGate } from '../support/truth.js';

/*
 * Random programs: any policy, any gates at the retry and below it, and any outages. Many events fall on the same instant.
 */

const duration = 6000.5;

const circuits = (): fc.Arbitrary<{ readonly circuit: CircuitBreakerOptions }> =>
  fc.record({
    circuit: fc.record({
      trip: fc
        .constantFrom(2, 5)
        .chain((calls) => fc.constantFrom(failureRate(0.5, { calls }), failureRate(1, { calls }))),
      resetAfter: fc.constantFrom(100, 333.3, 1000),
      halfOpen: fc.record({ probes: fc.constantFrom(1, 2), probeTimeout: fc.constantFrom(50, 400) }),
    }),
  });

const gates = (minLength: number): fc.Arbitrary<CaseGate[]> =>
  fc.array(fc.oneof<fc.Arbitrary<CaseGate>[]>(gatePolicies(), circuits()), { minLength, maxLength: 3 });

const outages = (): fc.Arbitrary<Outage[]> =>
  fc
    .tuple(fc.nat(500), fc.integer({ min: 200, max: 1500 }), fc.nat(800), fc.integer({ min: 200, max: 1500 }))
    .chain(([before, first, between, second]) => {
      const start = before + first + between;
      const [one, other] = [
        { from: before, to: before + first },
        { from: start, to: start + second },
      ];
      return fc.constantFrom<Outage[]>(
        [],
        [{ kind: 'down', ...one }],
        [
          { kind: 'brown-out', ...one, share: 0.5 },
          { kind: 'down', ...other },
        ],
        [
          { kind: 'limited', ...one, limit: 10, retryAfter: 200 },
          { kind: 'slow', ...other, factor: 5 },
        ],
      );
    });

const traffic = () =>
  fc
    .record({
      latency: fc.constantFrom(20, { median: 20, p99: 100 }),
      burstSpread: fc.constantFrom(0, 40, 3000),
      capacity: fc.constantFrom(15, 100, Infinity),
      outages: outages(),
    })
    .map(({ burstSpread, ...service }) => ({
      clients: 40,
      calls: { every: Infinity, bursts: [100], burstSpread },
      service: { queue: 300, timeout: 200, ...service },
      duration,
    }));

const cases = (): fc.Arbitrary<Case> =>
  fc.record(
    {
      policy: admitting(),
      traffic: traffic(),
      budget: fc.constant(retryBudget({ reserve: 3 })),
      gates: gates(0),
      guard: fc.record({
        gates: gates(1).filter((all) => all.every((each) => 'circuit' in each || each.limits !== 'retries')),
        maxWait: fc.constantFrom(0, 100, 1000.5, Infinity),
      }),
      hedge: fc.record(
        {
          policy: fc.constantFrom(fixed(30), fixed(0), jittered('full', fixed(100)), latencyQuantile(0.5)),
          max: fc.constantFrom(0, 1, 3),
          budget: fc.constantFrom(retryBudget({ ratio: 0.3, reserve: 1 }), retryQuota({ capacity: 20, cost: 5 })),
        },
        { requiredKeys: ['policy'] },
      ),
      processes: fc.constantFrom(1, 3),
    },
    { requiredKeys: ['policy', 'traffic'] },
  );

it('plays random programs as the operators do', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(cases(), fc.nat(), (each, seed) => {
      expect(playLab(each, seed)).toEqual(playOperators(each, seed));
    }),
    { numRuns: 100 },
  );
});
