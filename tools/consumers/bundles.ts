import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Consumer } from './consumer.js';
import { compiled, project, run, tool } from './project.js';

const programs = ['program.js', 'main.js', 'lean.js'].map((name) => join(compiled, name));

/** Words of what the lean program has no use for: circuits, limits, actions. */
const needless = /CircuitOpenError|half-open|tokenBucket|rateLimit|concurrency|context form/;

/** A bundle runs in Node, and one that needs little holds little. */
export const bundles: readonly Consumer[] = [
  {
    name: 'esbuild 0.28.2, a bundle runs and a lean one is lean',
    async try(tarball: string): Promise<string> {
      const place = await project('esbuild', tarball, programs);
      await bundled(place, 'main.js', 'bundle.mjs');
      await run(process.execPath, ['bundle.mjs'], place);
      await bundled(place, 'lean.js', 'lean.mjs', '--external:rxjs');
      return lean(readFileSync(join(place, 'lean.mjs'), 'utf8'));
    },
  },
  {
    name: 'vite 8.3.8, a bundle runs and a lean one is lean',
    async try(tarball: string): Promise<string> {
      const vite = pathToFileURL(join(await tool('vite', '8.3.8'), 'dist/node/index.js')).href;
      const place = await project('vite', tarball, programs);
      writeFileSync(join(place, 'build.mjs'), script(vite));
      await run(process.execPath, ['build.mjs'], place);
      await run(process.execPath, ['dist/main.js'], place);
      return lean(readFileSync(join(place, 'dist/lean.js'), 'utf8'));
    },
  },
];

/** Bundles a program by esbuild. */
export async function bundled(place: string, from: string, to: string, ...options: readonly string[]): Promise<void> {
  const esbuild = join(await tool('esbuild', '0.28.2'), 'bin/esbuild');
  await run(esbuild, [from, '--bundle', '--minify', '--format=esm', `--outfile=${to}`, ...options], place);
}

/** Builds both programs by vite, the lean one without RxJS. */
const script = (vite: string): string => `
import { build } from '${vite}';
for (const [name, external] of [['main', []], ['lean', ['rxjs']]]) {
  await build({
    logLevel: 'silent',
    build: { emptyOutDir: false, lib: { entry: name + '.js', formats: ['es'], fileName: name }, rolldownOptions: { external } },
  });
}
`;

/** What the library takes of a bundle; an error if that holds something needless. */
function lean(bundle: string): string {
  const [surplus] = needless.exec(bundle) ?? [];
  if (surplus !== undefined) throw new Error(`the lean bundle holds ${surplus}`);
  return `${String(bundle.length)} bytes`;
}
