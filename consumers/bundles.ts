import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Consumer } from './consumer.js';
import { compiled, project, run, tool } from './project.js';

const programs = ['program.js', 'main.js', 'lean.js'].map((name) => join(compiled, name));

/** What a bundle of the lean program has no use for. */
const needless = /dist\/(circuit|load|action|operators\/(circuit|guarded|shared))/;

/** A bundle runs in Node, and one that needs little holds little. */
export const bundles: readonly Consumer[] = [
  {
    name: 'esbuild 0.28.2, a bundle runs and a lean one is lean',
    async try(tarball: string): Promise<string> {
      const place = await project('esbuild', tarball, programs);
      await bundled(place, 'main.js', 'bundle.mjs');
      await run(process.execPath, ['bundle.mjs'], place);
      await bundled(place, 'lean.js', 'lean.mjs', '--metafile=lean.json');
      const { outputs } = JSON.parse(readFileSync(join(place, 'lean.json'), 'utf8')) as Metafile;
      const parts = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
      return lean(parts.map(([file, { bytesInOutput }]) => [file, bytesInOutput]));
    },
  },
  {
    name: 'vite 8.3.8, a bundle runs and a lean one is lean',
    async try(tarball: string): Promise<string> {
      const vite = pathToFileURL(join(await tool('vite', '8.3.8'), 'dist/node/index.js')).href;
      const place = await project('vite', tarball, programs);
      writeFileSync(join(place, 'build.mjs'), script(vite));
      const [, parts] = JSON.parse(await run(process.execPath, ['build.mjs'], place)) as [unknown, [string, number][]];
      await run(process.execPath, ['dist/main.js'], place);
      return lean(parts);
    },
  },
];

interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

/** Bundles a program by esbuild. */
export async function bundled(place: string, from: string, to: string, ...options: readonly string[]): Promise<void> {
  const esbuild = join(await tool('esbuild', '0.28.2'), 'bin/esbuild');
  await run(esbuild, [from, '--bundle', '--minify', '--format=esm', `--outfile=${to}`, ...options], place);
}

/** Builds both programs by vite, and says of the last bundle what each of its modules takes. */
const script = (vite: string): string => `
import { build } from '${vite}';
const sizes = [];
for (const name of ['main', 'lean']) {
  const [{ output }] = [
    await build({
      logLevel: 'silent',
      build: { emptyOutDir: false, lib: { entry: name + '.js', formats: ['es'], fileName: name } },
    }),
  ].flat();
  sizes.push(Object.entries(output[0].modules).map(([file, { renderedLength }]) => [file, renderedLength]));
}
console.log(JSON.stringify(sizes));
`;

/** What the library takes of a bundle; an error if that is something needless. */
function lean(parts: readonly (readonly [file: string, size: number])[]): string {
  const ours = parts.filter(([file, size]) => file.includes('rxjs-reprise/dist/') && size > 0);
  const surplus = ours.filter(([file]) => needless.test(file)).map(([file]) => file);
  if (ours.length === 0 || surplus.length > 0)
    throw new Error(`the lean bundle holds ${surplus.join(', ') || 'nothing'}`);
  return `${String(ours.length)} modules, ${String(ours.reduce((sum, [, size]) => sum + size, 0))} bytes`;
}
