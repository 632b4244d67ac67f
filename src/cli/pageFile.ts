import { readFileSync, statSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { generator } from '../lab/charts/report.js';
import { UsageError } from './usageError.js';

/**
 * Checks the file of the page before the simulation, because a result that cannot be written is lost.
 *
 * @param html the file of the page
 * @param files the modules, which are never overwritten
 * @throws UsageError if its folder does not exist, or if another file would be overwritten
 */
export function checkPageFile(html: string, files: readonly string[], folder: string, isForced: boolean): void {
  const path = resolve(folder, html);
  const parent = dirname(path);
  if (statsOf(parent) === undefined) {
    throw new UsageError(`--html must be in an existing folder: create ${parent} first`);
  }
  const stats = statsOf(path);
  if (stats === undefined) return;
  if (stats.isDirectory()) throw new UsageError(`--html must be a file, got the folder ${html}`);
  if (files.some((file) => isSame(stats, statsOf(resolve(folder, file))))) {
    throw new UsageError(`--html must not be one of the modules, got ${html}`);
  }
  // A device or a pipe has no content to lose.
  if (isForced || !stats.isFile() || readFileSync(path, 'utf8').includes(generator)) return;
  throw new UsageError(
    `--html: ${html} was not written by this command: choose another name, or add --force to overwrite it`,
  );
}

const statsOf = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false });

/** Whether two names are links to the same file. */
const isSame = (one: Stats, other: Stats | undefined): boolean => one.ino === other?.ino && one.dev === other.dev;
