import { stripVTControlCharacters, styleText } from 'node:util';

/*
 * Terminal output: colours and a progress line on a terminal, plain lines in a pipe.
 */

type Style = Parameters<typeof styleText>[0];

const isTerminal = process.stdout.isTTY && process.env.TERM !== 'dumb';
const isPlain = !isTerminal || Boolean(process.env.NO_COLOR);

export const paint = (style: Style, text: string): string => (isPlain ? text : styleText(style, text));

export function print(line: string = ''): void {
  eraseLine();
  console.log(line);
}

/** Shows what is running, in a line that the next output replaces. Does nothing in a pipe. */
export function showProgress(line: string): void {
  eraseLine();
  if (isTerminal) process.stdout.write(paint('dim', line));
}

function eraseLine(): void {
  if (isTerminal) process.stdout.write('\r\u001B[K');
}

/** Pads texts to columns of the given widths. A negative width aligns to the right. */
export const columns = (widths: readonly number[], texts: readonly string[]): string =>
  texts
    .map((text, column) => {
      const width = widths[column] ?? 0;
      const gap = ' '.repeat(Math.max(0, Math.abs(width) - stripVTControlCharacters(text).length));
      return width < 0 ? gap + text : text + gap;
    })
    .join('  ')
    .trimEnd();
