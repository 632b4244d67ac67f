import { join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown, type OutputOptions, type Plugin, type RolldownOptions } from 'rolldown';

/*
 * The size of a use by rolldown. The library is built in memory, by the settings of its own build. So the files that would
 * be published are measured, without writing them.
 */

/** The compressed bytes of a bundle. */
export const gzipped = (code: string | Uint8Array): number => gzipSync(code, { level: 9 }).byteLength;

/** The packages that are not in a bundle: a module of Node that opossum imports, and RxJS unless it is measured, too. */
export const rxjsInside = ['events'];
export const rxjsOutside = ['rxjs', ...rxjsInside];

/** Builds the library in the folder `root`. Returns the function that measures a module that imports it. */
export async function createRolldownScale(root: string): Promise<(code: string) => Promise<number>> {
  const library = provide(await build(root));
  return async (code) => {
    const use = join(root, 'tools/use.js');
    const bundle = await rolldown({
      input: use,
      plugins: [
        { name: 'use', resolveId: (id) => (id === use ? id : null), load: (id) => (id === use ? code : null) },
        library,
      ],
      external: rxjsOutside,
      platform: 'browser',
      transform: { target: 'es2022' },
      logLevel: 'silent',
    });
    const { output } = await bundle.generate({ minify: true });
    return gzipped(output[0].code);
  };
}

/** The files of the package and their code. */
async function build(root: string): Promise<ReadonlyMap<string, string>> {
  const { default: config } = (await import(pathToFileURL(join(root, 'rolldown.config.js')).href)) as {
    readonly default: RolldownOptions & { readonly output: OutputOptions };
  };
  const bundle = await rolldown({ ...config, cwd: root, logLevel: 'silent' });
  const { output } = await bundle.generate(config.output);
  return new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.code] as const] : [])));
}

/** Provides the files of the package, which has no side effects. */
function provide(files: ReadonlyMap<string, string>): Plugin {
  const folder = 'rxjs-reprise:';
  const fileOf = (id: string, importer: string): string | undefined => {
    if (importer.startsWith(folder)) return posix.join(posix.dirname(importer.slice(folder.length)), id);
    const [name, ...path] = id.split('/');
    return name === 'rxjs-reprise' ? `${path[0] ?? 'index'}.js` : undefined;
  };
  return {
    name: 'library',
    resolveId: (id, importer = '') => {
      const file = fileOf(id, importer);
      return file !== undefined && files.has(file) ? { id: folder + file, moduleSideEffects: false } : null;
    },
    load: (id) => (id.startsWith(folder) ? (files.get(id.slice(folder.length)) ?? null) : null),
  };
}
