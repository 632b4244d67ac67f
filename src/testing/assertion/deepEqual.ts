import { errorFields } from './errorFields.js';

/**
 * Whether two values are identical, or instances of the same class with equal fields. Errors must also have equal names,
 * messages and causes; their stacks are ignored. An expected value with a method `asymmetricMatch`, such as
 * `expect.any(..)` of vitest, jest and jasmine, decides by itself.
 */
export function deepEqual(actual: unknown, expected: unknown, ancestors: readonly unknown[] = []): boolean {
  if (Object.is(actual, expected) || actual === expected) return true;
  if (!isObject(actual) || !isObject(expected)) return isObject(expected) && matches(expected, actual);
  if (isMatcher(expected)) return matches(expected, actual);
  if (prototypeOf(actual) !== prototypeOf(expected)) return false;
  // A circular reference is compared once.
  if (ancestors.includes(actual)) return true;
  const path = [...ancestors, actual];
  if (actual instanceof Map || actual instanceof Set) {
    return deepEqual([...actual], [...(expected as unknown as Iterable<unknown>)], path);
  }
  const value: unknown = 'valueOf' in actual ? actual.valueOf() : actual;
  // A date, or an object that wraps a primitive.
  if (!isObject(value)) return deepEqual(value, expected.valueOf());
  if (actual instanceof Error) {
    return fieldsEqual([...errorFields(actual), ...errorFields(expected), 'name', 'message'], actual, expected, path);
  }
  const keys = Reflect.ownKeys(actual);
  return keys.length === Reflect.ownKeys(expected).length && fieldsEqual(keys, actual, expected, path);
}

const fieldsEqual = (
  keys: readonly PropertyKey[],
  actual: Fields,
  expected: Fields,
  ancestors: readonly unknown[],
): boolean => keys.every((key) => key in expected && deepEqual(actual[key], expected[key], ancestors));

type Fields = Readonly<Record<PropertyKey, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** An object without a prototype counts as plain data. */
const prototypeOf = (value: Fields): object => (Object.getPrototypeOf(value) as object | null) ?? Object.prototype;

interface Matcher {
  asymmetricMatch(actual: unknown): boolean;
}

const isMatcher = (value: Fields): value is Fields & Matcher => typeof value.asymmetricMatch === 'function';

const matches = (expected: Fields, actual: unknown): boolean => isMatcher(expected) && expected.asymmetricMatch(actual);
