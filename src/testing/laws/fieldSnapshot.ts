import { formatValue } from '../assertion/format.js';

/** The fields of a value at one moment, by path, to detect whether the value is modified later. */
export type FieldSnapshot = ReadonlyMap<string, unknown>;

/**
 * Takes a snapshot of a value. Only plain data and errors are traversed; other objects are compared by identity, because
 * reading their fields could have effects.
 */
export const fieldSnapshot = (value: unknown, path: string): FieldSnapshot => new Map(fieldsOf(value, path, []));

function fieldsOf(value: unknown, path: string, ancestors: readonly unknown[]): [path: string, value: unknown][] {
  const keys = isPlain(value) && !ancestors.includes(value) ? Reflect.ownKeys(value) : [];
  const fields = keys
    .filter((key) => key !== 'stack')
    .flatMap((key) => fieldsOf(Reflect.get(value as object, key), `${path}.${String(key)}`, [...ancestors, value]));
  return [[path, value], ...fields];
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return value instanceof Error || Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

/** Describes the first field that differs between two snapshots; `undefined` if none does. */
export function firstChange(before: FieldSnapshot, after: FieldSnapshot): string | undefined {
  const path = [...before.keys(), ...after.keys()].find((each) => !Object.is(before.get(each), after.get(each)));
  return path === undefined
    ? undefined
    : `${path}: ${formatValue(before.get(path))} changed to ${formatValue(after.get(path))}`;
}
