import type { Row } from '../row.js';
import { runProgram } from '../runProgram.js';

/*
 * Simulated storms, each in its own process, with about twelve events per client.
 */

const [small, large] = [100_000, 1_000_000];

const smallTime = '100 000 clients';
const largeTime = 'a million clients';
const largeMemory = 'memory of a million clients';
const smallEvent = 'one event of 100 000 clients';
const largeEvent = 'one event of a million clients';
const smallBudget = 'budget for 100 000 clients';
const largeBudget = 'budget for a million clients';
const memoryBudget = 'budget for memory';

/** How much more expensive one event may become if the whole run grows as n log n. */
const growth = Math.log(large) / Math.log(small);

interface Storm {
  readonly cpu: number;
  readonly events: number;
  readonly memory: number;
}

export const P13: Row = {
  title: 'simulate a storm: processor time, memory, growth',
  unit: 'ms',
  lines: [
    { ours: smallTime, peer: smallBudget, atMost: 1 },
    { ours: largeTime, peer: largeBudget, atMost: 1 },
    { ours: largeMemory, peer: memoryBudget, atMost: 1, unit: 'B' },
    { ours: largeEvent, peer: smallEvent, atMost: growth, unit: 'ns' },
  ],
  measure: async ({ rounds }) => {
    const costs: Record<string, number[]> = {};
    const note = (name: string, cost: number): void => {
      (costs[name] ??= []).push(cost);
    };
    const run = (clients: number): Promise<Storm> => runProgram<Storm>('storm', String(clients));
    for (let round = 0; round < Math.min(rounds, 3); round += 1) {
      const [ofSmall, ofLarge] = [await run(small), await run(large)];
      note(smallTime, ofSmall.cpu);
      note(smallBudget, 1000);
      note(largeTime, ofLarge.cpu);
      note(largeBudget, 13_000);
      note(largeMemory, ofLarge.memory);
      note(memoryBudget, 450e6);
      note(smallEvent, (1e6 * ofSmall.cpu) / ofSmall.events);
      note(largeEvent, (1e6 * ofLarge.cpu) / ofLarge.events);
    }
    return costs;
  },
};
