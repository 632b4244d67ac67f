import { expect, it } from 'vitest';
import { BusiestStretch, Histogram } from '../../../src/lab/results/histogram.js';

it('finds quantiles to one percent, and the maximum exactly', () => {
  const histogram = new Histogram();
  expect(histogram.quantile(0.5)).toBe(0);
  for (let value = 0; value <= 10_000; value += 1) histogram.add(value);
  for (const share of [0.1, 0.5, 0.9, 0.99]) {
    expect(Math.abs(histogram.quantile(share) / (10_000 * share) - 1)).toBeLessThan(0.011);
  }
  expect([histogram.max, histogram.quantile(1), histogram.count]).toEqual([10_000, 10_000, 10_001]);
  const tiny = new Histogram();
  tiny.add(0.5);
  tiny.add(2 ** 40);
  expect([tiny.quantile(0.5), tiny.max]).toEqual([2 ** (0.5 / 64), 2 ** 40]);
});

it('finds the busiest stretch', () => {
  const busiest = new BusiestStretch(100);
  for (const now of [0, 99, 100, 150, 199, 950]) busiest.add(now);
  expect([busiest.most, busiest.total]).toEqual([3, 6]);
});
