import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Consumer } from './consumer.js';
import { compiledPrograms, createProject, run, tool } from './project.js';

const programs = ['program.js', 'main.js', 'lean.js', 'whole.js'].map((name) => join(compiledPrograms, name));

/** Text of modules that the lean program does not use. The bundle of the whole library contains each of them. */
const unusedCode = [
  ...['CircuitOpenError', 'half-open'], // circuits
  ...['snapshot', 'maxWait'], // gates and guard
  ...['concurrencyLimit', 'rateLimit', 'retryBudget', 'retryQuota', 'retryThrottle', 'adaptiveThrottle', 'awsStandard'],
  'context form', // action
];

/** A bundle runs in Node, and the bundle of the lean program contains no unused modules. */
export const bundles: readonly Consumer[] = [
  {
    name: 'esbuild 0.28.2, a bundle runs and unused modules are dropped',
    async check(tarball: string): Promise<string> {
      const folder = await createProject('esbuild', tarball, programs);
      await bundle(folder, 'main.js', 'bundle.mjs');
      await run(process.execPath, ['bundle.mjs'], folder);
      await bundle(folder, 'lean.js', 'lean.mjs', '--external:rxjs');
      await bundle(folder, 'whole.js', 'whole.mjs', '--external:rxjs');
      return leanSize(readFileSync(join(folder, 'lean.mjs'), 'utf8'), readFileSync(join(folder, 'whole.mjs'), 'utf8'));
    },
  },
  {
    name: 'vite 8.3.8, a bundle runs and unused modules are dropped',
    async check(tarball: string): Promise<string> {
      const vite = pathToFileURL(join(await tool('vite', '8.3.8'), 'dist/node/index.js')).href;
      const folder = await createProject('vite', tarball, programs);
      writeFileSync(join(folder, 'build.mjs'), viteScript(vite));
      await run(process.execPath, ['build.mjs'], folder);
      await run(process.execPath, ['dist/main.js'], folder);
      const [lean, whole] = ['lean', 'whole'].map((name) => readFileSync(join(folder, `dist/${name}.js`), 'utf8'));
      return leanSize(String(lean), String(whole));
    },
  },
];

/** Bundles a program as users do. */
export const bundle = (folder: string, from: string, to: string, ...options: readonly string[]): Promise<void> =>
  esbuild(folder, from, to, '--minify', ...options);

/** Bundles a program with esbuild. */
export async function esbuild(folder: string, from: string, to: string, ...options: readonly string[]): Promise<void> {
  const command = join(await tool('esbuild', '0.28.2'), 'bin/esbuild');
  await run(command, [from, '--bundle', '--format=esm', `--outfile=${to}`, ...options], folder);
}

/** A script that bundles the programs with vite; those that do not run are bundled without RxJS. */
const viteScript = (vite: string): string => `
import { build } from '${vite}';
for (const [name, external] of [['main', []], ['lean', ['rxjs']], ['whole', ['rxjs']]]) {
  await build({
    logLevel: 'silent',
    build: { emptyOutDir: false, lib: { entry: name + '.js', formats: ['es'], fileName: name }, rolldownOptions: { external } },
  });
}
`;

/**
 * The size of the lean bundle.
 *
 * @throws Error if it contains unused code, or if that could not be detected
 */
function leanSize(lean: string, whole: string): string {
  const undetectable = unusedCode.filter((word) => !whole.includes(word));
  if (undetectable.length > 0) throw new Error(`the library contains no ${undetectable.join(', ')}`);
  const unused = unusedCode.filter((word) => lean.includes(word));
  if (unused.length > 0) throw new Error(`the lean bundle contains ${unused.join(', ')}`);
  return `${String(lean.length)} bytes`;
}
