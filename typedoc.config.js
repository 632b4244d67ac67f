import { readFileSync } from 'node:fs';

const manifest = readFileSync(new URL('package.json', import.meta.url), 'utf8');
/** @type {{ exports: Record<string, string | { types: string }> }} */
const { exports } = JSON.parse(manifest); // eslint-disable-line @typescript-eslint/no-unsafe-assignment -- typed above

/** Documents every public name and the types that its declaration names. A warning is an error. */
export default {
  entryPoints: Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [] : [target.types.replace('./dist/', 'src/').replace('.d.ts', '.ts')],
  ),
  tsconfig: 'src/tsconfig.json',
  out: '.cache/docs',
  plugin: ['typedoc-plugin-missing-exports'],
  internalModule: 'not exported',
  excludeExternals: true,
  excludeInternal: true,
  excludePrivate: true,
  excludeProtected: true,
  validation: { notDocumented: true },
  requiredToBeDocumented: ['Class', 'Interface', 'TypeAlias', 'Variable'],
  treatWarningsAsErrors: true,
  // Links to sources would need a published repository.
  disableSources: true,
};
