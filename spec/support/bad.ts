import { describe, expect, it } from 'vitest';
import { fixed } from 'rxjs-reprise';

/*
 * Bad values of every kind, and their exact messages. A number or a list out of range is a RangeError, a value of another
 * type a TypeError.
 */

export type Bad = readonly [value: unknown, kind: ErrorConstructor, shown: string];
/** The function and the option, and how to give a bad value. */
export type Option = readonly [name: string, give: (bad: never) => unknown];

export const ofAnotherKind: readonly Bad[] = [
  ['10', TypeError, '"10"'],
  [null, TypeError, 'null'],
  [true, TypeError, 'true'],
  [[10], TypeError, '[10]'],
  [{}, TypeError, 'an object'],
  [10n, TypeError, '10n'],
  [Symbol('ten'), TypeError, 'Symbol(ten)'],
  [(): number => 10, TypeError, 'the function (anonymous)'],
];
export const missing: Bad = [undefined, TypeError, 'undefined'];
export const outOfRange: readonly Bad[] = [
  [NaN, RangeError, 'NaN'],
  [-1, RangeError, '-1'],
  [-Infinity, RangeError, '-Infinity'],
];
export const endless: Bad = [Infinity, RangeError, 'Infinity'];

export const notMilliseconds: readonly Bad[] = [...ofAnotherKind, ...outOfRange, endless];
export const notCount: readonly Bad[] = [...ofAnotherKind, ...outOfRange, [1.5, RangeError, '1.5']];
export const notFunction: readonly Bad[] = [
  [null, TypeError, 'null'],
  [5, TypeError, '5'],
  ['f', TypeError, '"f"'],
  [{}, TypeError, 'an object'],
];
export const notObject: readonly Bad[] = [
  [null, TypeError, 'null'],
  [5, TypeError, '5'],
  ['full', TypeError, '"full"'],
  [fixed, TypeError, 'the function fixed'],
];

export function refuses(wanted: string, bads: readonly Bad[], options: readonly Option[]): void {
  describe(`must be ${wanted}`, () => {
    const table = options.flatMap(([name, give]) =>
      bads.map(([value, kind, shown]) => ({ message: `${name} must be ${wanted}, got ${shown}`, kind, give, value })),
    );
    it.each(table)('$message', ({ message, kind, give, value }) => {
      let thrown: unknown;
      try {
        give(value as never);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(kind);
      expect(thrown).toHaveProperty('message', message);
    });
  });
}
