/*
 * Parsers of states from elsewhere. A parser returns only what a gate can have written. For anything else it calls
 * `reject` with the path and the value of the first part that does not fit: `older[0].index null`.
 */

/** Throws the error of a state that does not fit. By default it describes the whole state. */
export type Reject = (got?: string) => never;

/** Returns a value from outside as a `T` if it fits, with only the known fields. Otherwise it calls `reject`. */
export type Parser<T = unknown> = (value: unknown, path: string, reject: Reject) => T;

/** A check of a value. */
export type Test = (value: unknown) => boolean;

/** A parser of the values that pass the test. */
export const valueThat =
  <T>(test: Test): Parser<T> =>
  (value, path, reject) =>
    test(value) ? (value as T) : reject(describe(path, value));

export const aNumber: Parser<number> = /* @__PURE__ */ valueThat(Number.isFinite);

export const aFlag: Parser<boolean> = /* @__PURE__ */ valueThat((value) => typeof value === 'boolean');

/** Milliseconds: finite, at least 0. */
export const aTime: Parser<number> = /* @__PURE__ */ valueThat(
  (value) => Number.isFinite(value) && (value as number) >= 0,
);

export const aWhole: Parser<number> = /* @__PURE__ */ valueThat(Number.isSafeInteger);

/** A parser of `null`, and of what `parse` accepts. */
export const orNull =
  <T>(parse: Parser<T>): Parser<T | null> =>
  (value, path, reject) =>
    value === null ? null : parse(value, path, reject);

/** A whole number from `least` to `most`. */
export const countFrom = (least: number, most: number = Infinity): Parser<number> =>
  valueThat((value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most);

export const aCount: Parser<number> = /* @__PURE__ */ countFrom(0);

/** A number from `least` to `most`. */
export const numberFrom = (least: number, most: number = Number.MAX_VALUE): Parser<number> =>
  valueThat((value) => typeof value === 'number' && value >= least && value <= most);

/** A parser for each field of a record. */
type Fields<T> = { readonly [K in keyof T]: Parser<T[K]> };

/**
 * A parser of records. Fields without a parser are left out. The fields fit together unless `contradiction` names the one
 * that does not.
 */
export const recordOf =
  <T>(fields: Fields<T>, contradiction?: (state: T) => keyof T | undefined): Parser<T> =>
  (value, path, reject) => {
    if (!isRecord(value)) return reject(describe(path, value));
    const pathOf = (key: keyof T): string => (path === '' ? String(key) : `${path}.${String(key)}`);
    const keys = Object.keys(fields) as (keyof T & string)[];
    const state = Object.fromEntries(keys.map((key) => [key, fields[key](value[key], pathOf(key), reject)])) as T;
    const odd = contradiction?.(state);
    return odd === undefined ? state : reject(describe(pathOf(odd), state[odd]));
  };

/** A parser of lists of any length. */
export const listOf =
  <T>(item: Parser<T>): Parser<readonly T[]> =>
  (value, path, reject) =>
    Array.isArray(value)
      ? value.map((each, index) => item(each, `${path}[${String(index)}]`, reject))
      : reject(describe(path, value));

/** A parser of lists with one item for each parser. */
export const tupleOf =
  <T>(items: readonly Parser<T>[]): Parser<readonly T[]> =>
  (value, path, reject) =>
    Array.isArray(value) && value.length === items.length
      ? items.map((item, index) => item(value[index], `${path}[${String(index)}]`, reject))
      : reject(describe(path, value));

/** A part of a state as messages show it. */
export const describe = (path: string, value: unknown): string => `${path} ${JSON.stringify(value)}`;

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether `read` accepts the value. It reads a copy. */
export function fits(read: (value: unknown, reject: Reject) => unknown, value: unknown): boolean {
  try {
    read(structuredClone(value), (got) => {
      throw new TypeError(got);
    });
    return true;
  } catch {
    return false;
  }
}
