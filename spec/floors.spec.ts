import { dirname, posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { sources, textOf } from './support/sources.js';

/*
 * The house has floors, and imports point down only. Time and chance live on the second.
 */

const floors: readonly (readonly [where: RegExp, floor: number])[] = [
  [/^(check|errors)\.ts$/, 0],
  [/^(policy|circuit|load)\//, 1],
  [/^core\.ts$/, 1.5],
  [/^lab(\.ts$|\/)/, 1.5],
  [/^operators\//, 2],
  [/^action\.ts$/, 3],
  [/^index\.ts$/, 4],
  // The entry `rxjs-reprise/testing` stands on all the others; what it says of policies needs no more than they do.
  [
    /^testing\/(assertion|conformsToPolicy|contents|diagram|envelope|expectRetries|histories|json|later|laws|picture|pinned|same|text|traps)\./,
    1.6,
  ],
  [/^testing(\.ts$|\/)/, 5],
  [/^command\//, 5],
];

/** The command `rxjs-reprise` stands on top, and it alone on Node. */
const isCommand = (file: string): boolean => file.startsWith('command/');

/** The entry `rxjs-reprise/http` is an annexe: no way leads from it to the house, and none from the house to it. */
const isAnnexe = (file: string): boolean => /^http(\.ts$|\/)/.test(file);

/** It names clocks and dice to see who asks them. */
const isTrap = (file: string): boolean => file === 'testing/traps.ts';

const floorOf = (file: string): number =>
  isAnnexe(file) ? 0 : (floors.find(([where]) => where.test(file))?.[1] ?? NaN);

const importsOf = (file: string): string[] =>
  ts.preProcessFile(textOf(`src/${file}`)).importedFiles.map(({ fileName }) => fileName);

const neighboursOf = (file: string): string[] =>
  importsOf(file)
    .filter((name) => name.startsWith('.'))
    .map((name) => posix.join(dirname(file), name.replace(/\.js$/, '.ts')));

/** The identifiers of the code, without those of its comments and texts. */
function identifiers(file: string): Set<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) found.add(node.text);
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile(file, textOf(`src/${file}`), ts.ScriptTarget.ES2022));
  return found;
}

/** Files from which no import leads into a cycle: each is walked through once. */
const clear = new Set<string>();

function cycleFrom(file: string, path: readonly string[] = []): readonly string[] | undefined {
  if (clear.has(file)) return undefined;
  if (path.includes(file)) return [...path, file];
  for (const next of neighboursOf(file)) {
    const cycle = cycleFrom(next, [...path, file]);
    if (cycle !== undefined) return cycle;
  }
  clear.add(file);
  return undefined;
}

describe.each(sources())('src/%s', (file) => {
  it('stands on a floor', () => {
    expect(floorOf(file)).not.toBeNaN();
  });

  it('imports nothing from above', () => {
    expect(neighboursOf(file).filter((other) => floorOf(other) > floorOf(file))).toEqual([]);
  });

  it('imports across no fence: the annexe its own files alone, the house none of them', () => {
    expect(neighboursOf(file).filter((other) => isAnnexe(other) !== isAnnexe(file))).toEqual([]);
  });

  it('is part of no cycle', () => {
    expect(cycleFrom(file)).toBeUndefined();
  });

  it('imports from outside only rxjs, and that only from the second floor up; the command only Node', () => {
    const outside = importsOf(file).filter((name) => !name.startsWith('.'));
    const allowed = [...(floorOf(file) < 2 ? [] : ['rxjs']), ...(floorOf(file) < 5 ? [] : ['rxjs/testing'])];
    const isAllowed = (name: string): boolean => (isCommand(file) ? name.startsWith('node:') : allowed.includes(name));
    expect(outside.filter((name) => !isAllowed(name))).toEqual([]);
  });

  if (isTrap(file) || isCommand(file)) return;

  it('reads no clock, timer or dice', () => {
    const impure = ['performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'process'];
    const found = identifiers(file);
    expect(impure.filter((name) => found.has(name))).toEqual([]);
    // HTTP's dates are those of the wall clock: the one exemption.
    if (!isAnnexe(file)) expect(found).not.toContain('Date');
    if (floorOf(file) < 2) expect(textOf(`src/${file}`)).not.toContain('Math.random');
  });
});
