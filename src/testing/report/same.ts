/**
 * Whether two values are the same thing, or of one class and alike in all their fields; of errors also in name, message
 * and cause, but not in their stacks. An expected value with a method `asymmetricMatch` (`expect.any(..)` of vitest, jest
 * and jasmine) decides by itself.
 */
export function same(actual: unknown, expected: unknown, above: readonly unknown[] = []): boolean {
  if (Object.is(actual, expected) || actual === expected) return true;
  if (!isObject(actual) || !isObject(expected)) return isObject(expected) && matches(expected, actual);
  if (isMatcher(expected)) return matches(expected, actual);
  if (kindOf(actual) !== kindOf(expected)) return false;
  // Around a ring once is enough.
  if (above.includes(actual)) return true;
  const within = [...above, actual];
  if (actual instanceof Map || actual instanceof Set) {
    return same([...actual], [...(expected as unknown as Iterable<unknown>)], within);
  }
  const value: unknown = 'valueOf' in actual ? actual.valueOf() : actual;
  // A date, or a primitive in a box.
  if (!isObject(value)) return same(value, expected.valueOf());
  if (actual instanceof Error) {
    return alike([...errorKeys(actual), ...errorKeys(expected), 'name', 'message'], actual, expected, within);
  }
  const keys = Reflect.ownKeys(actual);
  return keys.length === Reflect.ownKeys(expected).length && alike(keys, actual, expected, within);
}

/** Whether they have the same in all these fields. */
const alike = (keys: readonly PropertyKey[], actual: Thing, expected: Thing, above: readonly unknown[]): boolean =>
  keys.every((key) => key in expected && same(actual[key], expected[key], above));

type Thing = Readonly<Record<PropertyKey, unknown>>;

const isObject = (value: unknown): value is Thing => typeof value === 'object' && value !== null;

/** Plain data is such also without a prototype. */
const kindOf = (it: Thing): object => (Object.getPrototypeOf(it) as object | null) ?? Object.prototype;

interface Matcher {
  asymmetricMatch(actual: unknown): boolean;
}

const isMatcher = (it: Thing): it is Thing & Matcher => typeof it.asymmetricMatch === 'function';

const matches = (expected: Thing, actual: unknown): boolean => isMatcher(expected) && expected.asymmetricMatch(actual);

/** Where an error was made is never the same. */
const errorKeys = (error: Thing): PropertyKey[] => Reflect.ownKeys(error).filter((key) => key !== 'stack');
