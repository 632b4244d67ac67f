import { describe } from 'vitest';
import {
  adaptiveThrottle,
  concurrency,
  preview,
  rateLimit,
  retryBudget,
  successThrottle,
  tokenBucket,
} from 'rxjs-reprise';
import {
  endless,
  missing,
  notCount,
  notFunction,
  notMilliseconds,
  notObject,
  ofAnotherKind,
  outOfRange,
  refuses,
  type Bad,
  type Option,
} from '../support/bad.js';

/*
 * Every option of the policies that are held in common, every kind of nonsense.
 */

const notNumber = notMilliseconds;
const zero: Bad = [0, RangeError, '0'];
const half: Bad = [0.5, RangeError, '0.5'];

describe('bad input', () => {
  const numbers: readonly Option[] = [
    ['retryBudget: ratio', (ratio) => retryBudget({ ratio })],
    ['retryBudget: reserve', (reserve) => retryBudget({ reserve })],
    ['tokenBucket: capacity', (capacity) => tokenBucket({ capacity })],
    ['tokenBucket: refund', (refund) => tokenBucket({ refund })],
    ['tokenBucket: the answer of cost', (bad) => preview(tokenBucket({ cost: () => bad }))],
  ];
  refuses('a finite number, at least 0', notNumber, numbers);
  refuses('a finite number, at least 0', [missing], numbers.slice(-1));
  refuses(
    'a finite number, at least 0',
    notNumber.filter(([value]) => typeof value !== 'function'),
    [['tokenBucket: cost', (cost) => tokenBucket({ cost })]],
  );
  refuses(
    'a finite number, at least 1',
    [...notNumber, half],
    [['adaptiveThrottle: k', (k) => adaptiveThrottle({ k })]],
  );
  refuses(
    'a finite number of milliseconds, at least 1',
    [...notMilliseconds, half],
    [
      ['retryBudget: window', (window) => retryBudget({ window })],
      ['adaptiveThrottle: window', (window) => adaptiveThrottle({ window })],
      ['rateLimit: per', (per) => rateLimit({ limit: 1, per })],
    ],
  );
  refuses(
    'a finite number of milliseconds, at least 1',
    [missing],
    [['rateLimit: per', (per) => rateLimit({ limit: 1, per })]],
  );

  const wholes: readonly Option[] = [
    ['rateLimit: limit', (limit) => rateLimit({ limit, per: 1 })],
    ['concurrency: limit', (limit) => concurrency({ limit })],
  ];
  refuses(
    'a whole number, at least 1',
    [...notCount, zero, endless],
    [...wholes, ['rateLimit: burst', (burst) => rateLimit({ limit: 5, per: 1, burst })]],
  );
  refuses('a whole number, at least 1', [missing], wholes);
  refuses(
    'at most limit (5)',
    [[6, RangeError, '6']],
    [['rateLimit: burst', (burst) => rateLimit({ limit: 5, per: 1, burst })]],
  );

  refuses(
    'above 0 and at most 1000',
    [...ofAnotherKind, ...outOfRange, missing, zero, endless, [1000.5, RangeError, '1000.5']],
    [['successThrottle: maxTokens', (maxTokens) => successThrottle({ maxTokens, tokenRatio: 1 })]],
  );
  refuses(
    'finite and above 0',
    [...ofAnotherKind, ...outOfRange, missing, zero, endless],
    [['successThrottle: tokenRatio', (tokenRatio) => successThrottle({ maxTokens: 1, tokenRatio })]],
  );

  refuses('a function', notFunction, [
    ['successThrottle: classify', (classify) => successThrottle({ maxTokens: 1, tokenRatio: 1, classify })],
    ['adaptiveThrottle: classify', (classify) => adaptiveThrottle({ classify })],
  ]);

  const options: readonly Option[] = [
    ['successThrottle: options', (bad) => successThrottle(bad)],
    ['rateLimit: options', (bad) => rateLimit(bad)],
    ['concurrency: options', (bad) => concurrency(bad)],
  ];
  refuses('an object', notObject, [
    ...options,
    ['retryBudget: options', (bad) => retryBudget(bad)],
    ['tokenBucket: options', (bad) => tokenBucket(bad)],
    ['adaptiveThrottle: options', (bad) => adaptiveThrottle(bad)],
  ]);
  refuses('an object', [missing], options);
});
