import { expect, it } from 'vitest';
import { seededRandom } from 'rxjs-reprise/testing';
import { missing, ofAnotherKind, refuses, type Bad } from '../support/bad.js';

const draws = (seed: number, count: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, random);
};

it('is mulberry32', () => {
  // Computed by its 32-bit integer arithmetic in another language.
  expect(draws(0, 3).map((draw) => draw * 2 ** 32)).toEqual([1144304738, 1416247, 958946056]);
});

it('is the same for the same seed, different for another, and evenly spread', () => {
  expect(draws(7, 50)).toEqual(draws(7, 50));
  expect(draws(7, 50)).not.toEqual(draws(8, 50));
  const many = draws(-3, 10_000);
  expect(many.every((draw) => draw >= 0 && draw < 1)).toBe(true);
  const tenths = Array.from(
    { length: 10 },
    (_, tenth) => many.filter((draw) => Math.floor(draw * 10) === tenth).length,
  );
  expect(tenths.filter((count) => Math.abs(count - 1000) > 120)).toEqual([]);
});

const numbers: readonly Bad[] = [NaN, Infinity, 1.5, 2 ** 53].map((bad): Bad => [bad, RangeError, String(bad)]);
refuses(
  'a safe integer',
  [...ofAnotherKind, missing, ...numbers],
  [['seededRandom: seed', (bad) => seededRandom(bad)]],
);
