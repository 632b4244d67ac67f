import { show } from '../../options.js';

/*
 * How things look in messages and pictures.
 */

/** Columns under one another, two blanks apart, indented by two. */
export function table(rows: readonly (readonly string[])[]): string {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) => `  ${row.map((cell, index) => cell.padEnd(width(index))).join('  ')}`.trimEnd()).join('\n');
}

/** A value as one reads it: JSON where that tells, and otherwise what it calls itself. */
export function shown(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value !== 'object' && typeof value !== 'string') return show(value);
  try {
    return JSON.stringify(value, (_, each: unknown) => (isKept(each) ? each : shown(each)));
  } catch {
    return 'an object';
  }
}

const isKept = (value: unknown): boolean =>
  typeof value === 'number'
    ? Number.isFinite(value)
    : !(value instanceof Error) && !['undefined', 'function', 'bigint', 'symbol'].includes(typeof value);

/** Milliseconds with their unit, without the noise of floating point. */
export const inMs = (ms: number): string => `${String(Number(ms.toPrecision(12)))} ms`;
