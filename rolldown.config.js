import { readFileSync } from 'node:fs';

const manifest = readFileSync(new URL('package.json', import.meta.url), 'utf8');
/** @type {{ bin: Record<string, string>, exports: Record<string, string | { default: string }> }} */
const { bin, exports } = JSON.parse(manifest); // eslint-disable-line @typescript-eslint/no-unsafe-assignment -- typed above

const entries = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : [target.default]));
const names = [...entries, ...Object.values(bin)].map((file) => file.replace(/^\.\/dist\/|\.js$/g, ''));

/** One file per entry and for the command, and chunks for the code that they share. */
export default {
  input: Object.fromEntries(names.map((name) => [name, `src/${name}.ts`])),
  external: ['rxjs', 'rxjs/testing', /^node:/],
  platform: 'neutral',
  transform: { target: 'es2022' },
  output: {
    dir: 'dist',
    cleanDir: true,
    sourcemap: true,
    sourcemapExcludeSources: true,
    chunkFileNames: 'common/[hash].js',
  },
};
