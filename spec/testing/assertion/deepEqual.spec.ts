import { describe, expect, it } from 'vitest';
import { deepEqual } from '../../../src/testing/assertion/deepEqual.js';

const circular = (): unknown => {
  const list: unknown[] = [1];
  list.push(list);
  return list;
};
const error = (message: string, fields: object = {}): Error => Object.assign(new Error(message), fields);
/** An error as JavaScriptCore and SpiderMonkey make it: with the place where it was made. */
const placed = (line: number): Error =>
  Object.defineProperties(error('a'), {
    line: { value: line },
    lineNumber: { value: line },
    fileName: { value: 'a.js' },
  });
/** An error with a field of its own that has the name of such a place. */
const parseError = (line: number): Error =>
  Object.defineProperty(error('a'), 'line', { value: line, enumerable: true });
class Point {
  constructor(readonly x: number) {}
}

describe('deepEqual', () => {
  it.each<[unknown, unknown]>([
    [NaN, NaN],
    [0, -0],
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }],
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    [new Date(5), new Date(5)],
    [new Map([[{ a: 1 }, [2]]]), new Map([[{ a: 1 }, [2]]])],
    [new Set([1, { a: 1 }]), new Set([1, { a: 1 }])],
    [error('a', { cause: error('b') }), error('a', { cause: error('b') })],
    [placed(1), placed(2)],
    [new Point(1), new Point(1)],
    [circular(), circular()],
    [Object.create(null), Object.create(null)],
    [Object.create(null), {}],
    ['text', expect.any(String)],
    [{ a: 'text' }, { a: expect.any(String) as unknown }],
    [new Point(1), expect.any(Point)],
  ])('%#: equal', (actual, expected) => {
    expect(deepEqual(actual, expected)).toBe(true);
  });

  it.each<[unknown, unknown]>([
    [1, 2],
    [1, { a: 1 }],
    [{ a: 1 }, 1],
    [null, {}],
    [{ a: undefined }, {}],
    [{ a: undefined }, { b: undefined }],
    [[1], [1, 2]],
    [new Point(1), { x: 1 }],
    [new Date(5), new Date(6)],
    [new Map([[1, 2]]), new Map([[1, 3]])],
    [new Set([1]), new Set([2])],
    [error('a'), error('b')],
    [error('a'), error('a', { code: 1 })],
    [parseError(1), parseError(2)],
    [error('a', { name: 'A' }), error('a', { name: 'B' })],
    [new TypeError('a'), new RangeError('a')],
    [5, expect.any(String)],
    [{}, expect.any(String)],
  ])('%#: not equal', (actual, expected) => {
    expect(deepEqual(actual, expected)).toBe(false);
  });
});
