import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { rolldown } from 'rolldown';
import type { Row } from '../row.js';

/*
 * The size of a download: bundled, minified, gzipped. RxJS is external except in the last line. (A bundler with RxJS as an
 * external package keeps every name that a file imports from it, used or not.)
 */

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const files = {
  retryWithPolicy: 'src/operators/retryWithPolicy.ts',
  exponentialBackoff: 'src/policy/exponentialBackoff.ts',
};

const pair = 'retryWithPolicy + exponentialBackoff';
const all = "everything in '.'";
const pairWithRxjs = `${pair}, RxJS`;
const libraryOfPair = 'a library of only these two, RxJS';
const exportPair = "export { retryWithPolicy, exponentialBackoff } from 'rxjs-reprise';";

export const P11: Row = {
  title: 'size, minified + gzip',
  unit: 'B',
  lines: [
    { ours: pair, peer: 'budget for the pair', atMost: 1 },
    { ours: all, peer: 'budget for everything', atMost: 1 },
    // The tolerance is for names in another order, which compress differently.
    { ours: pairWithRxjs, peer: libraryOfPair, atMost: 1.01 },
  ],
  measure: async () => ({
    [pair]: [await sizeOf(exportPair)],
    [pairWithRxjs]: [await sizeOf(exportPair, [])],
    [all]: [await sizeOf("export * from 'rxjs-reprise';")],
    'budget for the pair': [1800],
    'budget for everything': [7000],
    // The rest of the library costs nothing: the pair is as small as in a library without it.
    [libraryOfPair]: [await sizeOf(await buildLibraryOfPair(), [])],
  }),
};

/** The bytes of a bundle of the given module. */
async function sizeOf(contents: string, external = ['rxjs']): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(root, 'tools') },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external,
    write: false,
    logLevel: 'silent',
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).byteLength;
}

/** Bundles only the pair, with the settings of the library's own build. */
async function buildLibraryOfPair(): Promise<string> {
  const entry = 'pair.ts';
  const source = Object.entries(files)
    .map(([name, file]) => `export { ${name} } from '${join(root, file)}';`)
    .join('\n');
  const bundle = await rolldown({
    input: entry,
    plugins: [
      { name: entry, resolveId: (id) => (id === entry ? id : null), load: (id) => (id === entry ? source : null) },
    ],
    external: ['rxjs'],
    platform: 'neutral',
    transform: { target: 'es2022' },
  });
  const { output } = await bundle.generate();
  return output[0].code;
}
