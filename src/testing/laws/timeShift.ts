import { show } from '../../options.js';
import type { Verdict } from '../../policy/policy.js';

/*
 * Plays a log a second time, much later. A policy that keeps an instant in a closure, or compares `now` with a constant,
 * then returns other verdicts.
 */

/** About 55 years in milliseconds. A multiple of all usual time windows, so that windows begin at the same moments. */
export const timeShift: number = 2 ** 12 * 3 ** 3 * 5 ** 6 * 7 * 11 * 13;

/** Describes how the verdict on a shifted signal differs from the original one; `undefined` if it does not. */
export function shiftDifference(original: Verdict, shifted: Verdict): string | undefined {
  if (original.reason === shifted.reason && areClose(original.wait, shifted.wait)) return undefined;
  return `${waitText(original)} and then, with all signals ${String(timeShift)} ms later, ${waitText(shifted)}`;
}

/** Large instants lose fractions of a millisecond. */
const areClose = (one: number, other: number): boolean =>
  one === other || Math.abs(one - other) <= 0.01 + 1e-6 * Math.min(one, other);

const waitText = ({ wait, reason }: Verdict): string =>
  `wait: ${show(wait)}${reason === undefined ? '' : ` (${reason})`}`;
