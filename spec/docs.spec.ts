import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { complaintsOf, entries, examplesOf, fencesOf, modulesOf } from './support/prose.js';
import { root, sources, textOf } from './support/sources.js';

/*
 * Every TypeScript fence of README and docs, and every `@example` of a docstring, is type-checked and executed. One
 * TypeScript program checks them all, because building the program is the slow part.
 */

const pages = readdirSync(`${root}docs`).filter((file) => file.endsWith('.md'));
const documents = ['README.md', ...pages.map((page) => `docs/${page}`)];
const fences = documents.flatMap(fencesOf);
const examples = sources().flatMap(examplesOf);
const snippets = [...fences, ...examples];
const paths = modulesOf(snippets);

it.each(Object.entries(entries))('every function, constant and class of %s has an example', (_, entry) => {
  const shown = new Set(examples.map(({ of }) => of));
  expect(Object.keys(entry).filter((name) => !shown.has(name))).toEqual([]);
});

it('README, pages and docstrings have examples', () => {
  expect(fences.filter(({ title }) => title.startsWith('README'))).not.toEqual([]);
  expect(fences.filter(({ title }) => title.startsWith('docs/'))).not.toEqual([]);
  expect(examples).not.toEqual([]);
});

it('a fence has no mark that nothing checks', () => {
  const marksIn = (document: string): string[] =>
    [...textOf(document).matchAll(/^```ts(.*)$/gm)].map(([, mark = '']) => `${document}${mark}`);
  const known = documents.flatMap((document) => [document, `${document} no-run`]);
  const unknown = documents.flatMap(marksIn).filter((mark) => !known.includes(mark));
  expect(unknown.filter((mark) => mark !== 'docs/recipes.md clients')).toEqual([]);
});

it('all snippets type-check', { timeout: 60_000 }, () => {
  expect(complaintsOf(paths)).toEqual([]);
});

describe('each snippet runs', () => {
  const runnable = snippets.flatMap(({ title, runs }, index) => (runs ? [[title, paths[index] ?? ''] as const] : []));
  it.each(runnable)('%s', async (_, path) => {
    await import(/* @vite-ignore */ path);
  });
});
