import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, textOf } from './sources.js';

/*
 * The recipes of docs/recipes.md as modules. The specs run the very code of the page.
 */

export interface Recipe {
  readonly heading: string;
  readonly code: string;
  /** Whether it needs packages that are not installed here. `npm run consumers -- recipes` runs these. */
  readonly needsClients: boolean;
}

/** The recipes of the page: a heading with one fence each. */
export function recipes(): Recipe[] {
  const sections = textOf('docs/recipes.md').split(/^## /m).slice(1);
  return sections.flatMap((section) =>
    [...section.matchAll(/^```ts (no-run|clients)\n(.*?)^```$/gms)].map(([, mark, code = '']) => ({
      heading: section.slice(0, section.indexOf('\n')),
      code,
      needsClients: mark === 'clients',
    })),
  );
}

/** Imports the recipe under this heading. */
export async function importRecipe<Exports>(heading: string): Promise<Exports> {
  const recipe = recipes().find((each) => each.heading === heading);
  if (recipe === undefined) throw new Error(`docs/recipes.md has no recipe "${heading}"`);
  const folder = join(root, '.cache', 'recipes');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${heading.replace(/\W+/g, '-')}.ts`);
  writeFileSync(path, recipe.code);
  return (await import(/* @vite-ignore */ path)) as Exports;
}
