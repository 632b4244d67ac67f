/*
 * Numbers as people read them.
 */

/** Digits in groups of three, at most so many decimals. */
export function digits(value: number, decimals = 0): string {
  const [whole = '', part = ''] = value.toFixed(decimals).split('.');
  const decimal = part.replace(/0+$/, '');
  return whole.replace(/\B(?=(\d{3})+$)/g, ' ') + (decimal === '' ? '' : `.${decimal}`);
}

const day = 86_400_000;

/** A time in the unit that fits: `250 ms`, `1.5 s`, `5 min`. */
export function time(ms: number): string {
  if (ms === 0) return '0 s';
  if (ms < 1000) return `${digits(ms, ms < 10 ? 1 : 0)} ms`;
  if (ms < 120_000) return `${digits(ms / 1000, ms < 10_000 ? 2 : 1)} s`;
  if (ms < 7_200_000) return `${digits(ms / 60_000, 1)} min`;
  if (ms < 2 * day) return `${digits(ms / 3_600_000, 1)} h`;
  return ms < 1000 * day ? `${digits(ms / day, 1)} d` : 'years';
}

/** A share of 1, in percent: one decimal where it is small. */
export function percent(share: number): string {
  return `${digits(100 * share, share < 0.1 ? 1 : 0)} %`;
}
