import { from, lastValueFrom, mergeMap, tap, toArray } from 'rxjs';
import { bundles } from './bundles.js';
import { chromium } from './chromium.js';
import { Skipped, type Consumer } from './consumer.js';
import { nodes } from './nodes.js';
import { packed } from './project.js';
import { runners } from './runners.js';
import { typescripts } from './typescripts.js';

/*
 * The packed library in the hands of those who use it: a line for each. What could not be tried says why.
 */

interface Result {
  readonly name: string;
  readonly outcome: 'ok' | 'skipped' | 'failed';
  readonly details: string;
}

/** All whose name has one of the words that were given, or all. */
const words = process.argv.slice(2);
const consumers = [...nodes, ...typescripts, ...bundles, ...runners, chromium].filter(
  ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
);

const tarball = await packed();

async function tried({ name, try: attempt }: Consumer): Promise<Result> {
  try {
    return { name, outcome: 'ok', details: (await attempt(tarball)) ?? '' };
  } catch (error) {
    const outcome = error instanceof Skipped ? 'skipped' : 'failed';
    return { name, outcome, details: error instanceof Error ? error.message : String(error) };
  }
}

const results = await lastValueFrom(
  from(consumers).pipe(
    mergeMap(tried, 2),
    tap(({ name, outcome, details }) => {
      console.log(`${outcome.padEnd(7)} ${name}${details === '' ? '' : `: ${details.trim()}`}`);
    }),
    toArray(),
  ),
);

const count = (of: Result['outcome']): string =>
  `${String(results.filter(({ outcome }) => outcome === of).length)} ${of}`;

console.log(`consumers: ${count('ok')}, ${count('skipped')}, ${count('failed')}`);
if (results.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1;
