import { apart } from '../apart.js';
import type { Row } from '../row.js';

/*
 * What an application pays before it has done anything.
 */

const ours = 'import rxjs-reprise/core, over an empty module';
const budget = 'budget';

export const P12: Row = {
  title: 'a process starts',
  unit: 'ms',
  lines: [{ ours, peer: budget, atMost: 1 }],
  measure: async ({ rounds }) => {
    const costs: number[] = [];
    for (let round = 0; round < Math.min(rounds, 20); round += 1) {
      const empty = await apart<number>('cold.js', './empty.js');
      costs.push((await apart<number>('cold.js', 'rxjs-reprise/core')) - empty);
    }
    return { [ours]: costs, [budget]: costs.map(() => 15) };
  },
};
