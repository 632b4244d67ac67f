import { isMissed, type Result, type Unit } from './row.js';

/*
 * Numbers as text.
 */

/** Rounds to about three digits, with a space between thousands. */
function round(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en').replaceAll(',', ' ');
  return value.toFixed(value >= 10 ? 1 : 2);
}

const dividers: Readonly<Record<Unit, number>> = { ns: 1, µs: 1000, ms: 1, B: 1 };

export const formatCost = (value: number, unit: Unit): string => `${round(value / dividers[unit])} ${unit}`;

/** Two decimals; more for ratios below a tenth. */
export const formatRatio = (value: number): string =>
  value >= 0.1 ? value.toFixed(2) : value >= 0.01 ? value.toFixed(3) : value.toPrecision(2);

export const formatTarget = ({ atMost }: Result): string => (atMost === undefined ? '' : `≤ ${formatRatio(atMost)}`);

export const formatVerdict = (result: Result): string =>
  result.atMost === undefined ? '' : isMissed(result) ? 'missed' : 'met';
