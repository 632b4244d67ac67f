import { dirname, posix } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { sources, textOf } from './support/sources.js';

/*
 * Imports point down only. Each folder stands on a floor, and each check lists its offenders.
 */

const floors: readonly (readonly [where: RegExp, floor: number])[] = [
  [/^(errors|finality|misuse|options|readOptions|reasons)\.ts$/, 0],
  [/^policy\//, 1],
  [/^gates\/[^/]+$/, 2],
  [/^gates\//, 3],
  [/^(core\.ts$|data\/)/, 4],
  [/^engine\//, 4],
  [/^lab(\.ts$|\/)/, 5],
  [/^testing\/(assertion|globals|laws|schedules)\//, 5],
  [/^time\//, 6],
  [/^live\//, 7],
  [/^operators\//, 8],
  [/^action\//, 9],
  [/^index\.ts$/, 10],
  [/^testing(\.ts$|\/(streams|marbles|suite)\/)/, 11],
  [/^cli\//, 11],
];

/** The first floor that may import RxJS, read a clock, set a timer or draw a random number. */
const timeFloor = 6;

/** `rxjs-reprise/http`: no import leads into it, and out of it only those to the list of final errors and to one policy. */
const isHttp = (file: string): boolean => /^http(\.ts$|\/)/.test(file);

/** The command is the only part that imports Node. */
const isCli = (file: string): boolean => file.startsWith('cli/');

/** Names clocks and random sources in order to detect their use. */
const traps = 'testing/globals/watchGlobals.ts';

/** Files that are longer than 150 lines, and why. */
const longFiles: Readonly<Record<string, string>> = {
  'engine/retriedCall.ts': 'one state machine: its transitions are read together',
  'live/circuit.ts': 'one class with seven commands, half of it their documentation',
};

const files = sources();

const floorOf = (file: string): number => (isHttp(file) ? 2 : (floors.find(([where]) => where.test(file))?.[1] ?? NaN));

const importsOf = (file: string): string[] =>
  ts.preProcessFile(textOf(`src/${file}`)).importedFiles.map(({ fileName }) => fileName);

const neighboursOf = (file: string): string[] =>
  importsOf(file)
    .filter((name) => name.startsWith('.'))
    .map((name) => posix.join(dirname(file), name.replace(/\.js$/, '.ts')));

const arrows = files.flatMap((from) => neighboursOf(from).map((to) => ({ from, to })));

const shown = ({ from, to }: { readonly from: string; readonly to: string }): string => `${from} -> ${to}`;

/** The identifiers of the code, without those in comments and strings. */
function identifiers(file: string): Set<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) found.add(node.text);
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile(file, textOf(`src/${file}`), ts.ScriptTarget.ES2022));
  return found;
}

/** Files from which no import leads into a cycle. Each file is walked through once. */
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

it('every file stands on a floor', () => {
  expect(files.filter((file) => Number.isNaN(floorOf(file)))).toEqual([]);
});

it('no file imports from a higher floor', () => {
  expect(arrows.filter(({ from, to }) => floorOf(to) > floorOf(from)).map(shown)).toEqual([]);
});

it('no imports form a cycle', () => {
  expect(files.flatMap((file) => cycleFrom(file)?.join(' -> ') ?? [])).toEqual([]);
});

it('no import crosses the wall around http', () => {
  const crossing = arrows.filter(({ from, to }) => isHttp(from) !== isHttp(to));
  expect(crossing.map(shown)).toEqual([
    'http/httpOutcome.ts -> finality.ts',
    'http/httpRetry.ts -> options.ts',
    'http/httpRetry.ts -> policy/exponentialBackoff.ts',
    'http/httpRetry.ts -> policy/policy.ts',
    'http/isTransient.ts -> finality.ts',
  ]);
});

it('only time and what stands above it import rxjs, and only the command imports Node', () => {
  const allowed = (file: string): readonly string[] => [
    ...(floorOf(file) < timeFloor ? [] : ['rxjs']),
    ...(file.startsWith('testing/marbles/') || file.startsWith('testing/streams/') ? ['rxjs/testing'] : []),
  ];
  const isAllowed = (file: string, name: string): boolean =>
    name.startsWith('.') || (isCli(file) ? name.startsWith('node:') : allowed(file).includes(name));
  const offenders = files.flatMap((file) =>
    importsOf(file)
      .filter((name) => !isAllowed(file, name))
      .map((name) => `${file}: ${name}`),
  );
  expect(offenders).toEqual([]);
});

it('no file reads a clock, sets a timer or draws a random number by itself', () => {
  const impure = ['performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'process'];
  const offenders = files
    .filter((file) => file !== traps && !isCli(file))
    .flatMap((file) => {
      const found = identifiers(file);
      // HTTP dates are wall-clock dates.
      // The stopwatch of time and the async context of live are the others.
      const exempt = { 'live/asyncContext.ts': 'process', 'time/clock.ts': 'performance' } as Readonly<
        Record<string, string>
      >;
      const names = [...impure, ...(isHttp(file) ? [] : ['Date'])].filter(
        (name) => found.has(name) && exempt[file] !== name,
      );
      const draws = floorOf(file) < timeFloor && textOf(`src/${file}`).includes('Math.random') ? ['Math.random'] : [];
      return [...names, ...draws].map((name) => `${file}: ${name}`);
    });
  expect(offenders).toEqual([]);
});

it('no file is longer than 150 lines without a reason', () => {
  const long = files.filter((file) => textOf(`src/${file}`).trimEnd().split('\n').length > 150);
  expect(long).toEqual(Object.keys(longFiles));
});
