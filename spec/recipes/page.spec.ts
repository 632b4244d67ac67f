import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { recipes } from '../support/recipes.js';
import { root, textOf } from '../support/sources.js';

const all = recipes();
const headings = all.map(({ heading }) => heading);

/** The code that a user writes: without imports and empty lines. */
const ownLines = (code: string): string[] =>
  code.split('\n').filter((line) => line !== '' && !line.startsWith('import '));

const specs = readdirSync(`${root}spec/recipes`).map((file) => `spec/recipes/${file}`);
const program = textOf('tools/consumers/programs/recipes.ts');

it('there is one recipe under each heading, and a row for it in the table', () => {
  const page = textOf('docs/recipes.md');
  expect(headings).toEqual([...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading));
  expect([...page.matchAll(/^\|.*\| \[(.+?)\]\(#/gm)].map(([, heading]) => heading)).toEqual(headings);
});

it.each(all)('$heading has fewer than 15 lines', ({ code }) => {
  expect(ownLines(code).length).toBeLessThan(15);
});

it.each(all)('$heading says when not to use it', ({ heading }) => {
  const section = textOf('docs/recipes.md').split(`## ${heading}\n`)[1]?.split('\n## ')[0];
  expect(section?.replace(/\s+/g, ' ')).toMatch(/Do not use it (for|where|with) /);
});

it.each(all)('$heading is run', ({ heading, needsClients }) => {
  const runners = needsClients ? [program] : specs.map(textOf);
  expect(runners.some((runner) => runner.includes(`'${heading}'`))).toBe(true);
});
