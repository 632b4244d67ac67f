import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { table, withPart } from '../markdown.js';
import { ours, type Use } from './uses.js';

/*
 * The recorded sizes: sizes.json, and a table in docs/performance.md.
 */

/** The gzipped bytes of one use: with RxJS as an external package by each bundler, and with RxJS inside by esbuild. */
export interface Sizes {
  readonly esbuild: number;
  readonly rolldown: number;
  readonly withRxjs: number;
}

export type RecordedSizes = Readonly<Record<Use, Sizes>>;

export const filesIn = (root: string): { readonly json: string; readonly page: string } => ({
  json: join(root, 'tools/bench/sizes.json'),
  page: join(root, 'docs/performance.md'),
});

export const readSizes = (root: string): RecordedSizes =>
  JSON.parse(readFileSync(filesIn(root).json, 'utf8')) as RecordedSizes;

/** The page with the table of these sizes. */
export function withSizes(page: string, sizes: RecordedSizes): string {
  const rows = Object.entries(sizes).map(([use, { esbuild, rolldown, withRxjs }]) => [
    Object.hasOwn(ours, use) ? use : `_${use}_`,
    ...[esbuild, rolldown, withRxjs].map(kilobytes),
  ]);
  return withPart(page, 'sizes', table(['', 'esbuild', 'rolldown', 'esbuild, RxJS inside'], rows));
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(2)} kB`;
