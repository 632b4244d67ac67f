import { record } from './options.js';

/*
 * An object of options is read by a table. It has a row for each option: how the option is checked, and its default. The
 * types demand a row for every option of the interface, and no other row.
 */

/** Throws unless `value` is valid. `bound` is what the check compares it with: the least number, the list of words. */
type Check = (where: string, option: string, value: any, bound?: any) => unknown;

/** The check of an option that is checked elsewhere, or that may be anything. */
export const anything: Check = () => undefined;

/** The default of an option that must be given. */
export const needed: unique symbol = /* @__PURE__ */ Symbol('needed');

/** One option. The default `undefined` means that it may be left out. */
type Row<T> = readonly [check: Check, fallback: T | undefined | typeof needed, bound?: unknown];

/** A row for each option of `O`. */
export type Rows<O> = { readonly [K in keyof O]-?: Row<O[K]> };

/** Those options, all given. */
export type Complete<O> = { readonly [K in keyof O]-?: Exclude<O[K], undefined> };

/** The options with the defaults of the rows. */
type Settings<O, R> = {
  readonly [K in keyof O]-?: K extends keyof R
    ? R[K] extends readonly [Check, undefined, ...unknown[]]
      ? O[K] | undefined
      : Exclude<O[K], undefined>
    : never;
};

/**
 * The options with their defaults. An option that is `undefined` counts as not given.
 *
 * @param also the options that another function reads
 * @param prefix where the object is within other options, as `halfOpen.`
 * @throws TypeError for an option without a row; RangeError | TypeError of the checks
 */
export function readOptions<O extends object, const R extends Rows<O>>(
  where: string,
  given: O,
  rows: R & Readonly<Record<Exclude<keyof R, keyof O>, never>>,
  also: readonly string[] = [],
  prefix = '',
): Settings<O, R> {
  record(where, prefix.slice(0, -1) || 'options', given);
  checkKeys(where, given, [...Object.keys(rows), ...also], prefix);
  const entries = Object.entries<Row<unknown>>(rows).map(([key, [check, fallback, bound]]) => {
    const own: unknown = given[key as keyof O];
    const value = own === undefined ? fallback : own;
    if (value !== undefined) check(where, prefix + key, value === needed ? undefined : value, bound);
    return [key, value];
  });
  return Object.fromEntries(entries) as Settings<O, R>;
}

/** Throws a TypeError if `given` has an option that is not `known`. The message lists the nearest one first. */
export function checkKeys(where: string, given: object, known: readonly string[], prefix = ''): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const nearest = [...known].sort((a, b) => likeness(key, b) - likeness(key, a));
    throw new TypeError(`${where}: there is no option ${prefix}${key}, only ${nearest.join(', ')}`);
  }
}

/** How many pairs of letters the names share. */
const likeness = (name: string, other: string): number =>
  Array.from(name).filter((letter, index) =>
    other.toLowerCase().includes((letter + name.charAt(index + 1)).toLowerCase()),
  ).length;
