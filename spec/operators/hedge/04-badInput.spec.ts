import { describe, expect, it } from 'vitest';
import {
  both,
  circuit,
  circuitBreaker,
  concurrencyLimit,
  fixed,
  gate,
  hedge,
  latencyQuantile,
  retryBudget,
  type HedgeOptions,
} from 'rxjs-reprise';
import {
  missing,
  notFunction,
  ofAnotherKind,
  outOfRange,
  endless,
  notMilliseconds,
  notObject,
  refuses,
  type Bad,
} from '../../support/bad.js';

/*
 * Every option with every kind of bad value, and the mistakes that look right.
 */

const notWhole: readonly Bad[] = [...ofAnotherKind, ...outOfRange, endless, [1.5, RangeError, '1.5']];
const given = (option: keyof HedgeOptions) => (bad: never) => hedge(fixed(10), { [option]: bad });
const notString: readonly Bad[] = [
  [5, TypeError, '5'],
  [null, TypeError, 'null'],
];

refuses(
  'a policy such as fixed(100), or a gate with a delay such as gate(latencyQuantile(0.95))',
  [
    missing,
    [5, TypeError, '5'],
    [null, TypeError, 'null'],
    [fixed, TypeError, 'the function fixed'],
    [circuit({ name: 'users' }), TypeError, 'circuit users'],
    [gate(retryBudget(), { name: 'budget' }), TypeError, 'gate budget'],
    [gate({ initial: null, reduce: (state: unknown) => ({ state, wait: 0 }) }), TypeError, 'gate gate'],
  ],
  [['hedge: policy', (bad) => hedge(bad)]],
);
refuses(
  'a whole number, at least 0',
  notWhole.filter(([value]) => value !== undefined),
  [['hedge: max', given('max')]],
);
refuses('a function', notFunction, [
  ['hedge: observe', given('observe')],
  ['hedge: random', given('random')],
]);
refuses('a string', notString, [['hedge: name', given('name')]]);
refuses('an RxJS scheduler', [[5, TypeError, '5']], [['hedge: scheduler', given('scheduler')]]);
refuses(
  'an AbortSignal',
  [
    [5, TypeError, '5'],
    [{}, TypeError, 'an object'],
  ],
  [['hedge: until', given('until')]],
);
refuses('an object', notObject, [
  ['hedge: options', (bad) => hedge(fixed(10), bad)],
  ['latencyQuantile: options', (bad) => latencyQuantile(0.5, bad)],
]);
refuses(
  'a gate or an array of distinct gates, such as gate(retryBudget({ ratio: 0.05 }))',
  [
    [5, TypeError, '5'],
    [{}, TypeError, 'an object'],
    [retryBudget(), TypeError, 'an object'],
    [[5], TypeError, '[5]'],
  ],
  [['hedge: budget', given('budget')]],
);
refuses(
  'a number above 0 and below 1',
  [
    ...ofAnotherKind,
    ...outOfRange,
    endless,
    missing,
    [0, RangeError, '0'],
    [1, RangeError, '1'],
    [95, RangeError, '95'],
  ],
  [['latencyQuantile: quantile', (bad) => latencyQuantile(bad)]],
);
refuses('a finite number of milliseconds, at least 0', notMilliseconds, [
  ['latencyQuantile: initial', (bad) => latencyQuantile(0.5, { initial: bad })],
]);
refuses(
  'a finite number of milliseconds, at least 1',
  [...notMilliseconds, [0.5, RangeError, '0.5']],
  [['latencyQuantile: min', (bad) => latencyQuantile(0.5, { min: bad })]],
);
refuses(
  'a finite number of milliseconds, at least 1',
  [...ofAnotherKind, ...outOfRange, [0.5, RangeError, '0.5']],
  [['latencyQuantile: max', (bad) => latencyQuantile(0.5, { max: bad })]],
);
refuses(
  'at least min (10)',
  [[5, RangeError, '5']],
  [['latencyQuantile: max', (bad) => latencyQuantile(0.5, { min: 10, max: bad })]],
);
refuses(
  'from min (10) to max (20)',
  [
    [5, RangeError, '5'],
    [25, RangeError, '25'],
  ],
  [['latencyQuantile: initial', (bad) => latencyQuantile(0.5, { min: 10, max: 20, initial: bad })]],
);

describe('mistakes that look right', () => {
  it.each([
    ['latencyQuantile', latencyQuantile(0.95)],
    ['a part that is a limit', both(fixed(10), retryBudget())],
    ['a circuit breaker', circuitBreaker()],
  ])('a policy that must be shared: %s', (_, policy) => {
    expect(() => hedge(policy)).toThrow(
      new TypeError(
        'hedge: policy must be a gate that is made once and shared, as in gate(policy): this one learns from many calls, ' +
          'and here each call would have its own',
      ),
    );
  });

  it('a budget that limits first attempts, too', () => {
    const budget = [gate(retryBudget()), gate(concurrencyLimit({ limit: 1 }), { name: 'slots' })];
    expect(() => hedge(fixed(10), { budget })).toThrow(
      new TypeError(
        'hedge: budget must limit retries only, as gate(retryBudget({ ratio: 0.05 })) does, but gate slots limits first ' +
          'attempts too. Put it below, in guard',
      ),
    );
  });

  it('the same budget twice, an unknown option, seconds for a quantile', () => {
    const budget = gate(retryBudget());
    expect(() => hedge(fixed(10), { budget: [budget, budget] })).toThrow(
      'hedge: budget must be a gate or an array of distinct',
    );
    expect(() => hedge(fixed(10), { delay: 5 } as HedgeOptions)).toThrow('hedge: there is no option delay, only ');
    expect(() => latencyQuantile(0.5, { minimum: 5 } as object)).toThrow(
      'latencyQuantile: there is no option minimum, only min',
    );
  });
});
