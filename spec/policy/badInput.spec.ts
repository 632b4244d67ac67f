import { describe } from 'vitest';
import {
  both,
  capped,
  decorrelated,
  either,
  exponential,
  exponentialBackoff,
  fibonacci,
  fixed,
  fixedRetry,
  followedBy,
  hinted,
  immediate,
  jittered,
  linear,
  onFailure,
  onlyIf,
  preview,
  resetAfterUptime,
  resetOn,
  retries,
  retryPolicy,
  sequence,
  smoothExponential,
  within,
} from 'rxjs-reprise';
import {
  endless,
  missing,
  notCount,
  notFunction,
  notMilliseconds,
  notObject,
  refuses,
  type Bad,
  type Option,
} from '../support/bad.js';

/*
 * Every option of every public function, with every kind of bad value.
 */

const notPolicy: readonly Bad[] = [
  [null, TypeError, 'null'],
  [undefined, TypeError, 'undefined'],
  [5, TypeError, '5'],
  ['fixed', TypeError, '"fixed"'],
  [fixed, TypeError, 'the function fixed'],
  [[immediate], TypeError, '[an object]'],
  [{}, TypeError, 'an object'],
  [{ initial: 0 }, TypeError, 'an object'],
  [{ reduce: immediate.reduce.bind(immediate) }, TypeError, 'an object'],
  [{ initial: 0, reduce: 5 }, TypeError, 'an object'],
];

describe('bad input', () => {
  const required: readonly Option[] = [
    ['fixed: ms', (bad) => fixed(bad)],
    ['linear: ms', (bad) => linear(bad)],
    ['exponential: ms', (bad) => exponential(bad)],
    ['fibonacci: ms', (bad) => fibonacci(bad)],
    ['decorrelated: base', (base) => decorrelated({ base, cap: 10 })],
    ['decorrelated: cap', (cap) => decorrelated({ base: 10, cap })],
    ['smoothExponential: ms', (bad) => smoothExponential(bad)],
    ['sequence: delays[1]', (bad) => sequence([1, bad])],
    ['within: ms', (bad) => within(bad, immediate)],
    ['capped: ms', (bad) => capped(bad, immediate)],
    ['resetAfterUptime: ms', (bad) => resetAfterUptime(bad, immediate)],
    [
      'retryPolicy: the answer of nextDelay',
      (bad) => preview(retryPolicy({ shouldRetry: () => true, nextDelay: () => bad })),
    ],
  ];
  const optional: readonly Option[] = [
    ['smoothExponential: cap', (cap) => smoothExponential(10, { cap })],
    ['jittered: cap', (cap) => jittered(true, immediate, { cap })],
    ['hinted: max', (max) => hinted(immediate, { max })],
    ['fixedRetry: delay', (delay) => fixedRetry({ maxAttempts: 2, delay })],
    ['exponentialBackoff: base', (base) => exponentialBackoff({ base })],
    ['exponentialBackoff: cap', (cap) => exponentialBackoff({ cap })],
    ['exponentialBackoff: maxElapsed', (maxElapsed) => exponentialBackoff({ maxElapsed })],
    ['exponentialBackoff: maxRetryAfter', (maxRetryAfter) => exponentialBackoff({ maxRetryAfter })],
  ];
  refuses('a finite number of milliseconds, at least 0', notMilliseconds, [...required, ...optional]);
  refuses('a finite number of milliseconds, at least 0', [missing], required);

  refuses(
    'a finite number, at least 1',
    [...notMilliseconds, [0.99, RangeError, '0.99']],
    [
      ['exponential: factor', (factor) => exponential(10, factor)],
      ['exponentialBackoff: factor', (factor) => exponentialBackoff({ factor })],
    ],
  );
  refuses(
    'a finite number, at least 0',
    [...notMilliseconds, missing],
    [
      ['jittered: kind[0]', (low) => jittered([low, 1], immediate)],
      ['jittered: kind[1]', (high) => jittered([0, high], immediate)],
      ['exponentialBackoff: jitter[1]', (high) => exponentialBackoff({ jitter: [0, high] })],
    ],
  );

  refuses('a whole number, at least 0, or Infinity', [...notCount, missing], [['retries: n', (n) => retries(n)]]);
  refuses(
    'a whole number, at least 1, or Infinity',
    [...notCount, [0, RangeError, '0']],
    [
      ['fixedRetry: maxAttempts', (maxAttempts) => fixedRetry({ maxAttempts })],
      ['exponentialBackoff: maxAttempts', (maxAttempts) => exponentialBackoff({ maxAttempts })],
    ],
  );
  refuses(
    'a whole number, at least 1, or Infinity',
    [missing],
    [['fixedRetry: maxAttempts', (maxAttempts) => fixedRetry({ maxAttempts })]],
  );
  refuses(
    'a whole number, at least 0',
    [...notCount, endless],
    [['preview: failures', (failures) => preview(immediate, { failures })]],
  );

  refuses(
    'at least base (20)',
    [[10, RangeError, '10']],
    [
      ['decorrelated: cap', (cap) => decorrelated({ base: 20, cap })],
      ['exponentialBackoff: cap', (cap) => exponentialBackoff({ base: 20, cap })],
    ],
  );
  refuses(
    'at least base (2000)',
    [[500, RangeError, '500']],
    [['exponentialBackoff: cap', (cap) => exponentialBackoff({ cap })]],
  );
  refuses(
    'at least ms (20)',
    [[10, RangeError, '10']],
    [['smoothExponential: cap', (cap) => smoothExponential(20, { cap })]],
  );
  refuses(
    'at least kind[0] (2)',
    [[1, RangeError, '1']],
    [['jittered: kind[1]', (high) => jittered([2, high], immediate)]],
  );

  refuses(
    "a boolean, 'full', 'equal' or [low, high]",
    [
      ['half', TypeError, '"half"'],
      [0.5, TypeError, '0.5'],
      [null, TypeError, 'null'],
      [[1], TypeError, '[1]'],
      [[1, 2, 3], TypeError, '[1, 2, 3]'],
    ],
    [
      ['jittered: kind', (kind) => jittered(kind, immediate)],
      ['exponentialBackoff: jitter', (jitter) => exponentialBackoff({ jitter })],
    ],
  );
  refuses(
    'true, false or a function',
    [
      [null, TypeError, 'null'],
      [5, TypeError, '5'],
      ['yes', TypeError, '"yes"'],
    ],
    [['exponentialBackoff: retryAfter', (retryAfter) => exponentialBackoff({ retryAfter })]],
  );
  refuses(
    "'stop' or 'clamp'",
    [
      ['explode', TypeError, '"explode"'],
      [null, TypeError, 'null'],
      [5, TypeError, '5'],
    ],
    [['hinted: past', (past) => hinted(immediate, { past })]],
  );

  refuses(
    'an array of at least one delay',
    [[[], RangeError, '[]'], ...notFunction, missing],
    [['sequence: delays', (delays) => sequence(delays)]],
  );
  refuses(
    'at least one policy',
    [[undefined, RangeError, '[]']],
    [
      ['both: policies', () => both()],
      ['either: policies', () => either()],
    ],
  );

  refuses('a policy such as retries(3) or exponentialBackoff()', notPolicy, [
    ['both: policies[0]', (bad) => both(bad)],
    ['both: policies[1]', (bad) => both(immediate, bad)],
    ['either: policies[2]', (bad) => either(immediate, immediate, bad)],
    ['followedBy: first', (bad) => followedBy(bad, immediate)],
    ['followedBy: second', (bad) => followedBy(immediate, bad)],
    ['resetOn: policy', (bad) => resetOn(Boolean, bad)],
    ['resetAfterUptime: policy', (bad) => resetAfterUptime(1, bad)],
    ['within: policy', (bad) => within(1, bad)],
    ['capped: policy', (bad) => capped(1, bad)],
    ['jittered: policy', (bad) => jittered(true, bad)],
    ['hinted: policy', (bad) => hinted(bad)],
    ['preview: policy', (bad) => preview(bad)],
  ]);
  refuses(
    'a policy such as retries(3) or exponentialBackoff()',
    notPolicy.filter(([value]) => value !== undefined),
    [['onlyIf: policy', (bad) => onlyIf(Error, bad)]],
  );

  refuses(
    'a function',
    [...notFunction, missing],
    [
      ['onFailure: reduce', (reduce) => onFailure(0, reduce)],
      ['resetOn: predicate', (predicate) => resetOn(predicate, immediate)],
      ['retryPolicy: shouldRetry', (shouldRetry) => retryPolicy({ shouldRetry, nextDelay: () => 1 })],
      ['retryPolicy: nextDelay', (nextDelay) => retryPolicy({ shouldRetry: () => true, nextDelay })],
    ],
  );
  refuses('a function', notFunction, [['hinted: from', (from) => hinted(immediate, { from })]]);

  refuses(
    'a predicate, an error class or an array of error classes',
    [
      ...notFunction,
      [[], RangeError, '[]'],
      [[5], TypeError, '[5]'],
      [['Error'], TypeError, '["Error"]'],
      [[Error, null], TypeError, '[the function Error, null]'],
      [[Error, () => true], TypeError, '[the function Error, the function (anonymous)]'],
      [[new Error()], TypeError, '[an object]'],
    ],
    [
      ['onlyIf: retryOn', (retryOn) => onlyIf(retryOn)],
      ['fixedRetry: retryOn', (retryOn) => fixedRetry({ maxAttempts: 2, retryOn })],
      ['exponentialBackoff: retryOn', (retryOn) => exponentialBackoff({ retryOn })],
    ],
  );

  refuses('an object', notObject, [
    ['fixedRetry: options', (bad) => fixedRetry(bad)],
    ['exponentialBackoff: options', (bad) => exponentialBackoff(bad)],
    ['retryPolicy: options', (bad) => retryPolicy(bad)],
    ['decorrelated: options', (bad) => decorrelated(bad)],
    ['smoothExponential: options', (bad) => smoothExponential(1, bad)],
    ['jittered: options', (bad) => jittered('full', immediate, bad)],
    ['hinted: options', (bad) => hinted(immediate, bad)],
    ['preview: options', (bad) => preview(immediate, bad)],
  ]);
  refuses(
    'an object',
    [missing],
    [
      ['fixedRetry: options', (bad) => fixedRetry(bad)],
      ['retryPolicy: options', (bad) => retryPolicy(bad)],
      ['decorrelated: options', (bad) => decorrelated(bad)],
    ],
  );

  const notDraw: readonly Bad[] = [
    [NaN, RangeError, 'NaN'],
    [-0.1, RangeError, '-0.1'],
    [1.1, RangeError, '1.1'],
    ['0.5', TypeError, '"0.5"'],
    [null, TypeError, 'null'],
    [{}, TypeError, 'an object'],
  ];
  refuses('a draw in [0, 1] for each failure', notDraw, [
    ['preview: random', (random) => preview(immediate, { random })],
    ['preview: random', (bad) => preview(immediate, { random: () => bad })],
    ['preview: random', (bad) => preview(immediate, { random: [0, bad] })],
  ]);
  refuses(
    'a draw in [0, 1] for each failure',
    [missing],
    [
      ['preview: random', (bad) => preview(immediate, { random: () => bad })],
      ['preview: random', () => preview(immediate, { failures: 2, random: [0] })],
    ],
  );
});
