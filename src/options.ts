/*
 * Validation, done when a thing is made. One template for every message:
 *
 *   exponentialBackoff: cap must be at least base (2000), got 500
 *
 * A number or a list out of range is a RangeError, a thing of another kind a TypeError. Nothing is repaired.
 */

/** Throws the one message. Where a number is wanted, the kind of error follows from the kind of value. */
export function refuse(
  where: string,
  option: string,
  wanted: string,
  got: unknown,
  Kind: new (message: string) => Error = typeof got === 'number' ? RangeError : TypeError,
): never {
  throw new Kind(`${where}: ${option} must be ${wanted}, got ${show(got)}`);
}

export function milliseconds(where: string, option: string, value: unknown, least = 0): void {
  if (!isFinite(value) || value < least) {
    refuse(where, option, `a finite number of milliseconds, at least ${String(least)}`, value);
  }
}

export function number(where: string, option: string, value: unknown, least: number): void {
  if (!isFinite(value) || value < least) refuse(where, option, `a finite number, at least ${String(least)}`, value);
}

/** A whole number, or Infinity for "no limit". */
export function count(where: string, option: string, value: unknown, least: number): void {
  if (!isWhole(value, least) && value !== Infinity) {
    refuse(where, option, `a whole number, at least ${String(least)}, or Infinity`, value);
  }
}

/** A whole number: no "no limit" here. */
export function whole(where: string, option: string, value: unknown, least: number): void {
  if (!isWhole(value, least)) refuse(where, option, `a whole number, at least ${String(least)}`, value);
}

export function callable(where: string, option: string, value: unknown): void {
  if (typeof value !== 'function') refuse(where, option, 'a function', value, TypeError);
}

export const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** An array with something in it. */
export function list(where: string, option: string, wanted: string, value: unknown): void {
  if (!Array.isArray(value)) refuse(where, option, wanted, value, TypeError);
  if (value.length === 0) refuse(where, option, wanted, value, RangeError);
}

/** The options themselves: `exponentialBackoff(5)` is not five attempts. */
export function record(where: string, options: unknown, option = 'options'): void {
  if (typeof options !== 'object' || options === null) refuse(where, option, 'an object', options, TypeError);
}

const isWhole = (value: unknown, least: number): boolean => Number.isInteger(value) && (value as number) >= least;

const isFinite = (value: unknown): value is number => Number.isFinite(value);

export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return `the function ${value.name || '(anonymous)'}`;
  if (typeof value === 'bigint') return `${String(value)}n`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
