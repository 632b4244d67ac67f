import { expect, it } from 'vitest';
import { formatValue } from '../../../src/testing/assertion/format.js';

const error = (message: string, fields: object = {}): Error => Object.assign(new Error(message), fields);

const circular: unknown[] = [1];
circular.push(circular);

it.each<[unknown, string]>([
  [error('a'), 'Error: a'],
  ['a', '"a"'],
  [5n, '5n'],
  [undefined, 'undefined'],
  [{ a: [Infinity, undefined, 1] }, '{"a":["Infinity","undefined",1]}'],
  [{ f: formatValue, big: 5n }, '{"f":"the function formatValue","big":"5n"}'],
  [{ cause: error('a', { code: 1 }) }, '{"cause":"Error: a"}'],
  [circular, 'an object'],
])('%#: a value as text', (value, text) => {
  expect(formatValue(value)).toBe(text);
});
