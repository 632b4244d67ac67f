import { of } from 'rxjs';
import { action, both, circuit, concurrencyLimit, gate, retries, retryBudget } from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { thrownBy } from '../support/thrown.js';

const fn = (): string => 'a';

/** For calls as an untyped program makes them. */
const untyped = action as (...args: unknown[]) => (...args: unknown[]) => unknown;

class Api {
  readonly base = '';
}

describe('action rejects, when it is made', () => {
  const decorator = 'as a decorator it must be called with options, as in @action({ retry: 3 })';
  const options = 'options must be an object such as { retry: policy, gates: [gate] }';
  const slots = gate(concurrencyLimit({ limit: 1 }), { name: 'slots' });
  it.each<[title: string, args: unknown[], message: string]>([
    ['a method, by the standard form', [fn, { kind: 'method', name: 'get' }], decorator],
    ['a field, by the standard form', [undefined, { kind: 'field', name: 'get' }], decorator],
    ['a method, by the legacy form', [{}, 'get', { value: fn }], decorator],
    ['a static method, by the legacy form', [Api, 'get', { value: fn }], decorator],
    ['a field, by the legacy form', [{}, Symbol('get'), undefined], decorator],
    ['a policy in place of the options', [fn, retries(3)], `${options}, got a policy`],
    ['a policy alone', [retries(3)], `${options}, got a policy`],
    ['a circuit in place of the options', [fn, circuit()], `${options}, got a gate`],
    ['a gate alone', [slots], `${options}, got a gate`],
    ['the options before the function', [{ retry: 3 }, fn], 'fn must be the first argument, before the options'],
    ['two objects of options', [{ retry: 3 }, {}], 'fn must be the first argument, before the options'],
  ])('%s', (_, args, message) => {
    expect(() => untyped(...args)).toThrow(new TypeError(`action: ${message}`));
  });

  it.each([
    ['nothing', [], TypeError, 'fn must be a function or a method, got undefined'],
    [
      'no function before the options',
      [undefined, { retry: 3 }],
      TypeError,
      'fn must be a function or a method, got undefined',
    ],
    ['null', [null], TypeError, 'options must be an object, got null'],
    ['a string', ['get'], TypeError, 'fn must be a function or a method, got "get"'],
    ['a class', [Date, {}], TypeError, 'fn must be a function or a method, got the function Date'],
    ['a class of its own', [Api], TypeError, 'fn must be a function or a method, got the function Api'],
    ['options that are a string', [fn, 'retry'], TypeError, 'options must be an object, got "retry"'],
    ['options that are null', [fn, null], TypeError, 'options must be an object, got null'],
    ['options that are a function', [fn, fn], TypeError, 'options must be an object, got the function fn'],
  ])('%s', (_, args, kind, message) => {
    const error = thrownBy(() => untyped(...args));
    expect(error).toBeInstanceOf(kind);
    expect(error).toHaveProperty('message', `action: ${message}`);
  });

  const inGates = 'which belong in gates: [gate(limit)]';
  const wantedRetry = 'retry must be a policy, a circuit or a whole number, at least 1';
  const wantedTimeout = 'timeout must be milliseconds from 1 to 2147483647, or a TimeoutConfig';
  it.each([
    [{ retry: both(retries(3), retryBudget()) }, TypeError, `retry must be without limits, ${inGates}, got an object`],
    [{ retry: 0 }, RangeError, `${wantedRetry}, got 0`],
    [{ retry: -1 }, RangeError, `${wantedRetry}, got -1`],
    [{ retry: 1.5 }, RangeError, `${wantedRetry}, got 1.5`],
    [{ retry: NaN }, RangeError, `${wantedRetry}, got NaN`],
    [{ retry: Infinity }, RangeError, `${wantedRetry}, got Infinity`],
    [{ retry: '3' }, TypeError, `retry must be a policy, a circuit or a whole number, at least 1, got "3"`],
    [{ retry: null }, TypeError, `retry must be a policy, a circuit or a whole number, at least 1, got null`],
    [{ retry: true }, TypeError, `retry must be a policy, a circuit or a whole number, at least 1, got true`],
    [{ retry: {} }, TypeError, `retry must be a policy, a circuit or a whole number, at least 1, got an object`],
    [{ timeout: 0 }, RangeError, `${wantedTimeout}, got 0`],
    [{ timeout: 0.5 }, RangeError, `${wantedTimeout}, got 0.5`],
    [{ timeout: -1 }, RangeError, `${wantedTimeout}, got -1`],
    [{ timeout: NaN }, RangeError, `${wantedTimeout}, got NaN`],
    [{ timeout: Infinity }, RangeError, `${wantedTimeout}, got Infinity`],
    [{ timeout: 2 ** 31 }, RangeError, `${wantedTimeout}, got 2147483648`],
    [{ timeout: '5' }, TypeError, `${wantedTimeout}, got "5"`],
    [{ timeout: null }, TypeError, `${wantedTimeout}, got null`],
    [{ timeout: {} }, TypeError, `${wantedTimeout}, got an object`],
    [{ timeout: { each: -1 } }, RangeError, 'timeout.each must be milliseconds from 1 to 2147483647, got -1'],
    [{ timeout: { each: NaN } }, RangeError, 'timeout.each must be milliseconds from 1 to 2147483647, got NaN'],
    [{ timeout: { each: 'x' } }, TypeError, 'timeout.each must be milliseconds from 1 to 2147483647, got "x"'],
    [
      { timeout: { first: 2 ** 31 } },
      RangeError,
      'timeout.first must be milliseconds from 1 to 2147483647, or a Date, got 2147483648',
    ],
    [
      { timeout: { first: new Date(NaN) } },
      TypeError,
      'timeout.first must be milliseconds from 1 to 2147483647, or a Date, got an object',
    ],
    [{ timeout: { each: 10, with: 5 } }, TypeError, 'timeout.with must be a function, got 5'],
    [{ timeout: { each: 10, scheduler: 5 } }, TypeError, 'timeout.scheduler must be an RxJS scheduler, got 5'],
    [{ random: 5 }, TypeError, 'random must be a function, got 5'],
    [{ failOn: 'no' }, TypeError, 'failOn must be a function, got "no"'],
    [{ failOn: null }, TypeError, 'failOn must be a function, got null'],
    [{ scheduler: {} }, TypeError, 'scheduler must be an RxJS scheduler, got an object'],
    [{ scheduler: null }, TypeError, 'scheduler must be an RxJS scheduler, got null'],
    [
      { retry: 3, isFatal: 'no' },
      TypeError,
      'isFatal must be a predicate, an error class or an array of error classes, got "no"',
    ],
    [{ retry: 3, random: 'no' }, TypeError, 'random must be a function, got "no"'],
    [{ retry: 3, observe: 'no' }, TypeError, 'observe must be a function, got "no"'],
  ])('%o', (options, kind, message) => {
    for (const made of [() => untyped(fn, options), () => untyped(options)]) {
      const error = thrownBy(made);
      expect(error).toHaveProperty('message', `action: ${message}`);
      expect(error).toBeInstanceOf(kind);
    }
  });

  it.each([
    ['a getter', ['get', { kind: 'getter', name: 'x' }], 'got "getter"'],
    ['a class', [Api, { kind: 'class', name: 'Api' }], 'got "class"'],
    ['a field', [undefined, { kind: 'field', name: 'x' }], 'got "field"'],
    [
      'an accessor',
      [
        { get: fn, set: fn },
        { kind: 'accessor', name: 'x' },
      ],
      'got "accessor"',
    ],
    ['a class, by the legacy form', [Api], 'got the function Api'],
    ['a field, by the legacy form', [{}, 'x', undefined], 'got undefined'],
    ['a getter, by the legacy form', [{}, 'x', { get: fn, configurable: true }], 'got undefined'],
    ['nothing', [], 'got undefined'],
    ['a string', ['get'], 'got "get"'],
  ])('as a decorator or wrapper, %s', (_, args, got) => {
    const error = thrownBy(() => untyped({ retry: 3 })(...args));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toHaveProperty('message', `action: fn must be a function or a method, ${got}`);
  });
});

describe('action accepts', () => {
  it('functions of every kind', () => {
    const kinds = [
      () => 'a',
      () => Promise.resolve('a'),
      function () {
        return 'a';
      },
      async function () {
        return Promise.resolve('a');
      },
      async function* () {
        yield await Promise.resolve('a');
      },
      { method: () => of('a') }.method,
      fn.bind(undefined),
      fetch,
      JSON.parse,
    ];
    for (const each of kinds) expect(untyped(each)).toBeTypeOf('function');
  });

  it('options that are undefined', () => {
    const nothing = { retry: undefined, timeout: undefined, failOn: undefined, scheduler: undefined };
    expect(untyped(fn, nothing)).toBeTypeOf('function');
    expect(untyped(fn, undefined)).toBeTypeOf('function');
  });
});
