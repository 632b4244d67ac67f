import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastCalls } from '../../src/gates/lastCalls.js';
import { lastInstants } from '../../src/gates/lastInstants.js';
import { timeBuckets } from '../../src/gates/timeBuckets.js';
import { streak, type Counts, type Window } from '../../src/gates/window.js';

/** A call that ended `gap` milliseconds after the one before. */
interface End {
  readonly gap: number;
  readonly isBad: boolean;
}

const ends = (maxLength: number, gap: fc.Arbitrary<number>): fc.Arbitrary<readonly End[]> =>
  fc.array(fc.record({ gap, isBad: fc.boolean() }), { maxLength, size: 'max' });

/** Mostly short steps, sometimes an idle gap. */
const gap = fc.oneof(
  { weight: 9, arbitrary: fc.nat(40) },
  { weight: 1, arbitrary: fc.constantFrom(99, 100, 101, 1e4, 1e12) },
);

interface Recorded {
  readonly at: number;
  readonly isBad: boolean;
}

/** Records all calls from `start` on. After each, the window must agree with `expected`, which counts the whole list. */
function agree<W>(
  window: Window<W>,
  start: number,
  list: readonly End[],
  expected: (all: Recorded[], now: number) => Counts,
): void {
  let memory = window.fresh;
  let now = start;
  const all: Recorded[] = [];
  expect(window.counts(memory, now)).toEqual({ bad: 0, good: 0 });
  for (const { gap, isBad } of list) {
    now += gap;
    expect(window.counts(memory, now)).toMatchObject(expected(all, now));
    memory = window.record(memory, now, isBad);
    all.push({ at: now, isBad });
    expect(window.counts(memory, now)).toMatchObject(expected(all, now));
  }
  expect(JSON.parse(JSON.stringify(memory))).toEqual(memory);
  expect(parsedBy(window, memory)).toEqual(memory);
}

const parsedBy = (window: Window<any>, memory: unknown): unknown =>
  window.parse(memory, '', (got) => {
    throw new TypeError(got);
  });

const tallied = (some: readonly Recorded[]): Counts => {
  const bad = some.filter(({ isBad }) => isBad).length;
  return { bad, good: some.length - bad };
};

const law = (property: fc.IProperty<any>, numRuns = 60): void => {
  fc.assert(property, { numRuns });
};

describe('lastCalls', () => {
  it.each([1, 2, 31, 32, 33, 64, 100, 1000, 1100])('counts exactly in a window of %d', (size) => {
    const window = lastCalls(size);
    law(
      fc.property(ends(2 * size + 40, fc.constant(1)), (list) => {
        agree(window, 0, list, (all) => tallied(all.slice(-size)));
      }),
      size < 1000 ? 40 : 3,
    );
  });

  it('holds at most its size, however often the ring wraps', () => {
    const window = lastCalls(33);
    let memory = window.fresh;
    const tallies = [];
    for (let call = 1; call <= 99; call += 1) {
      memory = window.record(memory, 0, call <= 33 || call > 66);
      if (call % 33 === 0) tallies.push(window.counts(memory, 0));
    }
    expect(tallies).toEqual([
      { bad: 33, good: 0 },
      { bad: 0, good: 33 },
      { bad: 33, good: 0 },
    ]);
    expect(memory.words).toEqual([-1, 1]);
  });

  it('takes one bit per call: 1000 calls are 32 numbers', () => {
    expect(lastCalls(1000).fresh.words).toHaveLength(32);
  });
});

describe('lastInstants', () => {
  const within = 100;
  const alive = (all: Recorded[], now: number): Recorded[] => all.filter(({ at }) => now - at < within);

  it.each([1, 31, 32, 33, 100, 1000])('knows exactly whether %d calls were within a time', (n) => {
    const window = lastInstants(n, within);
    law(
      fc.property(ends(Math.min(2 * n + 40, 300), n < 100 ? gap : fc.nat(1)), (list) => {
        agree(window, 0, list, (all, now) => ({
          bad: Math.min(n, tallied(alive(all, now)).bad),
          good: tallied(all).good,
        }));
      }),
      n < 100 ? 40 : 5,
    );
  });

  it.each([1, 5, 99, 100, 150])('is full at %d bad calls within a time', (n) => {
    const window = lastInstants(n, within);
    law(
      fc.property(ends(2 * n + 40, n < 99 ? gap : fc.nat(1)), (list) => {
        let [memory, now] = [window.fresh, 0];
        for (const { gap, isBad } of list) {
          now += gap;
          memory = window.record(memory, now, isBad);
          expect(window.isFull(memory, now)).toBe(window.counts(memory, now).bad === n);
          expect(memory.times.length + memory.recent.length).toBeLessThanOrEqual(n + 13);
        }
      }),
      20,
    );
  });

  it('keeps no more instants than the rule needs', () => {
    const window = lastInstants(2, within);
    const memory = [1, 2, 3].reduce((memory, now) => window.record(memory, now, true), window.fresh);
    expect(memory).toStrictEqual({ times: [2, 3], recent: [], good: 0 });
  });
});

describe('timeBuckets', () => {
  /** A call is forgotten when `within` has passed since the start of its bucket. */
  const naive =
    (within: number, count: number) =>
    (all: Recorded[], now: number): Counts => {
      const width = within / count;
      return tallied(all.filter(({ at }) => now < Math.floor(at / width) * width + within));
    };

  it.each([
    [100, 1],
    [100, 10],
    [99, 3],
    [1000, 4],
    [5, 10],
  ])('counts what ended in the last %d ms, in %d buckets', (within, count) => {
    law(
      fc.property(fc.integer({ min: -1000, max: 1e9 }), ends(60, gap), (start, list) => {
        agree(timeBuckets(within, count), start, list, naive(within, count));
      }),
    );
  });

  it('forgets everything in an idle gap, at a cost that does not depend on its length', () => {
    const window = timeBuckets(100, 10);
    const busy = Array.from({ length: 10 }, (_, index) => index * 10).reduce(
      (memory, now) => window.record(memory, now, true),
      window.fresh,
    );
    expect([99, 100, 189, 190].map((now) => window.counts(busy, now).bad)).toEqual([10, 9, 1, 0]);
    expect(window.record(busy, 1e15, false)).toStrictEqual({
      index: 1e14,
      bad: 0,
      good: 1,
      older: [],
      past: { bad: 0, good: 0 },
    });
  });

  it('keeps a fixed number of buckets, however long the traffic lasts', () => {
    const window = timeBuckets(100, 10);
    let memory = window.fresh;
    for (let now = 0; now < 1000; now += 1) memory = window.record(memory, now, now % 2 === 0);
    expect(memory.older).toHaveLength(9);
    expect(window.counts(memory, 999)).toEqual({ bad: 50, good: 50 });
  });

  it('counts a call that ends before the newest bucket in that bucket', () => {
    const window = timeBuckets(100, 10);
    const memory = window.record(window.record(window.fresh, 50, true), 20, true);
    expect(memory).toMatchObject({ index: 5, bad: 2, older: [] });
  });
});

describe('streak', () => {
  it('is reset by a good call, and counts the calls since the circuit closed', () => {
    const runs = [true, true, false, true].reduce(
      (memories, isBad) => [...memories, streak.record(memories.at(-1) ?? streak.fresh, 0, isBad)],
      [streak.fresh],
    );
    expect(runs.map(({ run }) => run)).toEqual([0, 1, 2, 0, 1]);
    expect(runs.map((memory) => streak.counts(memory, 0))).toMatchObject([
      { bad: 0, good: 0 },
      { bad: 1, good: 0 },
      { bad: 2, good: 0 },
      { bad: 2, good: 1 },
      { bad: 3, good: 1 },
    ]);
  });
});

describe('every window', () => {
  const windows: [string, Window<any>][] = [
    ['streak', streak],
    ['lastInstants', lastInstants(3, 100)],
    ['lastCalls', lastCalls(40)],
    ['timeBuckets', timeBuckets(100, 4)],
  ];

  it.each(windows)('%s records into a new value and does not change the old one', (_, window) => {
    let memory: unknown = window.fresh;
    for (let now = 0; now < 50; now += 7) {
      const before = structuredClone(memory);
      const after: unknown = window.record(memory, now, now % 2 === 0);
      expect(after).not.toBe(memory);
      expect(memory).toEqual(before);
      memory = after;
    }
  });

  it.each(windows)(
    '%s resumes on a clock that is behind with the same counts, and otherwise with the same reference',
    (_, window) => {
      let memory: unknown = window.fresh;
      for (let now = 1000; now < 1090; now += 30) memory = window.record(memory, now, true);
      expect(window.resume(memory, 1060)).toBe(memory);
      expect(window.resume(memory, 2e9)).toBe(memory);
      for (const now of [1059, 0, -1e6]) {
        expect(window.counts(window.resume(memory, now), now)).toEqual(window.counts(memory, 1060));
      }
    },
  );
});

describe('a window from elsewhere', () => {
  const bits = lastCalls(33);
  const buckets = timeBuckets(100, 10);
  const held = buckets.record(buckets.record(buckets.fresh, 5, true), 25, false);

  it.each<[string, boolean, Window<any>, unknown]>([
    ['a streak', true, streak, { run: 1, bad: 2, good: 3 }],
    ['a streak', true, streak, streak.fresh],
    ['a streak', false, streak, { run: 0.5, bad: 2, good: 3 }],
    ['a streak', false, streak, { run: 1, bad: -1, good: 3 }],
    ['a streak', false, streak, { run: 1, bad: 2, good: NaN }],
    ['instants', true, lastInstants(2, 10), { times: [1, 2.5], recent: [], good: 0 }],
    ['instants', true, lastInstants(2, 10), lastInstants(2, 10).fresh],
    ['instants', false, lastInstants(2, 10), { times: [1, NaN], recent: [], good: 0 }],
    ['instants', false, lastInstants(2, 10), { times: [NaN, 1], recent: [], good: 0 }],
    ['instants', false, lastInstants(2, 10), { times: [1], recent: [], good: -1 }],
    ['many instants', true, lastInstants(100, 10), { times: [1, 2], recent: [2, 3], good: 0 }],
    ['many instants', false, lastInstants(100, 10), { times: [1, 2], recent: [1, 3], good: 0 }],
    ['many instants', false, lastInstants(100, 10), { times: [], recent: [3, 2], good: 0 }],
    ['many instants', false, lastInstants(100, 10), { times: [], recent: Array(10).fill(1), good: 0 }],
    ['many bits', true, lastCalls(1100), { ...lastCalls(1100).fresh, recent: [7], word: 1, at: 33, held: 33, bad: 4 }],
    ['many bits', false, lastCalls(1100), { ...lastCalls(1100).fresh, recent: [7], word: 1, at: 33, held: 33, bad: 3 }],
    ['many bits', false, lastCalls(1100), { ...lastCalls(1100).fresh, recent: [7, 0], at: 33, held: 33, bad: 3 }],
    ['many bits', false, lastCalls(1100), { ...lastCalls(1100).fresh, recent: ['7'], at: 33, held: 33, bad: 3 }],
    [
      'many bits',
      false,
      lastCalls(1100),
      { ...lastCalls(1100).fresh, recent: Array(32).fill(0), at: 1056, held: 1056 },
    ],
    ['bits', true, bits, bits.fresh],
    ['bits', true, bits, { words: [0, 0], recent: [], word: 5, at: 3, held: 3, bad: 2 }],
    ['bits', true, bits, { words: [6, 0], recent: [], word: 1, at: 1, held: 33, bad: 3 }],
    ['bits', false, bits, { words: [5, 0], recent: [], word: 5, at: 3, held: 3, bad: 2 }],
    ['bits', false, bits, { words: [0, 0], recent: [], word: 8, at: 3, held: 3, bad: 1 }],
    ['bits', false, bits, { words: [0, 0], recent: [], word: 8, at: 3, held: 33, bad: 1 }],
    ['bits', false, bits, { words: [0, 1], recent: [], word: 5, at: 3, held: 3, bad: 3 }],
    ['bits', false, bits, { words: [0, 2], recent: [], word: 0, at: 0, held: 33, bad: 1 }],
    ['bits', false, bits, { words: [0, 0], recent: [], word: 0.5, at: 3, held: 3, bad: 0 }],
    ['bits', false, bits, { words: [0, 0], recent: [], word: 5, at: 3, held: 3, bad: 1 }],
    ['bits', true, bits, { words: [-1, 1], recent: [], word: 0, at: 0, held: 33, bad: 33 }],
    ['bits', true, bits, { words: [5, 0], recent: [], word: 0, at: 32, held: 33, bad: 2 }],
    ['bits', false, bits, { words: [5, 0], recent: [], word: 0, at: 3, held: 3, bad: 1 }],
    ['bits', false, bits, { words: [5, 0.5], recent: [], word: 0, at: 3, held: 3, bad: 2 }],
    ['bits', false, bits, { words: [5.5, 0], recent: [], word: 0, at: 3, held: 3, bad: 2 }],
    ['bits', false, bits, { words: [2 ** 31, 0], recent: [], word: 0, at: 3, held: 3, bad: 1 }],
    ['bits', false, bits, { words: [5, 0], recent: [], word: 0, at: 2, held: 3, bad: 2 }],
    ['bits', false, bits, { words: [5, 0], recent: [], word: 0, at: 33, held: 33, bad: 2 }],
    ['bits', false, bits, { words: [5, 0], recent: [], word: 0, at: 34, held: 34, bad: 2 }],
    ['bits', false, bits, { words: [5, 0], recent: [], word: 0, at: -1, held: -1, bad: 2 }],
    ['bits', false, bits, { words: [5, 0], recent: [], word: 0, at: 3.5, held: 3.5, bad: 2 }],
    ['buckets', true, buckets, buckets.fresh],
    ['buckets', true, buckets, held],
    ['buckets', false, buckets, { ...held, index: 0.5 }],
    ['buckets', false, buckets, { ...held, bad: -1 }],
    ['buckets', false, buckets, { ...held, good: 0.5 }],
    ['buckets', false, buckets, { ...held, past: { bad: -1, good: 0 } }],
    ['buckets', false, buckets, { ...held, past: { bad: 0, good: NaN } }],
    ['buckets', false, buckets, { ...held, older: [{ index: 0, bad: -1, good: 0 }] }],
    ['buckets', false, buckets, { ...held, older: [{ index: 0, bad: 0, good: 0.5 }] }],
    ['buckets', false, buckets, { ...held, older: [{ index: 0.5, bad: 0, good: 0 }, ...held.older] }],
    ['buckets', false, buckets, { ...held, older: [...held.older, { index: 0.5, bad: 0, good: 0 }] }],
    ['buckets', false, buckets, { ...held, older: [{ index: 2, bad: 1, good: 0 }] }],
    ['buckets', false, buckets, { ...held, older: [{ index: -8, bad: 1, good: 0 }] }],
    ['buckets', false, buckets, { ...held, past: { bad: 0, good: 0 } }],
    ['buckets', false, buckets, { ...held, past: { bad: 1, good: 1 } }],
    ['a streak', false, streak, { run: 3, bad: 2, good: 3 }],
    ['a streak', false, streak, { run: 1, bad: 2, good: 0 }],
    ['instants', false, lastInstants(2, 10), { times: [2, 1], recent: [], good: 0 }],
    ['instants', false, lastInstants(2, 10), { times: [1, 2, 3], recent: [], good: 0 }],
    ['bits', false, bits, { words: [8, 0], recent: [], word: 0, at: 3, held: 3, bad: 1 }],
  ])('%s, fits: %s', (_, fits, window, memory) => {
    const parsed = (): unknown => parsedBy(window, memory);
    if (fits) expect(parsed()).toStrictEqual(memory);
    else expect(parsed).toThrow(TypeError);
  });

  it('of instants is moved back if its clock was ahead, and otherwise unchanged', () => {
    const window = lastInstants(3, 10);
    const memory = { times: [100, 105], recent: [], good: 4 };
    expect(window.resume(memory, 50)).toEqual({ times: [45, 50], recent: [], good: 4 });
    expect(window.resume(memory, 105)).toBe(memory);
    expect(window.resume(memory, 500)).toBe(memory);
    expect(window.resume(window.fresh, -5)).toBe(window.fresh);
  });

  it('of buckets is moved back if its clock was ahead, and otherwise unchanged', () => {
    const moved = buckets.resume(held, 5);
    expect(moved).toEqual({ ...held, index: 0, older: [{ index: -2, bad: 1, good: 0 }] });
    expect(buckets.counts(moved, 5)).toEqual({ bad: 1, good: 1 });
    expect(buckets.resume(held, 29)).toBe(held);
    expect(buckets.resume(held, 500)).toBe(held);
  });

  it.each<[string, Window<unknown>]>([
    ['a streak', streak],
    ['bits', bits],
  ])('of %s does not depend on time', (_, window) => {
    const memory = window.record(window.fresh, 100, true);
    expect(window.resume(memory, 5)).toBe(memory);
  });
});
