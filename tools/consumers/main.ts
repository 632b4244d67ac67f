import { from, lastValueFrom, mergeMap, tap, toArray } from 'rxjs';
import { browsers } from './browsers.js';
import { bundles } from './bundles.js';
import { clients } from './clients.js';
import { commonJsJest } from './commonJsJest.js';
import { SkippedError, type Consumer } from './consumer.js';
import { nodes } from './nodes.js';
import { offline } from './offline.js';
import { pack } from './project.js';
import { recipes } from './recipes.js';
import { runners } from './runners.js';
import { runtimes } from './runtimes.js';
import { specs } from './specs.js';
import { typescripts } from './typescripts.js';

/*
 * Uses the packed library with the runtimes, compilers, bundlers, test runners and browsers that it supports.
 * Prints one line per check. A check without its tool is skipped, with the reason.
 *
 * Usage: npm run consumers -- [word ..]    runs the checks whose names contain one of the words; all of them without words
 */

interface Result {
  readonly name: string;
  readonly outcome: 'ok' | 'skipped' | 'failed';
  readonly details: string;
}

const words = process.argv.slice(2);
const all = [
  ...nodes,
  ...typescripts,
  ...bundles,
  ...runners,
  commonJsJest,
  ...runtimes,
  ...browsers,
  ...offline,
  clients,
  recipes,
  ...specs,
];
const consumers = all.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));

const tarball = await pack();

async function resultOf({ name, check }: Consumer): Promise<Result> {
  try {
    return { name, outcome: 'ok', details: (await check(tarball)) ?? '' };
  } catch (error) {
    const outcome = error instanceof SkippedError ? 'skipped' : 'failed';
    return { name, outcome, details: error instanceof Error ? error.message : String(error) };
  }
}

const results = await lastValueFrom(
  from(consumers).pipe(
    mergeMap(resultOf, 2),
    tap(({ name, outcome, details }) => {
      console.log(`${outcome.padEnd(7)} ${name}${details === '' ? '' : `: ${details.trim()}`}`);
    }),
    toArray(),
  ),
);

const count = (wanted: Result['outcome']): string =>
  `${String(results.filter(({ outcome }) => outcome === wanted).length)} ${wanted}`;

console.log(`consumers: ${count('ok')}, ${count('skipped')}, ${count('failed')}`);
if (results.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1;
