import type { Row } from '../row.js';
import { runProgram } from '../runProgram.js';

/*
 * The cost of the import, before an application does anything.
 */

const ours = 'import rxjs-reprise/core, minus an empty module';
const budget = 'budget';

export const P12: Row = {
  title: 'the first import in a process',
  unit: 'ms',
  lines: [{ ours, peer: budget, atMost: 1 }],
  measure: async ({ rounds }) => {
    const costs: number[] = [];
    for (let round = 0; round < Math.min(rounds, 20); round += 1) {
      const empty = await runProgram<number>('importTime', './empty.js');
      costs.push((await runProgram<number>('importTime', 'rxjs-reprise/core')) - empty);
    }
    return { [ours]: costs, [budget]: costs.map(() => 15) };
  },
};
