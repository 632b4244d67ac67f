import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, type, release } from 'node:os';
import { fileURLToPath } from 'node:url';

/*
 * What was measured, and on what.
 */

export const machine = (): string =>
  `Node ${process.versions.node} (V8 ${process.versions.v8}), ${type()} ${release()}, ${String(availableParallelism())} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;

interface Package {
  readonly name: string;
  readonly version: string;
  readonly engines?: { readonly node?: string };
}

const packages = [
  'rxjs-reprise',
  'rxjs',
  'backoff-rxjs',
  'cockatiel',
  'opossum',
  'p-retry',
  'async-retry',
  'exponential-backoff',
  'effect',
];

/** Name and version of all, and the Node they ask for where it is newer than ours. */
export function versions(): readonly { readonly name: string; readonly version: string; readonly asks: string }[] {
  return packages.map((name) => {
    const { version, engines } = manifest(name);
    return { name, version, asks: engines?.node ?? '' };
  });
}

function manifest(name: string): Package {
  const folder = name === 'rxjs' ? '../../node_modules/' : '../node_modules/';
  return JSON.parse(readFileSync(new URL(`${folder}${name}/package.json`, import.meta.url), 'utf8')) as Package;
}

/** Throws unless ours and all peers run on the same RxJS: of two copies the one would be measured against the other. */
export function checkRxjs(): void {
  const here = createRequire(import.meta.url);
  const ofPeer = (name: string): string => createRequire(here.resolve(name)).resolve('rxjs');
  const copies = new Set([here.resolve('rxjs'), ofPeer('rxjs-reprise'), ofPeer('backoff-rxjs')]);
  if (copies.size > 1) throw new Error(`there is more than one RxJS: ${[...copies].join(', ')}`);
}

export const pathOf = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));
