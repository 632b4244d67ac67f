import { spawnSync } from 'node:child_process';
import { identity, isAlive, reported, survivors } from './survivors.js';

/*
 * `npm run mutate`, or of some folders only: `npm run mutate -- policy circuit`. Prints the score of each and every
 * mutant that lives, and fails where fewer than nine tenths were noticed.
 */

const folders = process.argv.length > 2 ? process.argv.slice(2) : ['policy', 'circuit', 'load', 'operators', 'http'];
const least = 90;

function run(folder, pass) {
  const env = { ...process.env, MUTATE: folder, MUTATE_PASS: pass };
  const args = ['mutation/node_modules/@stryker-mutator/core/bin/stryker.js', 'run', 'mutation/stryker.config.js'];
  const { status } = spawnSync(process.execPath, args, { env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const scores = folders.map((folder) => {
  run(folder, 'own');
  const own = reported(folder, 'own').filter(({ status }) => status !== 'Ignored');
  if (survivors(folder).length > 0) run(folder, 'all');
  const later = survivors(folder).length > 0 ? reported(folder, 'all') : [];
  const noticed = new Set(later.filter((each) => !isAlive(each)).map(identity));
  const alive = own.filter((each) => isAlive(each) && !noticed.has(identity(each)));
  return { folder, score: 100 * (1 - alive.length / own.length), mutants: own.length, alive };
});

for (const { folder, alive } of scores) {
  if (alive.length > 0) console.log(`\nNobody noticed in src/${folder}:`);
  for (const each of alive) console.log(`  ${identity(each)}`);
}
console.log();
for (const { folder, score, mutants, alive } of scores) {
  console.log(`src/${folder}: ${score.toFixed(1)} % of ${mutants} mutants noticed, ${alive.length} alive`);
}
process.exitCode = scores.every(({ score }) => score >= least) ? 0 : 1;
