/*
 * Numbers as a person reads them, without rounding what is exact.
 */

const units = [
  ['h', 3_600_000, 1],
  ['min', 60_000, 1],
  ['s', 1000, 3],
] as const;

/** Milliseconds in the largest unit that shows them exactly with few decimals: `250 ms`, `1.5 s`, `5 min`. */
export function time(ms: number): string {
  for (const [unit, size, decimals] of units) {
    const count = ms / size;
    if (count >= 1 && count < 1e6 && Number(count.toFixed(decimals)) === count) return `${String(count)} ${unit}`;
  }
  return `${plain(ms)} ms`;
}

/** A share in percent. */
export const percent = (share: number): string => `${plain(100 * share)} %`;

/** At most six digits. */
export const plain = (value: number): string => String(Number(value.toPrecision(6)));

/** A number with its noun: `1 attempt`, `5 attempts`, `attempts without limit`. */
export const counted = (count: number, noun: string): string =>
  count === Infinity ? `${noun}s without limit` : `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
