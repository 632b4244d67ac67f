import { join } from 'node:path';
import { build } from 'esbuild';
import { gzipped, rxjsOutside } from './rolldown.js';

/** Returns the function that measures a module by esbuild. It needs the built library. */
export const createEsbuildScale =
  (root: string) =>
  async (code: string, external = rxjsOutside): Promise<number> => {
    const { outputFiles } = await build({
      stdin: { contents: code, resolveDir: join(root, 'tools') },
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      external,
      write: false,
      logLevel: 'silent',
    });
    return gzipped(outputFiles[0]?.contents ?? '');
  };
