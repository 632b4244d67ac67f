import { stripVTControlCharacters, styleText } from 'node:util';

/** Where the command runs: what it may write to, and who may stop it. */
export interface Terminal {
  /** Imports the module at an address. */
  load(address: string): Promise<unknown>;
  out(text: string): void;
  err(text: string): void;
  /** Whether somebody watches what is written to `out`, and to `err`. */
  readonly isWatched: { readonly out: boolean; readonly err: boolean };
  readonly hasColour: boolean;
  /** The folder that names are read from. */
  readonly folder: string;
  write(file: string, text: string): void;
  /** Calls back at Ctrl-C, until what it answers is called. */
  onInterrupt(listener: () => void): () => void;
}

/** Colours are for who watches, and has not said no (NO_COLOR). */
export const hasColour = (isWatched: boolean, env: Readonly<Record<string, string | undefined>>): boolean =>
  isWatched && !env.NO_COLOR && env.TERM !== 'dumb';

export const paint = (terminal: Terminal, style: Parameters<typeof styleText>[0], text: string): string =>
  terminal.hasColour ? styleText(style, text, { validateStream: false }) : text;

/** Rows of cells in columns that are as wide as they must be; all but the first are aligned to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const width = (cell: string): number => stripVTControlCharacters(cell).length;
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, width(cell));
    });
  }
  const padded = (cell: string, column: number): string => {
    const gap = ' '.repeat(Number(widths[column]) - width(cell));
    return column === 0 ? cell + gap : gap + cell;
  };
  return rows.map((row) => row.map(padded).join('   ').trimEnd()).join('\n');
}

const blocks = '▁▂▃▄▅▆▇█';

/** Values as a line of blocks, of which the tallest is `most`; anything above 0 is seen. */
export const sparkline = (values: readonly number[], most: number): string =>
  values.map((value) => (value === 0 ? ' ' : blocks.charAt(Math.max(0, Math.round((8 * value) / most) - 1)))).join('');

/** So many values, each the largest of those it stands for. */
export const squeezed = (values: readonly number[], count: number): number[] =>
  Array.from({ length: count }, (_, index) =>
    Math.max(
      0,
      ...values.slice(
        Math.floor((index * values.length) / count),
        Math.max(Math.floor((index * values.length) / count) + 1, Math.floor(((index + 1) * values.length) / count)),
      ),
    ),
  );

/** Who reads may leave before all is said, as `head` does. */
export function mayLeave(stream: Pick<NodeJS.EventEmitter, 'on'>): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
