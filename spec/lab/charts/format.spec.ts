import { expect, it } from 'vitest';
import { formatNumber, formatPercent, formatRange, formatTime } from '../../../src/lab/charts/format.js';

it.each([
  [0, '0 s'],
  [2.5, '2.5 ms'],
  [250, '250 ms'],
  [1500, '1.5 s'],
  [119_000, '119 s'],
  [300_000, '5 min'],
  [7_200_000, '2 h'],
  [172_800_000, '2 d'],
  [86_400_000 * 1000, 'years'],
  [Number.MAX_VALUE, 'years'],
])('%d ms is %s', (ms, text) => {
  expect(formatTime(ms)).toBe(text);
});

it('formats a range, or one time if both ends are the same', () => {
  expect([formatRange(0, 1500), formatRange(250, 250)]).toEqual(['0 s to 1.5 s', '250 ms']);
});

it.each([
  [0, '0'],
  [0.004, '< 0.01'],
  [0.005, '0.01'],
  [1234.5, '1 234.5'],
])('%d with two decimals is %s', (value, text) => {
  expect(formatNumber(value, 2)).toBe(text);
});

it('never formats a number above 0 as 0', () => {
  expect([formatNumber(0.4), formatTime(0.01), formatPercent(0.0004)]).toEqual(['< 1', '< 0.1 ms', '< 0.1 %']);
});

it.each([
  [0, '0 %'],
  [0.0005, '0.1 %'],
  [0.012, '1.2 %'],
  [0.0996, '10 %'],
  [0.41, '41 %'],
  [0.996, '99.6 %'],
  [0.99999, '> 99.9 %'],
  [1, '100 %'],
  [-0, '0 %'],
  [1.5, '150 %'],
])('a share of %d is %s', (share, text) => {
  expect(formatPercent(share)).toBe(text);
});
