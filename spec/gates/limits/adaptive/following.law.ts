import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aimd, vegas, type AdaptiveLimit } from 'rxjs-reprise';
import { play, steady, varied, type Load, type Period } from '../../../support/busyService.js';
import { size } from '../../../support/size.js';

/*
 * What a limit that follows a service promises, for random services in a closed loop: convergence, no collapse, no runaway.
 */

/** A service: how many workers it has, how long they need, and how different the calls are. */
interface Service {
  readonly workers: number;
  readonly ms: number;
  readonly work: Load['work'];
  readonly seed: number;
}

const services: fc.Arbitrary<Service> = fc
  .record({
    workers: fc.integer({ min: 4, max: 40 }),
    ms: fc.integer({ min: 20, max: 200 }),
    isVaried: fc.boolean(),
    seed: fc.integer(),
  })
  .map(({ isVaried, ...service }) => ({ ...service, work: isVaried ? varied(service.ms) : steady(service.ms) }));

/** From how many workers on the law is about, and how many clients want more than the service can do. */
const many = (workers: number): number => 2 * workers + 30;

/** A limit, and what of its service it needs. */
type Rule = readonly [
  name: string,
  make: (initial: number) => AdaptiveLimit,
  /** How many calls wait in the service before it rejects others. */
  queue: (workers: number) => number,
];

const rules: readonly Rule[] = [
  ['vegas', (initial) => vegas({ initial }), () => Infinity],
  ['aimd', (initial) => aimd({ initial }), (workers) => Math.ceil(workers / 2)],
];

const median = (periods: readonly Period[]): number =>
  [...periods].sort((one, other) => one.limit - other.limit)[periods.length >> 1]?.limit ?? NaN;

const sum = (periods: readonly Period[], of: (period: Period) => number): number =>
  periods.reduce((total, period) => total + of(period), 0);

/** The share of what its workers can do that the service did. A period is ten times as long as a call. */
const use = (periods: readonly Period[], workers: number): number =>
  sum(periods, ({ answered }) => answered) / (periods.length * 10 * workers);

const numRuns = size(4, 40);
/** Services are random, and their times too, so a bound can be missed by chance. The runs are always the same. */
const seed = 1;

describe.each(rules)('%s', { timeout: 600_000 }, (_, make, queue) => {
  it('converges to the capacity of the service, from below and from above', () => {
    const property = fc.property(services, fc.integer({ min: 1, max: 100 }), ({ workers, ms, work, seed }, initial) => {
      const periods = play({
        limit: make(initial),
        workers: () => workers,
        work,
        // A limit of which less than half is used is left as it is.
        clients: () => Math.max(initial, many(workers)),
        queue: () => queue(workers),
        until: 600 * ms,
        period: 10 * ms,
        seed,
      }).slice(-15);
      const limit = median(periods);
      expect(limit).toBeGreaterThanOrEqual(workers * 0.6);
      expect(limit).toBeLessThanOrEqual(2 * workers + 10);
      expect(use(periods, workers)).toBeGreaterThan(0.75);
    });
    fc.assert(property, { numRuns, seed });
  });

  it('follows a service whose capacity halves and recovers', () => {
    const property = fc.property(services, ({ workers, ms, work, seed }) => {
      const third = 400 * ms;
      const isHalved = (now: number): boolean => now >= third && now < 2 * third;
      const half = Math.ceil(workers / 2);
      const workersAt = (now: number): number => (isHalved(now) ? half : workers);
      const periods = play({
        limit: make(20),
        workers: workersAt,
        work,
        clients: () => many(workers),
        queue: (now) => queue(workersAt(now)),
        until: 3 * third,
        period: 10 * ms,
        seed,
      });
      const endOf = (which: number): Period[] => periods.slice(40 * which - 15, 40 * which);
      const [before, between, after] = [endOf(1), endOf(2), endOf(3)];
      expect(median(between)).toBeLessThanOrEqual(2 * half + 10);
      for (const [each, capacity] of [
        [before, workers],
        [between, half],
        [after, workers],
      ] as const) {
        expect(median(each)).toBeGreaterThanOrEqual(capacity * 0.6);
        expect(use(each, capacity)).toBeGreaterThan(0.7);
      }
    });
    fc.assert(property, { numRuns, seed });
  });

  it('does not collapse at a blip: all calls of a moment take twenty times as long', () => {
    const property = fc.property(services, ({ workers, ms, work, seed }) => {
      const from = 400 * ms;
      const isBlip = (now: number): boolean => now >= from && now < from + 2 * ms;
      const periods = play({
        limit: make(20),
        workers: () => workers,
        work: (now, random) => work(now, random) * (isBlip(now) ? 20 : 1),
        clients: () => many(workers),
        queue: () => queue(workers),
        until: from + 400 * ms,
        period: 10 * ms,
        seed,
      });
      const calm = median(periods.slice(30, 40));
      expect(median(periods.slice(40, 50))).toBeGreaterThanOrEqual(calm / 2 - 1);
      expect(median(periods.slice(-10))).toBeGreaterThanOrEqual(workers * 0.6);
    });
    fc.assert(property, { numRuns, seed });
  });

  it('does not run away: with few clients it is at most a little more than twice what runs', () => {
    const property = fc.property(services, fc.integer({ min: 1, max: 30 }), ({ workers, ms, work, seed }, clients) => {
      const periods = play({
        limit: make(1),
        workers: () => workers + clients,
        work,
        clients: () => clients,
        until: 400 * ms,
        period: 10 * ms,
        seed,
      });
      const most = Math.max(...periods.map(({ limit }) => limit));
      expect(most).toBeLessThanOrEqual(2 * clients + Math.sqrt(2 * clients) + 1);
    });
    fc.assert(property, { numRuns, seed });
  });
});

it(
  'vegas follows a service that becomes slower without a queue, and does not shrink to its minimum',
  { timeout: 600_000 },
  () => {
    const property = fc.property(
      services.filter(({ workers }) => workers >= 16),
      fc.integer({ min: 2, max: 6 }),
      ({ workers, ms, work, seed }, factor) => {
        const from = 400 * ms;
        const periods = play({
          limit: vegas(),
          workers: () => workers,
          work: (now, random) => work(now, random) * (now >= from ? factor : 1),
          clients: () => many(workers),
          until: from + 400 * ms * factor,
          period: 10 * ms,
          seed,
        });
        const slow = periods.slice(40);
        expect(Math.min(...slow.map(({ limit }) => limit))).toBeGreaterThanOrEqual(workers / 8);
        expect(median(slow.slice(-10 * factor))).toBeGreaterThanOrEqual(workers * 0.6);
        expect(median(slow.slice(-10 * factor))).toBeLessThanOrEqual(2 * workers + 10);
      },
    );
    fc.assert(property, { numRuns, seed });
  },
);

it('a fixed limit does not follow: its queue in the service doubles what calls take', () => {
  const load = { workers: (now: number) => (now < 30_000 ? 40 : 20), work: steady(100), clients: () => 200 };
  const fixed = play({ limit: 50, until: 60_000, ...load }).slice(-10);
  const following = play({ limit: vegas(), until: 60_000, ...load }).slice(-10);
  expect(median(fixed)).toBe(50);
  expect(sum(fixed, ({ took }) => took) / 10).toBe(250);
  expect(sum(following, ({ took }) => took) / 10).toBeLessThan(180);
  expect(use(following, 20)).toBeGreaterThan(0.95);
});
