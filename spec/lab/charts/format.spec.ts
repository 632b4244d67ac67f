import { expect, it } from 'vitest';
import { time } from '../../../src/lab/charts/format.js';

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
])('%d ms are %s', (ms, words) => {
  expect(time(ms)).toBe(words);
});
