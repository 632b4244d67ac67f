import { rejectOption } from '../options.js';

/*
 * The hint: the delay that a server asks for, as an error reports it.
 */

/** The longest hint that is respected by default. */
export const aMinute = 60_000;

/** The `retryAfter` of an error, in milliseconds. An error that throws when it is read has none. */
export function ownHint(error: unknown): number | undefined {
  try {
    const hint = (error as { readonly retryAfter?: unknown } | null | undefined)?.retryAfter;
    return typeof hint === 'number' && hint >= 0 ? hint : undefined;
  } catch {
    return undefined;
  }
}

/** Throws unless `value` says where hints are. */
export function checkHint(where: string, option: string, value: unknown): void {
  if (typeof value !== 'boolean' && typeof value !== 'function')
    rejectOption(where, option, 'true, false or a function', value, TypeError);
}

/** What `read` finds in the error, checked; 0 for none. `option` is its name in messages. */
export function hintOf(where: string, option: string, read: (error: any) => unknown, error: unknown): number {
  const hint = read(error);
  if (hint === undefined) return 0;
  if (typeof hint === 'number' && hint >= 0) return hint;
  return rejectOption(where, `the answer of ${option}`, 'a number of milliseconds, at least 0, or undefined', hint);
}

/** A wait after the hint has passed. It stays finite, because Infinity means *no*. */
export const afterHint = (hint: number, wait: number): number => Math.min(Number.MAX_VALUE, hint + wait);
