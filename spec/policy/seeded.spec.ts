import { expect, it } from 'vitest';
import { seeded } from '../../src/policy/seeded.js';
import { seeded as independent } from '../support/seeded.js';

it('is the same in every run, and what the tests use', () => {
  const [one, same, known] = [seeded(42), seeded(42), independent(42)];
  for (let draw = 0; draw < 100; draw += 1) {
    const value = one();
    expect(value).toBe(same());
    expect(value).toBe(known());
  }
});

it('is uniform in [0, 1)', () => {
  const random = seeded(7);
  const bins = new Array<number>(10).fill(0);
  for (let draw = 0; draw < 100_000; draw += 1) {
    const bin = Math.floor(random() * 10);
    bins[bin] = Number(bins[bin]) + 1;
  }
  for (const bin of bins) expect(Math.abs(bin - 10_000)).toBeLessThan(500);
});

it.each([0.5, NaN, Infinity, 2 ** 53])('refuses %s as a seed', (seed) => {
  expect(() => seeded(seed)).toThrow(RangeError);
  expect(() => seeded(seed)).toThrow(/^seeded: seed must be a safe integer, got /);
});
