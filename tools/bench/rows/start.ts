import type { Row } from '../row.js';
import { runProgram } from '../runProgram.js';

/*
 * The cost of the import, before an application does anything.
 */

const core = 'rxjs-reprise/core, minus an empty module';
const budget = 'budget';
const all = 'rxjs-reprise';
const rxjs = 'rxjs';

export const P12: Row = {
  title: 'the first import in a process',
  unit: 'ms',
  lines: [
    { ours: core, peer: budget, atMost: 1 },
    { ours: all, peer: rxjs, atMost: 1.15 },
  ],
  measure: async ({ rounds }) => {
    const costs: Record<string, number[]> = { [core]: [], [budget]: [], [all]: [], [rxjs]: [] };
    for (let round = 0; round < Math.min(rounds, 20); round += 1) {
      const empty = await runProgram<number>('importTime', './empty.js');
      costs[core]?.push((await runProgram<number>('importTime', 'rxjs-reprise/core')) - empty);
      costs[budget]?.push(15);
      costs[all]?.push(await runProgram<number>('importTime', 'rxjs-reprise'));
      costs[rxjs]?.push(await runProgram<number>('importTime', 'rxjs'));
    }
    return costs;
  },
};
