import { spawnSync } from 'node:child_process';
import { identity, isKilled, mutantsOf, type Mutant, type Pass } from './mutants.js';

/*
 * `npm run mutate` mutates every folder; `npm run mutate -- policy gates` only some. Prints the surviving mutants and the
 * score of each folder. Fails if a score is below 90 %.
 */

const lowestScore = 90;
const args = process.argv.slice(2);
const folders = args.length > 0 ? args : ['policy', 'gates', 'engine', 'time', 'live', 'operators', 'action', 'http'];

function runStryker(folder: string, pass: Pass): void {
  const stryker = 'tools/node_modules/@stryker-mutator/core/bin/stryker.js';
  const { status } = spawnSync(process.execPath, [stryker, 'run', 'tools/mutation/.cache/stryker.config.js'], {
    env: { ...process.env, MUTATE: folder, MUTATE_PASS: pass },
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

interface FolderResult {
  readonly folder: string;
  readonly all: readonly Mutant[];
  readonly survivors: readonly Mutant[];
}

/** Runs the folder's own specs, then all specs against the mutants that survived. */
function mutate(folder: string): FolderResult {
  runStryker(folder, 'own');
  const all = mutantsOf(folder, 'own');
  const left = all.filter((mutant) => !isKilled(mutant));
  if (left.length === 0) return { folder, all, survivors: [] };
  runStryker(folder, 'all');
  const killed = new Set(mutantsOf(folder, 'all').filter(isKilled).map(identity));
  return { folder, all, survivors: left.filter((mutant) => !killed.has(identity(mutant))) };
}

const results = folders.map(mutate);
for (const { folder, survivors } of results) {
  if (survivors.length > 0) console.log(`\nSurvivors in src/${folder}:\n  ${survivors.map(identity).join('\n  ')}`);
}
console.log();
for (const { folder, all, survivors } of results) {
  const score = 100 * (1 - survivors.length / all.length);
  const counts = `${String(all.length)} mutants, ${String(survivors.length)} survived`;
  console.log(`src/${folder}: ${score.toFixed(1)} % killed (${counts})`);
  if (!(score >= lowestScore)) process.exitCode = 1;
}
