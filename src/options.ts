/*
 * Validation of options, once, when a policy or an operator is made. All messages follow one template:
 *
 *   exponentialBackoff: cap must be at least base (2000), got 500
 *
 * A number or a list out of range is a RangeError, a value of another type a TypeError. Nothing is corrected silently.
 */

/** Throws an error of that template. By default, a number is a RangeError and any other value a TypeError. */
export function rejectOption(
  where: string,
  option: string,
  wanted: string,
  got: unknown,
  Kind: new (message: string) => Error = typeof got === 'number' ? RangeError : TypeError,
): never {
  throw new Kind(`${where}: ${option} must be ${wanted}, got ${show(got)}`);
}

/** Throws if an option is given that cannot be combined with another one. */
export function exclude(where: string, option: string, other: string, value: unknown): void {
  if (value === undefined) return;
  const Kind = typeof value === 'number' ? RangeError : TypeError;
  throw new Kind(`${where}: ${option} cannot be combined with ${other}, got ${show(value)}`);
}

export function milliseconds(where: string, option: string, value: unknown, least = 0): void {
  if (!isFinite(value) || value < least) {
    rejectOption(where, option, `a finite number of milliseconds, at least ${String(least)}`, value);
  }
}

export function number(where: string, option: string, value: unknown, least: number): void {
  if (!isFinite(value) || value < least)
    rejectOption(where, option, `a finite number, at least ${String(least)}`, value);
}

/** A whole number, or Infinity for "no limit". */
export function count(where: string, option: string, value: unknown, least: number): void {
  if (!isWhole(value, least) && value !== Infinity) {
    rejectOption(where, option, `a whole number, at least ${String(least)}, or Infinity`, value);
  }
}

/** A whole number, but not Infinity. */
export function whole(where: string, option: string, value: unknown, least: number): void {
  if (!isWhole(value, least)) rejectOption(where, option, `a whole number, at least ${String(least)}`, value);
}

export function callable(where: string, option: string, value: unknown): void {
  if (typeof value !== 'function') rejectOption(where, option, 'a function', value, TypeError);
}

export function string(where: string, option: string, value: unknown): void {
  if (typeof value !== 'string') rejectOption(where, option, 'a string', value, TypeError);
}

/** One of those words. */
export function oneOf(where: string, option: string, value: unknown, words: readonly string[]): void {
  const wanted = words
    .map((word) => `'${word}'`)
    .join(', ')
    .replace(/, (?=[^,]*$)/, ' or ');
  if (!words.includes(value as string)) rejectOption(where, option, wanted, value, TypeError);
}

/** Whether it has a `then` method. */
export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';

/** What a predicate answered. A promise is always true, so it is no answer. */
export function answered(where: string, option: string, answer: unknown): boolean {
  if (isPromise(answer)) rejectOption(where, `the answer of ${option}`, 'a boolean, not a promise', answer, TypeError);
  return Boolean(answer);
}

export const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** An array that is not empty. */
export function list(where: string, option: string, wanted: string, value: unknown): void {
  if (!Array.isArray(value)) rejectOption(where, option, wanted, value, TypeError);
  if (value.length === 0) rejectOption(where, option, wanted, value, RangeError);
}

/** An object, as options are: `exponentialBackoff(5)` is an error, not five attempts. */
export function record(where: string, option: string, options: unknown): void {
  if (typeof options !== 'object' || options === null) rejectOption(where, option, 'an object', options, TypeError);
}

/** Throws unless `value` is a boolean. */
export function flag(where: string, option: string, value: unknown): asserts value is boolean {
  if (typeof value !== 'boolean') rejectOption(where, option, 'a boolean', value, TypeError);
}

/** Whether it is a whole number, at least that. */
export const isWhole = (value: unknown, least: number): boolean =>
  Number.isInteger(value) && (value as number) >= least;

const isFinite = (value: unknown): value is number => Number.isFinite(value);

/** A value as messages show it. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return `the function ${value.name || '(anonymous)'}`;
  if (typeof value === 'bigint') return `${String(value)}n`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
