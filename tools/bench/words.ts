import { isMissed, type Result, type Unit } from './row.js';

/*
 * Numbers as they are read.
 */

/** Three digits are enough of what was measured; those of large numbers in groups of three. */
function rounded(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en').replaceAll(',', ' ');
  return value.toFixed(value >= 10 ? 1 : 2);
}

const dividers: Readonly<Record<Unit, number>> = { ns: 1, µs: 1000, ms: 1, B: 1 };

export const cost = (value: number, unit: Unit): string => `${rounded(value / dividers[unit])} ${unit}`;

/** Ratios below a tenth say more as three digits. */
export const ratio = (value: number): string =>
  value >= 0.1 ? value.toFixed(2) : value >= 0.01 ? value.toFixed(3) : value.toPrecision(2);

export const target = ({ atMost }: Result): string => (atMost === undefined ? '' : `≤ ${ratio(atMost)}`);

export const verdict = (result: Result): string =>
  result.atMost === undefined ? '' : isMissed(result) ? 'missed' : 'met';
