import { stripVTControlCharacters, styleText } from 'node:util';

/*
 * Lines on a terminal: in colour on a screen, and plain if the output is piped or NO_COLOR is set.
 */

type Style = Parameters<typeof styleText>[0];

const isPlain = !process.stdout.isTTY || Boolean(process.env.NO_COLOR) || process.env.TERM === 'dumb';

export const paint = (style: Style, text: string): string => (isPlain ? text : styleText(style, text));

export const print = (line: string = ''): void => {
  console.log(line);
};

/** Milliseconds with digits in groups of three, and the unit. */
export const formatMs = (ms: number): string => `${Math.round(ms).toLocaleString('en').replaceAll(',', ' ')} ms`;

/** A call as code, such as `fixed(100)` or `retryBudget({ ratio: 0.2 })`. */
export const formatCall = (name: string, ...args: readonly unknown[]): string =>
  `${name}(${args.map(formatArg).join(', ')})`;

export function formatArg(arg: unknown): string {
  if (typeof arg === 'function') return arg.name;
  if (typeof arg === 'string') return `'${arg}'`;
  if (typeof arg !== 'object' || arg === null) return String(arg);
  const fields = Object.entries(arg).map(([key, value]) => `${key}: ${formatArg(value)}`);
  return `{ ${fields.join(', ')} }`;
}

/** Starts a stopwatch. Returns a function that formats the seconds since then. */
export function startStopwatch(): () => string {
  const startedAt = performance.now();
  return () => `${((performance.now() - startedAt) / 1000).toFixed(3)} s`;
}

/** Formats texts as columns of the given widths. A negative width aligns to the right. */
export const columns = (widths: readonly number[], texts: readonly string[]): string =>
  texts
    .map((text, column) => {
      const width = widths[column] ?? 0;
      const gap = ' '.repeat(Math.max(0, Math.abs(width) - stripVTControlCharacters(text).length));
      return width < 0 ? gap + text : text + gap;
    })
    .join('  ')
    .trimEnd();

export const checkMark = (isMet: boolean): string => (isMet ? paint('green', '✓') : paint('red', '✗'));
