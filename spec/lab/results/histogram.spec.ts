import { expect, it } from 'vitest';
import { BusiestStretch, Histogram } from '../../../src/lab/results/histogram.js';

it('knows quantiles to one percent, and the largest exactly', () => {
  const spread = new Histogram();
  expect(spread.quantile(0.5)).toBe(0);
  for (let value = 0; value <= 10_000; value += 1) spread.add(value);
  for (const share of [0.1, 0.5, 0.9, 0.99]) {
    expect(Math.abs(spread.quantile(share) / (10_000 * share) - 1)).toBeLessThan(0.011);
  }
  expect([spread.max, spread.quantile(1), spread.count]).toEqual([10_000, 10_000, 10_001]);
  const tiny = new Histogram();
  tiny.add(0.5);
  tiny.add(2 ** 40);
  expect([tiny.quantile(0.5), tiny.max]).toEqual([2 ** (0.5 / 64), 2 ** 40]);
});

it('knows the busiest stretch', () => {
  const crowd = new BusiestStretch(100);
  for (const now of [0, 99, 100, 150, 199, 950]) crowd.add(now);
  expect([crowd.most, crowd.total]).toEqual([3, 6]);
});
