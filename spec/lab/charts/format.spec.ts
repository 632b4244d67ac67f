import { expect, it } from 'vitest';
import { formatRange, formatTime } from '../../../src/lab/charts/format.js';

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
