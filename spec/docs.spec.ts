import { describe, expect, it } from 'vitest';
import { complaintsOf, entries, examplesOf, fencesOf, modulesOf } from './support/prose.js';
import { sources } from './support/sources.js';

const examples = sources().flatMap(examplesOf);

it.each(Object.entries(entries))('every function, constant and class of %s has an example', (_, entry) => {
  const shown = new Set(examples.map(({ of }) => of));
  expect(Object.keys(entry).filter((name) => !shown.has(name))).toEqual([]);
});

describe.each([
  ['README', fencesOf('README.md')],
  ['docstrings', examples],
])('%s', (name, snippets) => {
  const paths = modulesOf(name, snippets);
  const runnable = snippets.flatMap(({ title, runs }, index) => (runs ? [[title, paths[index] ?? ''] as const] : []));

  it('has examples', () => {
    expect(snippets).not.toEqual([]);
  });

  it('type-checks', { timeout: 60_000 }, () => {
    expect(complaintsOf(paths)).toEqual([]);
  });

  it.each(runnable)('%s runs', async (_, path) => {
    await import(/* @vite-ignore */ path);
  });
});
