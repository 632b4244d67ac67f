import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { rolldown } from 'rolldown';
import type { Row } from '../row.js';

/*
 * What a browser downloads: bundled, minified, gzipped. RxJS is not counted, but in the last line: a bundler that leaves it
 * outside keeps the names of all that a file imports.
 */

const bench = fileURLToPath(new URL('../..', import.meta.url));
const root = join(bench, '..');
const files = {
  retryWithPolicy: 'src/operators/retryWithPolicy.ts',
  exponentialBackoff: 'src/policy/presets.ts',
};

const pair = 'retryWithPolicy + exponentialBackoff';
const all = "everything in '.'";

const index = 'rxjs-reprise';

export const P11: Row = {
  title: 'minified + gzip',
  unit: 'B',
  lines: [
    { ours: pair, peer: 'budget of the two', atMost: 1 },
    { ours: all, peer: 'budget of all', atMost: 1 },
    // Other names in another order make some bytes more or less.
    { ours: `${pair}, RxJS`, peer: 'a library of the two alone, RxJS', atMost: 1.01 },
  ],
  measure: async () => ({
    [pair]: [await bytes(`export { retryWithPolicy, exponentialBackoff } from '${index}';`)],
    [`${pair}, RxJS`]: [await bytes(`export { retryWithPolicy, exponentialBackoff } from '${index}';`, [])],
    [all]: [await bytes(`export * from '${index}';`)],
    'budget of the two': [1800],
    'budget of all': [7000],
    // What else there is costs nothing: it is no more than from a library that has nothing else.
    'a library of the two alone, RxJS': [await bytes(await libraryOfTwo(), [])],
  }),
};

async function bytes(contents: string, external = ['rxjs']): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: bench },
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

/** Built as the library is. */
async function libraryOfTwo(): Promise<string> {
  const two = 'two.ts';
  const source = Object.entries(files)
    .map(([name, file]) => `export { ${name} } from '${join(root, file)}';`)
    .join('\n');
  const bundle = await rolldown({
    input: two,
    plugins: [{ name: two, resolveId: (id) => (id === two ? id : null), load: (id) => (id === two ? source : null) }],
    external: ['rxjs'],
    platform: 'neutral',
    transform: { target: 'es2022' },
  });
  const { output } = await bundle.generate();
  return output[0].code;
}
