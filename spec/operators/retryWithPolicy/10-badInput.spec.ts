import { defer, lastValueFrom, throwError } from 'rxjs';
import {
  both,
  circuit,
  circuitBreaker,
  either,
  fixed,
  gate,
  immediate,
  jittered,
  rateLimit,
  retries,
  retryBudget,
  retryWithPolicy,
  type Circuit,
  type Policy,
  within,
  type RetryOptions,
} from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';

/*
 * Bad options are rejected when the operator is made, and the message names the option and the value.
 */

const lost = new Error('lost');

describe('retryWithPolicy rejects', () => {
  it.each([
    ['no policy', undefined, TypeError, 'got undefined'],
    ['null', null, TypeError, 'got null'],
    ['a number', 3, TypeError, 'got 3'],
    ['a function', fixed, TypeError, 'got the function fixed'],
    ['an empty object', {}, TypeError, 'got an object'],
    ['a policy without a reducer', { initial: null }, TypeError, 'got an object'],
    ['a policy without a state', { reduce: () => ({ state: null, wait: 0 }) }, TypeError, 'got an object'],
  ])('%s in place of a policy', (_, policy, kind, got) => {
    expect(() => retryWithPolicy(policy as Policy)).toThrow(
      new kind(`retryWithPolicy: policy must be a policy such as retries(3) or exponentialBackoff(), ${got}`),
    );
  });

  it.each([
    ['a limit', retryBudget()],
    ['a limit in both', both(retries(3), retryBudget())],
    ['a limit in a policy around another', within(1000, either(fixed(5), rateLimit({ limit: 5, per: 1000 })))],
    ['a circuitBreaker', circuitBreaker()],
  ])('%s, which each call would have for itself', (_, policy) => {
    const rule = 'without limits, which belong in gates: [gate(limit)], got an object';
    expect(() => retryWithPolicy(policy)).toThrow(new TypeError(`retryWithPolicy: policy must be ${rule}`));
    expect(() => retryWithPolicy(retries(3), { gates: [gate(policy)] })).not.toThrow();
    expect(() => retryWithPolicy(gate(policy) as unknown as Policy)).toThrow(`policy must be ${rule}`);
  });

  it.each([
    ['null', null, TypeError, 'options must be an object, got null'],
    ['a number', 3, TypeError, 'options must be an object, got 3'],
    ['a function', fixed, TypeError, 'options must be an object, got the function fixed'],
    ['scheduler null', { scheduler: null }, TypeError, 'scheduler must be an RxJS scheduler, got null'],
    ['scheduler 5', { scheduler: 5 }, TypeError, 'scheduler must be an RxJS scheduler, got 5'],
    [
      'a scheduler without a clock',
      { scheduler: { schedule: fixed } },
      TypeError,
      'scheduler must be an RxJS scheduler, got an object',
    ],
    [
      'a clock without a scheduler',
      { scheduler: Date },
      TypeError,
      'scheduler must be an RxJS scheduler, got the function Date',
    ],
    ['random 0.5', { random: 0.5 }, TypeError, 'random must be a function, got 0.5'],
    [
      'isFatal true',
      { isFatal: true },
      TypeError,
      'isFatal must be a predicate, an error class or an array of error classes, got true',
    ],
    ['observe, an object', { observe: { next: fixed } }, TypeError, 'observe must be a function, got an object'],
    ['observe null', { observe: null }, TypeError, 'observe must be a function, got null'],
  ])('%s as options', (_, options, kind, message) => {
    expect(() => retryWithPolicy(immediate, options as RetryOptions)).toThrow(new kind(`retryWithPolicy: ${message}`));
  });

  it.each([
    [1, RangeError, '1'],
    [-0.1, RangeError, '-0.1'],
    [NaN, RangeError, 'NaN'],
    ['0.5', TypeError, '"0.5"'],
    [null, TypeError, 'null'],
    [undefined, TypeError, 'undefined'],
  ])('a draw of %j, as an error of the stream', async (draw, kind, shown) => {
    let subscribed = 0;
    const source = defer(() => {
      subscribed += 1;
      return throwError(() => lost);
    });
    const random = (): number => draw as number;
    const result = source.pipe(retryWithPolicy(jittered('full', retries(2)), { random }));
    await expect(lastValueFrom(result)).rejects.toThrow(
      new kind(`retryWithPolicy: the answer of random must be a number in [0, 1), got ${shown}`),
    );
    expect(subscribed).toBe(1);
  });

  it('neither a draw of 0 nor one just below 1', async () => {
    const draws = [0, 1 - Number.EPSILON / 2];
    const random = (): number => draws.shift() ?? NaN;
    const result = throwError(() => lost).pipe(retryWithPolicy(retries(1), { random }));
    await expect(lastValueFrom(result)).rejects.toBe(lost);
    expect(draws).toEqual([]);
  });
});

describe('retryWithPolicy rejects as gates', () => {
  const twice = circuit();
  it.each<[title: string, gates: unknown, message: string]>([
    [
      'a gate alone',
      circuit(),
      'retryWithPolicy: gates must be an array of distinct gates (from circuit() or gate()), got an object',
    ],
    [
      'a gate twice',
      [twice, twice],
      'retryWithPolicy: gates must be an array of distinct gates (from circuit() or gate()), got [an object, an object]',
    ],
    [
      'a list with a hole',
      Object.assign(Array(2), { 1: circuit() }),
      'retryWithPolicy: gates must be an array of distinct gates (from circuit() or gate()), got [, an object]',
    ],
    [
      'policies',
      [immediate],
      'retryWithPolicy: gates must be an array of distinct gates (from circuit() or gate()), got [an object]',
    ],
  ])('%s', (_, gates, message) => {
    expect(() => retryWithPolicy(immediate, { gates: gates as Circuit[] })).toThrow(message);
  });
});
