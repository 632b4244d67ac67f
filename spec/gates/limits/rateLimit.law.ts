import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rateLimit, type RateLimitOptions, type RateLimitView, type GatePolicy, type Signal } from 'rxjs-reprise';
import { abandon, ask, wokenBy } from '../../support/log.js';
import { size } from '../../support/size.js';

/*
 * Streams that ask for their turns, on one clock. They sleep for about their wait, and may give up.
 */

/** One stream: when it first asks, after how long it gives up, how late its timers are, and how long another gate blocks it. */
interface Stream {
  readonly gap: number;
  readonly maxWait: number;
  readonly lateness: number;
  readonly blocked: number;
}

interface Lived {
  readonly ticket: number;
  readonly asked: number;
  /** When it started; `undefined` if it gave up before. */
  readonly started: number | undefined;
}

const options: fc.Arbitrary<Required<Pick<RateLimitOptions, 'limit' | 'per' | 'burst'>>> = fc
  .tuple(fc.constantFrom(1, 2, 3, 7, 10), fc.constantFrom(1, 70, 100, 1000), fc.integer({ min: 1, max: 10 }))
  .map(([limit, per, burst]) => ({ limit, per, burst: Math.min(limit, burst) }));

const streams = (given: Partial<Record<keyof Stream, fc.Arbitrary<number>>>): fc.Arbitrary<readonly Stream[]> => {
  const gap = fc.oneof(fc.constant(0), fc.nat(30), fc.double({ min: 0, max: 90, noNaN: true }), fc.nat(3000));
  const none = fc.constant(0);
  const each = fc.record({ gap, maxWait: fc.constant(Infinity), lateness: none, blocked: none, ...given });
  return fc.array(each, { maxLength: 30, size: 'max' });
};

/** Plays all streams. A woken stream asks again at once. */
function live(policy: GatePolicy<unknown, RateLimitView>, all: readonly Stream[]): Lived[] {
  let state = policy.initial;
  let arrival = 0;
  const lives = all.map(({ gap, ...rest }, index) => {
    arrival += gap;
    return { ticket: index + 1, asked: arrival, next: arrival, started: undefined as number | undefined, ...rest };
  });
  type Life = (typeof lives)[number];
  const due = ({ asked, maxWait, next }: Life): number => Math.min(asked + maxWait, next);
  const queue = new Set(lives);
  /** Folds a signal, and lets the streams that it wakes ask again. */
  const folds = (signal: Signal, next: unknown): void => {
    const before = state;
    state = next;
    const waiting = lives.filter((life) => queue.has(life) && life.asked <= signal.now).map(({ ticket }) => ticket);
    for (const ticket of wokenBy(policy, signal, [before, state], waiting)) {
      const life = lives[ticket - 1];
      if (ticket !== signal.ticket && life !== undefined && queue.has(life)) asks(life, signal.now);
    }
  };
  const asks = (life: Life, now: number): void => {
    const signal = ask(now, { ticket: life.ticket });
    const verdict = policy.reduce(state, signal);
    const isBlocked = now < life.asked + life.blocked;
    if (verdict.wait === 0 && !isBlocked) {
      life.started = now;
      queue.delete(life);
      folds(signal, verdict.state);
      return;
    }
    const other = isBlocked ? life.asked + life.blocked - now : 0;
    life.next = now + Math.max(verdict.wait, other) + life.lateness;
    if (verdict.wait > 0) folds(signal, verdict.state);
  };
  for (let steps = 0; queue.size > 0; steps += 1) {
    expect(steps).toBeLessThan(20_000);
    const life = [...queue].reduce((first, each) => (due(each) < due(first) ? each : first));
    const now = due(life);
    if (life.next <= now) {
      asks(life, now);
      continue;
    }
    queue.delete(life);
    const leaves = abandon(now, { ticket: life.ticket });
    folds(leaves, policy.reduce(state, leaves).state);
  }
  return lives;
}

const startsOf = (lives: readonly Lived[]): number[] =>
  lives.flatMap(({ started }) => started ?? []).sort((one, other) => one - other);

const maybe = (arbitrary: fc.Arbitrary<number>, otherwise: number): fc.Arbitrary<number> =>
  fc.oneof(fc.constant(otherwise), arbitrary);
const maxWait = maybe(fc.nat(500), Infinity);
const lateness = maybe(fc.nat(300), 0);
const blocked = maybe(fc.nat(2000), 0);

describe('rateLimit', { timeout: 60_000 }, () => {
  it('never starts more than limit + burst - 1 in any such time, whichever stream is late, gives up or waits elsewhere', () => {
    const property = fc.property(options, streams({ maxWait, lateness, blocked }), (given, all) => {
      const { limit, per, burst = 1 } = given;
      const starts = startsOf(live(rateLimit(given), all));
      starts.forEach((start, index) => {
        const later = starts[index + limit + burst - 1] ?? Infinity;
        expect(later - start).toBeGreaterThanOrEqual(per - 1e-6);
      });
      // The same holds for every shorter time, but for the lateness that is made up: at most 25 ms, and a tenth of `per`.
      const madeUp = Math.min(25, per / 10);
      starts.forEach((start, index) => {
        for (let n = burst; n < burst + limit; n += 1) {
          const later = starts[index + n] ?? Infinity;
          expect(later - start).toBeGreaterThanOrEqual(((n - burst + 1) * per) / limit - madeUp - 1e-6);
        }
      });
    });
    fc.assert(property, { numRuns: size(300, 5000) });
  });

  it('starts each as soon as the rate allows, in the order of the asks, and loses nothing to streams that give up', () => {
    const property = fc.property(options, streams({ maxWait }), (given, all) => {
      const { limit, per, burst = 1 } = given;
      let paid = -Infinity;
      for (const { asked, ticket, started } of live(rateLimit(given), all)) {
        const begin = Math.max(asked, paid - ((burst - 1) * per) / limit);
        const { maxWait = 0 } = all[ticket - 1] ?? {};
        // At the limit, either is correct.
        if (started === undefined) expect(begin).toBeGreaterThanOrEqual(asked + maxWait - 1e-6);
        else expect(started).toBeCloseTo(begin, 6);
        if (started !== undefined) paid = Math.max(begin, paid) + per / limit;
      }
    });
    fc.assert(property, { numRuns: size(300, 5000) });
  });

  it('starts every stream in the end, a blocked one no later than the rate allows from then on', () => {
    const property = fc.property(options, streams({ blocked, lateness }), (given, all) => {
      const { limit, per } = given;
      const lives = live(rateLimit(given), all);
      const ready = lives.map(({ asked }, index) => asked + (all[index]?.blocked ?? 0));
      const slack = lives.length * (per / limit + 300);
      lives.forEach(({ started }, index) => {
        expect((started ?? Infinity) - (ready[index] ?? 0)).toBeLessThanOrEqual(2 * slack);
      });
    });
    fc.assert(property, { numRuns: size(300, 5000) });
  });

  it('does not delay streams that can start because of streams that wait elsewhere', () => {
    const policy = rateLimit({ limit: 10, per: 1000 });
    const stream = (blocked: number): Stream => ({ gap: 0, maxWait: Infinity, lateness: 0, blocked });
    const stuck = Array.from({ length: 5 }, () => stream(60_000));
    const free = Array.from({ length: 100 }, () => stream(0));
    const starts = startsOf(live(policy, [...stuck, ...free]).slice(5));
    expect(starts.at(-1)).toBeLessThanOrEqual(100 * 100 + 5 * 100);
  });
});
