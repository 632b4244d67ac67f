import { stripVTControlCharacters, styleText } from 'node:util';

/*
 * Lines on a terminal: coloured and with a line of progress where somebody watches, plain where they are piped.
 */

type Style = Parameters<typeof styleText>[0];

const isWatched = process.stdout.isTTY && process.env.TERM !== 'dumb';
const isPlain = !isWatched || Boolean(process.env.NO_COLOR);

export const paint = (style: Style, text: string): string => (isPlain ? text : styleText(style, text));

export function say(line: string = ''): void {
  erase();
  console.log(line);
}

/** What is being done, in a line that the next one replaces; only where somebody watches. */
export function progress(line: string): void {
  erase();
  if (isWatched) process.stdout.write(paint('dim', line));
}

function erase(): void {
  if (isWatched) process.stdout.write('\r\u001B[K');
}

/** Gates side by side, each as wide as told; a negative width aligns to the right. */
export const columns = (widths: readonly number[], gates: readonly string[]): string =>
  gates
    .map((gate, column) => {
      const width = widths[column] ?? 0;
      const gap = ' '.repeat(Math.max(0, Math.abs(width) - stripVTControlCharacters(gate).length));
      return width < 0 ? gap + gate : gate + gap;
    })
    .join('  ')
    .trimEnd();
