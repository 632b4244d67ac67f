import type { Row } from './row.js';

/*
 * The table of contents: which rows there are, and in which file. A file is loaded only where one of its rows is
 * measured, and so are the peers that it needs.
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
} as const;

export type Id = keyof typeof files;

export const ids = Object.keys(files) as readonly Id[];

export const isId = (it: string): it is Id => Object.hasOwn(files, it);

/** Those that are quick, and guard against regressions. */
export const quick: readonly Id[] = ['P1', 'P3', 'P6', 'P8', 'P9', 'P11'];

/** Those that start processes of their own, or always come to the same: one process is enough. */
export const once: readonly Id[] = ['P4', 'P11', 'P12', 'P13'];

export async function load(id: Id): Promise<Row> {
  const rows = (await import(`./rows/${files[id]}.js`)) as Readonly<Partial<Record<Id, Row>>>;
  const row = rows[id];
  if (row === undefined) throw new Error(`${files[id]}.ts has no row ${id}`);
  return row;
}
