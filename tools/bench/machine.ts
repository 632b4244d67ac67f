import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, type, release } from 'node:os';
import { fileURLToPath } from 'node:url';

/*
 * The measured packages, the machine, and the folder of the bench. The compiled bench runs in `.cache/`.
 */

/** The path of a file, from the folder of the bench. */
export const pathOf = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));

export const machine = (): string =>
  `Node ${process.versions.node} (V8 ${process.versions.v8}), ${type()} ${release()}, ${String(availableParallelism())} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;

interface Manifest {
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

interface PackageVersion {
  readonly name: string;
  readonly version: string;
  /** The Node versions that the package supports, if it names them. */
  readonly node: string;
}

export const versions = (): readonly PackageVersion[] =>
  packages.map((name) => {
    const file = pathOf(`../node_modules/${name}/package.json`);
    const { version, engines } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    return { name, version, node: engines?.node ?? '' };
  });

/** @throws if the library and its peers use different copies of RxJS: a comparison would then compare the copies. */
export function checkRxjs(): void {
  const here = createRequire(import.meta.url);
  const rxjsOf = (name: string): string => createRequire(here.resolve(name)).resolve('rxjs');
  const copies = new Set([here.resolve('rxjs'), rxjsOf('rxjs-reprise'), rxjsOf('backoff-rxjs')]);
  if (copies.size > 1) throw new Error(`there is more than one RxJS: ${[...copies].join(', ')}`);
}
