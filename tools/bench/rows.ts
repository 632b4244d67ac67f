import type { Row } from './row.js';

/*
 * The table of contents: all rows and their files. A file is loaded, with the peers that it imports, only when one of its
 * rows is measured.
 */

export const files = {
  P1: 'streams',
  P2: 'promises',
  P3: 'streams',
  P4: 'waiting',
  P5: 'streams',
  P6: 'streams',
  P7: 'promises',
  P8: 'rejections',
  P9: 'window',
  P10: 'rejections',
  P11: 'size',
  P12: 'start',
  P13: 'storm',
  P14: 'growth',
} as const;

export type Id = keyof typeof files;

export const ids = Object.keys(files) as readonly Id[];

export const isId = (text: string): text is Id => Object.hasOwn(files, text);

/** The rows of `--quick`: fast to measure, and watched for regressions. */
export const quick: readonly Id[] = ['P1', 'P3', 'P6', 'P8', 'P9', 'P14'];

/** Rows that are measured in one pass, because they start their own processes or always give the same figures. */
export const singlePass: readonly Id[] = ['P4', 'P11', 'P12', 'P13', 'P14'];

export async function load(id: Id): Promise<Row> {
  const rows = (await import(`./rows/${files[id]}.js`)) as Readonly<Partial<Record<Id, Row>>>;
  const row = rows[id];
  if (row === undefined) throw new Error(`${files[id]}.ts has no row ${id}`);
  return row;
}
