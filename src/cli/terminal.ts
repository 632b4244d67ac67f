import { stripVTControlCharacters, styleText } from 'node:util';

/** The environment of the command, so that it can be tested without a process. */
export interface Terminal {
  /** Imports the module with that URL. */
  load(url: string): Promise<unknown>;
  out(text: string): void;
  err(text: string): void;
  /** Whether `out` and `err` are shown on a screen. */
  readonly isTTY: { readonly out: boolean; readonly err: boolean };
  readonly hasColour: boolean;
  /** The working directory. */
  readonly folder: string;
  /** The version of this package. */
  version(): string;
  write(file: string, text: string): void;
  /** Runs work that Ctrl-C can interrupt although it never returns. Returns whether the work has ended by itself. */
  interruptible(work: () => void): boolean;
  /** Calls the listener at Ctrl-C, except within interruptible work. Returns how to remove the listener. */
  onInterrupt(listener: () => void): () => void;
}

/** Whether to use colours: on a screen, and unless NO_COLOR is set. */
export const hasColour = (isTTY: boolean, env: Readonly<Record<string, string | undefined>>): boolean =>
  isTTY && !env.NO_COLOR && env.TERM !== 'dumb';

export const paint = (terminal: Terminal, style: Parameters<typeof styleText>[0], text: string): string =>
  terminal.hasColour ? styleText(style, text, { validateStream: false }) : text;

/** Formats rows as columns. The first column is aligned to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widthOf = (text: string): number => stripVTControlCharacters(text).length;
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((text, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(text));
    });
  }
  const pad = (text: string, column: number): string => {
    const gap = ' '.repeat(Number(widths[column]) - widthOf(text));
    return column === 0 ? text + gap : gap + text;
  };
  return rows.map((row) => row.map(pad).join('   ').trimEnd()).join('\n');
}

const blocks = '▁▂▃▄▅▆▇█';

/** Values as blocks, of which the tallest stands for `most`. Every value above 0 is visible. */
export const sparkline = (values: readonly number[], most: number): string =>
  values.map((value) => (value === 0 ? ' ' : blocks.charAt(Math.max(0, Math.round((8 * value) / most) - 1)))).join('');

/** Reduces values to `count`, each the maximum of the values that it replaces. */
export const downsample = (values: readonly number[], count: number): number[] =>
  Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * values.length) / count);
    const to = Math.floor(((index + 1) * values.length) / count);
    return Math.max(0, ...values.slice(from, Math.max(from + 1, to)));
  });
