/*
 * Numbers for people: rounded, and with their units.
 */

/** A number in groups of three digits, with at most that many decimals. A number above 0 is never shown as 0. */
export function formatNumber(value: number, decimals = 0): string {
  const rounded = value.toFixed(decimals);
  if (value > 0 && Number(rounded) === 0) return `< ${String(10 ** -decimals)}`;
  const [whole = '', part = ''] = rounded.split('.');
  const decimal = part.replace(/0+$/, '');
  return whole.replace(/\B(?=(\d{3})+$)/g, ' ') + (decimal === '' ? '' : `.${decimal}`);
}

const day = 86_400_000;

/** Milliseconds in the unit that fits: `250 ms`, `1.5 s`, `5 min`. */
export function formatTime(ms: number): string {
  if (ms === 0) return '0 s';
  if (ms < 1000) return `${formatNumber(ms, ms < 10 ? 1 : 0)} ms`;
  if (ms < 120_000) return `${formatNumber(ms / 1000, ms < 10_000 ? 2 : 1)} s`;
  if (ms < 7_200_000) return `${formatNumber(ms / 60_000, 1)} min`;
  if (ms < 2 * day) return `${formatNumber(ms / 3_600_000, 1)} h`;
  return ms < 1000 * day ? `${formatNumber(ms / day, 1)} d` : 'years';
}

/** A range of milliseconds: `0 s to 1.5 s`, or one time if both are the same. */
export const formatRange = (from: number, to: number): string =>
  from === to ? formatTime(from) : `${formatTime(from)} to ${formatTime(to)}`;

/** A share from 0 to 1 in percent, with one decimal if it is near 0 or 1. A share below 1 is never shown as 100 %. */
export function formatPercent(share: number): string {
  if (share > 0.9995 && share < 1) return '> 99.9 %';
  return `${formatNumber(100 * share, share < 0.1 || (share > 0.99 && share < 1) ? 1 : 0)} %`;
}
