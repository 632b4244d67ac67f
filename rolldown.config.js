import { readFileSync } from 'node:fs';

const manifest = readFileSync(new URL('package.json', import.meta.url), 'utf8');
/** @type {{ bin: Record<string, string>, exports: Record<string, string | { default: string }> }} */
const { bin, exports } = JSON.parse(manifest); // eslint-disable-line @typescript-eslint/no-unsafe-assignment -- typed above

const entries = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : [target.default]));
const names = [...entries, ...Object.values(bin)].map((file) => file.replace(/^\.\/dist\/|\.js$/g, ''));

/** A file for each entry and for the command, and a few for what some of them have in common. */
export default {
  input: Object.fromEntries(names.map((name) => [name, `src/${name}.ts`])),
  external: ['rxjs', 'rxjs/testing', /^node:/],
  platform: 'neutral',
  transform: { target: 'es2022' },
  output: {
    dir: 'dist',
    sourcemap: true,
    sourcemapExcludeSources: true,
    chunkFileNames: 'common/[hash].js',
  },
};
