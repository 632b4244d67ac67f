import { show } from '../../options.js';
import type { Verdict } from '../../policy/policy.js';

/*
 * A log that happens another time: an instant that a closure keeps, or that is compared with a constant, is then far away.
 */

/** Some 55 years in milliseconds: whole spans of all usual windows, so that they are cut at the same places. */
export const later: number = 2 ** 12 * 3 ** 3 * 5 ** 6 * 7 * 11 * 13;

/** How two answers to the same signal differ, the second one `later`; `undefined` if they do not. */
export function changedLater(before: Verdict, after: Verdict): string | undefined {
  if (before.reason === after.reason && areClose(before.wait, after.wait)) return undefined;
  return `${text(before)} and then, if all happens ${String(later)} ms later, ${text(after)}`;
}

/** Late instants lose fractions of a millisecond. */
const areClose = (one: number, other: number): boolean =>
  one === other || Math.abs(one - other) <= 0.01 + 1e-6 * Math.min(one, other);

const text = ({ wait, reason }: Verdict): string => `wait: ${show(wait)}${reason === undefined ? '' : ` (${reason})`}`;
