import { stripVTControlCharacters, styleText } from 'node:util';

/*
 * Lines on a terminal: in colour on a terminal, plain where they are piped or NO_COLOR is set.
 */

type Style = Parameters<typeof styleText>[0];

const isPlain = !process.stdout.isTTY || Boolean(process.env.NO_COLOR) || process.env.TERM === 'dumb';

export const paint = (style: Style, text: string): string => (isPlain ? text : styleText(style, text));

export const say = (line: string = ''): void => {
  console.log(line);
};

/** Digits in groups of three, and the unit. */
export const milliseconds = (ms: number): string => `${Math.round(ms).toLocaleString('en').replaceAll(',', ' ')} ms`;

/** Starts now, and returns the seconds since then. */
export function stopwatch(): () => string {
  const begun = performance.now();
  return () => `${((performance.now() - begun) / 1000).toFixed(3)} s`;
}

/** Columns side by side, each with its width. A negative width aligns to the right. */
export const columns = (widths: readonly number[], gates: readonly string[]): string =>
  gates
    .map((gate, column) => {
      const width = widths[column] ?? 0;
      const gap = ' '.repeat(Math.max(0, Math.abs(width) - stripVTControlCharacters(gate).length));
      return width < 0 ? gap + gate : gate + gap;
    })
    .join('  ')
    .trimEnd();
