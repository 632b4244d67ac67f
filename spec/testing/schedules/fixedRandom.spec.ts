import { expect, it } from 'vitest';
import { fixedRandom } from 'rxjs-reprise/testing';
import { refuses } from '../../support/bad.js';

it('returns one number for all draws, or an array that repeats', () => {
  const one = fixedRandom(0.25);
  expect([one(), one()]).toEqual([0.25, 0.25]);
  const given = [0, 0.5];
  const some = fixedRandom(given);
  given.length = 0;
  expect([some(), some(), some()]).toEqual([0, 0.5, 0]);
});

refuses(
  'in [0, 1)',
  [
    [1, RangeError, '1'],
    [-0.1, RangeError, '-0.1'],
    [NaN, RangeError, 'NaN'],
    ['0.5', TypeError, '"0.5"'],
    [undefined, TypeError, 'undefined'],
    [Math.random, TypeError, 'the function random'],
  ],
  [['fixedRandom: draws', (bad) => fixedRandom(bad)]],
);

refuses('in [0, 1)', [[[0.5, 2], RangeError, '2']], [['fixedRandom: draws[1]', (bad) => fixedRandom(bad)]]);

refuses('an array of at least one draw', [[[], RangeError, '[]']], [['fixedRandom: draws', (bad) => fixedRandom(bad)]]);
