import { describe } from 'vitest';
import {
  adaptiveThrottle,
  aimd,
  concurrencyLimit,
  preview,
  rateLimit,
  retryBudget,
  retryThrottle,
  retryQuota,
  vegas,
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
} from '../../support/bad.js';

/*
 * Every option of all limits, with every kind of bad value.
 */

const notNumber = notMilliseconds;
const zero: Bad = [0, RangeError, '0'];
const half: Bad = [0.5, RangeError, '0.5'];

describe('bad input', () => {
  const numbers: readonly Option[] = [
    ['retryBudget: ratio', (ratio) => retryBudget({ ratio })],
    ['retryBudget: reserve', (reserve) => retryBudget({ reserve })],
    ['retryQuota: capacity', (capacity) => retryQuota({ capacity })],
    ['retryQuota: refund', (refund) => retryQuota({ refund })],
    ['retryQuota: the answer of cost', (bad) => preview(retryQuota({ cost: () => bad }))],
  ];
  refuses('a finite number, at least 0', notNumber, numbers);
  refuses('a finite number, at least 0', [missing], numbers.slice(-1));
  refuses(
    'a finite number, at least 0',
    notNumber.filter(([value]) => typeof value !== 'function'),
    [['retryQuota: cost', (cost) => retryQuota({ cost })]],
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

  const wholes: readonly Option[] = [['rateLimit: limit', (limit) => rateLimit({ limit, per: 1 })]];
  refuses(
    'a whole number, at least 1',
    [...notCount, zero, endless],
    [...wholes, ['rateLimit: burst', (burst) => rateLimit({ limit: 5, per: 1, burst })]],
  );
  refuses('a whole number, at least 1', [missing], wholes);
  refuses(
    'a whole number, at least 1, or a limit such as vegas()',
    [...notCount, zero, endless, missing, [vegas, TypeError, 'the function vegas']],
    [['concurrencyLimit: limit', (limit) => concurrencyLimit({ limit })]],
  );
  refuses(
    'at most limit (5)',
    [[6, RangeError, '6']],
    [['rateLimit: burst', (burst) => rateLimit({ limit: 5, per: 1, burst })]],
  );

  refuses(
    'above 0 and at most 1000',
    [...ofAnotherKind, ...outOfRange, missing, zero, endless, [1000.5, RangeError, '1000.5']],
    [['retryThrottle: maxTokens', (maxTokens) => retryThrottle({ maxTokens, tokenRatio: 1 })]],
  );
  refuses(
    'a finite number, at least 1e-9',
    [...ofAnotherKind, ...outOfRange, missing, zero, endless, [1e-10, RangeError, '1e-10']],
    [['retryThrottle: tokenRatio', (tokenRatio) => retryThrottle({ maxTokens: 1, tokenRatio })]],
  );

  const bounds: readonly Option[] = (['initial', 'min', 'max'] as const).flatMap((option): Option[] => [
    [`vegas: ${option}`, (bad) => vegas({ [option]: bad })],
    [`aimd: ${option}`, (bad) => aimd({ [option]: bad })],
  ]);
  refuses('a whole number, at least 1', [...notCount, zero, endless], bounds);
  const five: Bad = [5, RangeError, '5'];
  refuses(
    'at least min (6)',
    [five],
    [
      ['vegas: initial', (initial) => vegas({ initial, min: 6 })],
      ['vegas: max', (max) => vegas({ max, min: 6 })],
      ['aimd: max', (max) => aimd({ max, min: 6 })],
    ],
  );
  refuses('at most max (4)', [five], [['aimd: initial', (initial) => aimd({ initial, max: 4 })]]);
  refuses('a finite number, at least 0', notNumber, [
    ['vegas: alpha', (alpha) => vegas({ alpha })],
    ['vegas: beta', (beta) => vegas({ beta })],
  ]);
  refuses('at least alpha (6)', [five], [['vegas: beta', (beta) => vegas({ alpha: 6, beta })]]);
  refuses(
    'a finite number of milliseconds, at least 1',
    [...notMilliseconds, half],
    [['aimd: timeout', (timeout) => aimd({ timeout })]],
  );
  refuses(
    'above 0 and below 1',
    [...ofAnotherKind, ...outOfRange, zero, endless, [1, RangeError, '1']],
    [['aimd: backoff', (backoff) => aimd({ backoff })]],
  );

  refuses('a function', notFunction, [
    ['vegas: classify', (classify) => vegas({ classify })],
    ['aimd: classify', (classify) => aimd({ classify })],
    ['retryThrottle: classify', (classify) => retryThrottle({ maxTokens: 1, tokenRatio: 1, classify })],
    ['adaptiveThrottle: classify', (classify) => adaptiveThrottle({ classify })],
  ]);

  const options: readonly Option[] = [
    ['retryThrottle: options', (bad) => retryThrottle(bad)],
    ['rateLimit: options', (bad) => rateLimit(bad)],
    ['concurrencyLimit: options', (bad) => concurrencyLimit(bad)],
  ];
  refuses('an object', notObject, [
    ...options,
    ['retryBudget: options', (bad) => retryBudget(bad)],
    ['retryQuota: options', (bad) => retryQuota(bad)],
    ['adaptiveThrottle: options', (bad) => adaptiveThrottle(bad)],
    ['vegas: options', (bad) => vegas(bad)],
    ['aimd: options', (bad) => aimd(bad)],
  ]);
  refuses('an object', [missing], options);
});
