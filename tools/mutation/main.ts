import { spawnSync } from 'node:child_process';
import { identity, isNoticed, mutants, type Mutant, type Pass } from './mutants.js';

/*
 * `npm run mutate`, or of some folders only: `npm run mutate -- policy circuit`. Prints every mutant that lives and the
 * score of each folder, and fails where fewer than nine tenths were noticed.
 */

const least = 90;
const given = process.argv.slice(2);
const folders = given.length > 0 ? given : ['policy', 'circuit', 'load', 'operators', 'http'];

function run(folder: string, pass: Pass): void {
  const env = { ...process.env, MUTATE: folder, MUTATE_PASS: pass };
  const args = [
    'tools/mutation/node_modules/@stryker-mutator/core/bin/stryker.js',
    'run',
    'tools/mutation/.cache/stryker.config.js',
  ];
  const { status } = spawnSync(process.execPath, args, { env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Those of a folder, and which of them nobody noticed. */
function tried(folder: string): { readonly folder: string; readonly all: Mutant[]; readonly alive: Mutant[] } {
  run(folder, 'own');
  const all = mutants(folder, 'own');
  const left = all.filter((mutant) => !isNoticed(mutant));
  if (left.length === 0) return { folder, all, alive: [] };
  run(folder, 'all');
  const noticed = new Set(mutants(folder, 'all').filter(isNoticed).map(identity));
  return { folder, all, alive: left.filter((mutant) => !noticed.has(identity(mutant))) };
}

const results = folders.map(tried);
for (const { folder, alive } of results) {
  if (alive.length > 0) console.log(`\nNobody noticed in src/${folder}:\n  ${alive.map(identity).join('\n  ')}`);
}
console.log();
for (const { folder, all, alive } of results) {
  const score = 100 * (1 - alive.length / all.length);
  console.log(
    `src/${folder}: ${score.toFixed(1)} % of ${String(all.length)} mutants noticed, ${String(alive.length)} alive`,
  );
  if (!(score >= least)) process.exitCode = 1;
}
