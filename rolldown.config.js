import { readFileSync } from 'node:fs';

const manifest = readFileSync(new URL('package.json', import.meta.url), 'utf8');
/** @type {{ exports: Record<string, string | { default: string }> }} */
const { exports } = JSON.parse(manifest); // eslint-disable-line @typescript-eslint/no-unsafe-assignment -- typed above

/** A file for each entry, and a few for what some of them have in common. */
export default {
  input: Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [] : [target.default.replace('./dist/', 'src/').replace('.js', '.ts')],
  ),
  external: ['rxjs', 'rxjs/testing'],
  platform: 'neutral',
  transform: { target: 'es2022' },
  output: {
    dir: 'dist',
    sourcemap: true,
    sourcemapExcludeSources: true,
    chunkFileNames: 'common/[hash].js',
  },
};
