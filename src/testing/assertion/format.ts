import { show } from '../../options.js';

/*
 * Tables, values and times as text, for the messages of assertions and for timelines.
 */

/** Aligns the columns of a table, with two spaces between them and an indentation of two. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) => `  ${row.map((text, index) => text.padEnd(width(index))).join('  ')}`.trimEnd()).join('\n');
}

/** A value as JSON, or as its description where JSON has none: errors, functions, `undefined`, `Infinity`. */
export function formatValue(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value !== 'object' && typeof value !== 'string') return show(value);
  try {
    return JSON.stringify(value, (_, each: unknown) => (isJson(each) ? each : formatValue(each)));
  } catch {
    return 'an object';
  }
}

const isJson = (value: unknown): boolean =>
  typeof value === 'number'
    ? Number.isFinite(value)
    : !(value instanceof Error) && !['undefined', 'function', 'bigint', 'symbol'].includes(typeof value);

/** Milliseconds with their unit, without the noise of floating point. */
export const formatMs = (ms: number): string => `${String(Number(ms.toPrecision(12)))} ms`;
