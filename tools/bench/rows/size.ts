import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { pathOf } from '../machine.js';
import type { Row } from '../row.js';
import { createEsbuildScale } from '../sizes/esbuild.js';
import { measureSizes } from '../sizes/measureSizes.js';
import { rxjsInside } from '../sizes/rolldown.js';

/*
 * The size of a download: bundled by esbuild, minified, gzipped. RxJS is external except in the last line. (A bundler with
 * RxJS as an external package keeps every name that a file imports from it, used or not.)
 */

const root = pathOf('../..');
const files = {
  retryWithPolicy: 'src/operators/retryWithPolicy.ts',
  exponentialBackoff: 'src/policy/exponentialBackoff.ts',
};

const pair = 'retryWithPolicy + exponentialBackoff';
const circuits = 'retry + backoff + circuit + circuitBreak';
const all = 'rxjs-reprise';
const pairWithRxjs = `${pair}, RxJS`;
const libraryOfPair = 'a library of only these two, RxJS';

const budgets = {
  'budget for the pair': 4400,
  'budget with a circuit': 9500,
  'budget for everything': 18_000,
};

export const P11: Row = {
  title: 'size, minified + gzip',
  unit: 'B',
  lines: [
    { ours: pair, peer: 'budget for the pair', atMost: 1 },
    { ours: circuits, peer: 'budget with a circuit', atMost: 1 },
    { ours: all, peer: 'budget for everything', atMost: 1 },
    { ours: pair, peer: 'cockatiel: retry' },
    { ours: pair, peer: 'backoff-rxjs' },
    { ours: pair, peer: 'RxJS by hand: retry with a doubling delay' },
    { ours: circuits, peer: 'cockatiel: retry + breaker' },
    { ours: circuits, peer: 'opossum' },
    // The tolerance is for names in another order, which compress differently.
    { ours: pairWithRxjs, peer: libraryOfPair, atMost: 1.01 },
  ],
  measure: async () => {
    const sizes = await measureSizes(root);
    const bytes = {
      ...Object.fromEntries(Object.entries(sizes).map(([use, { esbuild }]) => [use, esbuild])),
      ...budgets,
      [pairWithRxjs]: sizes[pair].withRxjs,
      // The rest of the library costs nothing: the pair is as small as in a library without it.
      [libraryOfPair]: await createEsbuildScale(root)(await buildLibraryOfPair(), rxjsInside),
    };
    return Object.fromEntries(Object.entries(bytes).map(([name, each]) => [name, [each]]));
  },
};

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
