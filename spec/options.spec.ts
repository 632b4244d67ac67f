import { describe, expect, it } from 'vitest';
import { callable, count, exclude, list, milliseconds, number, record, rejectOption, show } from '../src/options.js';

describe('an invalid option', () => {
  it.each([
    ['a number', 5, RangeError, '5'],
    ['a string', '5', TypeError, '"5"'],
    ['an array', [5], TypeError, '[5]'],
    ['undefined', undefined, TypeError, 'undefined'],
  ])('names the function, the option and the value, here %s', (_, value, kind, shown) => {
    expect(() => rejectOption('fixed', 'ms', 'small', value)).toThrow(
      new kind(`fixed: ms must be small, got ${shown}`),
    );
    expect(() => rejectOption('fixed', 'ms', 'small', value)).toThrow(kind);
  });

  it('throws another kind of error if asked to', () => {
    expect(() => rejectOption('f', 'o', 'a policy', 5, TypeError)).toThrow(TypeError);
  });
});

describe('options that exclude each other', () => {
  it.each([
    ['a number', 5, RangeError, '5'],
    ['a string', '5', TypeError, '"5"'],
    ['null', null, TypeError, 'null'],
  ])('throw an error that names both and the value, here %s', (_, value, kind, shown) => {
    const exclusion = (): void => {
      exclude('circuit', 'threshold', 'trip', value);
    };
    expect(exclusion).toThrow(new kind(`circuit: threshold cannot be combined with trip, got ${shown}`));
    expect(exclusion).toThrow(kind);
  });

  it('accept one that is not given', () => {
    expect(() => {
      exclude('circuit', 'threshold', 'trip', undefined);
    }).not.toThrow();
  });
});

describe('show', () => {
  it.each<[unknown, string]>([
    ['a "word"', '"a \\"word\\""'],
    [undefined, 'undefined'],
    [null, 'null'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    [1.5, '1.5'],
    [true, 'true'],
    [10n, '10n'],
    [Symbol('s'), 'Symbol(s)'],
    [{ a: 1 }, 'an object'],
    [Object.create(null), 'an object'],
    [TypeError, 'the function TypeError'],
    [() => 1, 'the function (anonymous)'],
    [[], '[]'],
    [[1, 'a', [null]], '[1, "a", [null]]'],
  ])('%#: %s', (value, shown) => {
    expect(show(value)).toBe(shown);
  });
});

describe('a check accepts', () => {
  it.each<[string, () => void]>([
    [
      'milliseconds from 0',
      () => {
        milliseconds('f', 'o', 0);
      },
    ],
    [
      'milliseconds to the greatest number',
      () => {
        milliseconds('f', 'o', Number.MAX_VALUE);
      },
    ],
    [
      'milliseconds from another least',
      () => {
        milliseconds('f', 'o', 1, 1);
      },
    ],
    [
      'a number from its least',
      () => {
        number('f', 'o', 1, 1);
      },
    ],
    [
      'a count from its least',
      () => {
        count('f', 'o', 1, 1);
      },
    ],
    [
      'a count without end',
      () => {
        count('f', 'o', Infinity, 1);
      },
    ],
    [
      'a function',
      () => {
        callable('f', 'o', show);
      },
    ],
    [
      'a list of something',
      () => {
        list('f', 'o', 'a list', [undefined]);
      },
    ],
    [
      'an object',
      () => {
        record('f', 'options', {});
      },
    ],
  ])('%s', (_, check) => {
    expect(check).not.toThrow();
  });
});

describe('a check names what it expects', () => {
  it.each<[string, () => void]>([
    [
      'f: o must be a finite number of milliseconds, at least 0, got -1',
      () => {
        milliseconds('f', 'o', -1);
      },
    ],
    [
      'f: o must be a finite number of milliseconds, at least 1, got 0.5',
      () => {
        milliseconds('f', 'o', 0.5, 1);
      },
    ],
    [
      'f: o must be a finite number, at least 1, got Infinity',
      () => {
        number('f', 'o', Infinity, 1);
      },
    ],
    [
      'f: o must be a whole number, at least 1, or Infinity, got 0',
      () => {
        count('f', 'o', 0, 1);
      },
    ],
    [
      'f: o must be a whole number, at least 0, or Infinity, got -Infinity',
      () => {
        count('f', 'o', -Infinity, 0);
      },
    ],
    [
      'f: o must be a function, got undefined',
      () => {
        callable('f', 'o', undefined);
      },
    ],
    [
      'f: o must be a list, got []',
      () => {
        list('f', 'o', 'a list', []);
      },
    ],
    [
      'f: o must be a list, got "ab"',
      () => {
        list('f', 'o', 'a list', 'ab');
      },
    ],
    [
      'f: options must be an object, got null',
      () => {
        record('f', 'options', null);
      },
    ],
    [
      'f: options must be an object, got the function show',
      () => {
        record('f', 'options', show);
      },
    ],
  ])('%s', (message, check) => {
    expect(check).toThrow(message);
  });

  it('throws a RangeError for an empty list, a TypeError for any other value', () => {
    expect(() => {
      list('f', 'o', 'a list', []);
    }).toThrow(RangeError);
    expect(() => {
      list('f', 'o', 'a list', 5);
    }).toThrow(TypeError);
  });
});
