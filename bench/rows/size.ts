import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Row } from '../row.js';

/*
 * What a browser downloads: bundled, minified, gzipped, RxJS not counted.
 */

const pair = 'retryWithPolicy + exponentialBackoff';
const all = "everything in '.'";

const index = 'rxjs-reprise';
const modules = {
  retryWithPolicy: '../dist/operators/retryWithPolicy.js',
  exponentialBackoff: '../dist/policy/presets.js',
};

export const P11: Row = {
  title: 'minified + gzip, without RxJS',
  unit: 'B',
  lines: [
    { ours: pair, peer: 'budget of the two', atMost: 1 },
    { ours: all, peer: 'budget of all', atMost: 1 },
    { ours: pair, peer: 'the two from their own files', atMost: 1 },
  ],
  measure: async () => ({
    [pair]: [await bytes(`export { retryWithPolicy, exponentialBackoff } from '${index}';`)],
    [all]: [await bytes(`export * from '${index}';`)],
    'budget of the two': [1800],
    'budget of all': [7000],
    // What else there is costs nothing: that is, the way through the index is not longer.
    'the two from their own files': [
      await bytes(
        Object.entries(modules)
          .map(([name, file]) => `export { ${name} } from '${file}';`)
          .join('\n'),
      ),
    ],
  }),
};

async function bytes(contents: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('../..', import.meta.url)) },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external: ['rxjs'],
    write: false,
    logLevel: 'silent',
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).byteLength;
}
