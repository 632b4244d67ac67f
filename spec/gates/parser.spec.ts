import { describe, expect, it } from 'vitest';
import {
  aCount,
  aNumber,
  aTime,
  aWhole,
  countFrom,
  isRecord,
  listOf,
  numberFrom,
  recordOf,
  tupleOf,
  valueThat,
  type Parser,
} from '../../src/gates/parser.js';

/** The parsed value, or the description of what does not fit. */
function parsed(parser: Parser, value: unknown, path = ''): unknown {
  class Rejected extends Error {}
  try {
    return parser(value, path, (got) => {
      throw new Rejected(got);
    });
  } catch (error) {
    return (error as Error).message;
  }
}

const span = recordOf({ from: aNumber, to: aNumber }, ({ from, to }) => (from <= to ? undefined : 'to'));

describe('a parser', () => {
  it.each<[Parser, unknown]>([
    [aNumber, -1.5],
    [aTime, 0],
    [aTime, 1.5],
    [aWhole, -7],
    [aCount, 0],
    [countFrom(2, 3), 2],
    [countFrom(2, 3), 3],
    [numberFrom(1, 2), 1],
    [numberFrom(1, 2), 2],
    [valueThat((value) => value === 'x'), 'x'],
    [listOf(aNumber), []],
    [listOf(aNumber), [1, 2]],
    [tupleOf<unknown>([aNumber, span]), [1, { from: 1, to: 1 }]],
    [span, { from: 1, to: 2 }],
    [recordOf({}), {}],
  ])('%# accepts %j', (parser, value) => {
    expect(parsed(parser, value, 'part')).toStrictEqual(value);
  });

  it.each<[Parser, unknown, string]>([
    [aNumber, '1', 'part "1"'],
    [aNumber, NaN, 'part null'],
    [aNumber, Infinity, 'part null'],
    [aTime, -1, 'part -1'],
    [aTime, Infinity, 'part null'],
    [aWhole, 0.5, 'part 0.5'],
    [aWhole, 1e300, 'part 1e+300'],
    [aCount, -1, 'part -1'],
    [countFrom(2, 3), 1, 'part 1'],
    [countFrom(2, 3), 4, 'part 4'],
    [countFrom(2, 3), 2.5, 'part 2.5'],
    [numberFrom(1, 2), 0.9, 'part 0.9'],
    [numberFrom(1, 2), 2.1, 'part 2.1'],
    [numberFrom(1, 2), '1', 'part "1"'],
    [listOf(aNumber), { length: 0 }, 'part {"length":0}'],
    [listOf(aNumber), [1, null], 'part[1] null'],
    [tupleOf([aNumber]), [], 'part []'],
    [tupleOf([aNumber]), 1, 'part 1'],
    [tupleOf([aNumber, aNumber]), [1, 'x'], 'part[1] "x"'],
    [span, null, 'part null'],
    [span, [1, 2], 'part [1,2]'],
    [span, { from: 1 }, 'part.to undefined'],
    [span, { from: 3, to: 2 }, 'part.to 2'],
    [recordOf({ inner: listOf(span) }), { inner: [{ from: 'a', to: 1 }] }, 'part.inner[0].from "a"'],
  ])('%# rejects %j: %s', (parser, value, message) => {
    expect(parsed(parser, value, 'part')).toBe(message);
  });

  it('leaves out the fields that it does not know', () => {
    expect(parsed(span, { from: 1, to: 2, note: 'x' })).toStrictEqual({ from: 1, to: 2 });
  });
});

describe('isRecord', () => {
  it.each<[unknown, boolean]>([
    [{}, true],
    [[], false],
    [null, false],
    [undefined, false],
    ['text', false],
    [() => undefined, false],
  ])('%o: %s', (value, expected) => {
    expect(isRecord(value)).toBe(expected);
  });
});
