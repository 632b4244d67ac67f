import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Consumer } from './consumer.js';
import { compiledPrograms, createProject, install, installedVersion, root, run } from './project.js';

/** What the recipes use, and what their types need. */
const packages = ['axios@1.21.1', 'ws@8.23.0', 'pino@10.4.0', 'prom-client@15.1.3'];

const compilerOptions = {
  ...{ strict: true, exactOptionalPropertyTypes: true, target: 'es2022', module: 'nodenext' },
  ...{ lib: ['es2022', 'dom'], types: ['node'], skipLibCheck: true },
};

/** The recipes of docs/recipes.md that need packages: the name of each is its heading. */
function clientRecipes(): { readonly name: string; readonly code: string }[] {
  const sections = readFileSync(join(root, 'docs/recipes.md'), 'utf8').split(/^## /m);
  return sections.flatMap((section) => {
    const [name = ''] = section.split('\n');
    const fences = [...section.matchAll(/^```ts clients\n(.*?)^```$/gms)];
    return fences.map(([, code = '']) => ({ name, code }));
  });
}

/** The code of the recipe under this heading. */
export function recipeCode(heading: string): string {
  const sections = readFileSync(join(root, 'docs/recipes.md'), 'utf8').split(/^## /m);
  const section = sections.find((each) => each.startsWith(`${heading}\n`)) ?? '';
  const [, code] = /^```ts[^\n]*\n(.*?)^```$/ms.exec(section) ?? [];
  if (code === undefined) throw new Error(`docs/recipes.md has no recipe "${heading}"`);
  return code;
}

/** The recipes that use clients type-check with the types of these, and work with servers. The suite runs the others. */
export const recipes: Consumer = {
  name: `recipes ${packages.join(', ')}`,
  async check(tarball) {
    const folder = await createProject('recipes', tarball, [join(compiledPrograms, 'recipes.js')]);
    for (const each of [...packages, `@types/node@${installedVersion('@types/node')}`]) await install(each, folder);
    const modules = clientRecipes();
    for (const { name, code } of modules) writeFileSync(join(folder, `${name}.ts`), code);
    const files = modules.map(({ name }) => `${name}.ts`);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], folder);
    await run(process.execPath, ['recipes.js', ...modules.map(({ name }) => name)], folder);
    return undefined;
  },
};
