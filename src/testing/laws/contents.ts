import { shown } from '../report/text.js';

/*
 * What is in a value, so that one sees whether it was written on. Only plain data and errors are looked into: all else may
 * answer nobody but itself.
 */

/** All that is in it, each with its place. */
export type Contents = ReadonlyMap<string, unknown>;

export const contentsOf = (value: unknown, place: string): Contents => new Map(within(value, place, []));

function within(value: unknown, place: string, above: readonly unknown[]): [place: string, value: unknown][] {
  const inside = isPlain(value) && !above.includes(value) ? Reflect.ownKeys(value) : [];
  const keys = inside.filter((key) => key !== 'stack');
  const fields = keys.flatMap((key) =>
    within(Reflect.get(value as object, key), `${place}.${String(key)}`, [...above, value]),
  );
  return [[place, value], ...fields];
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const kind: unknown = Object.getPrototypeOf(value);
  return value instanceof Error || Array.isArray(value) || kind === Object.prototype || kind === null;
}

/** The first thing that is another one, as a text; `undefined` if none is. */
export function changeOf(before: Contents, after: Contents): string | undefined {
  const place = [...before.keys(), ...after.keys()].find((each) => !Object.is(before.get(each), after.get(each)));
  return place === undefined
    ? undefined
    : `${place}: ${shown(before.get(place))} turned into ${shown(after.get(place))}`;
}
