import { apart } from '../apart.js';
import type { Row } from '../row.js';

/*
 * SimulationResult storms, each in a process of its own, with about twelve events for each client.
 */

const [many, most] = [100_000, 1_000_000];
const budget = 'budget';
const [manyTime, mostTime] = ['100 000 clients', 'a million clients'];
const mostMemory = 'memory of a million clients';
const memoryBudget = 'budget of memory';
const [manyEvent, mostEvent] = ['an event among 100 000 clients', 'an event among a million clients'];
const longBudget = 'budget of a million';

/** How much dearer an event may become if the whole grows as n log n. */
const logarithm = Math.log(most) / Math.log(many);

interface Storm {
  readonly cpu: number;
  readonly events: number;
  readonly memory: number;
}

const mebibyte = 2 ** 20;

export const P13: Row = {
  title: 'a storm is simulated: processor time, memory, growth',
  unit: 'ms',
  lines: [
    { ours: manyTime, peer: budget, atMost: 1 },
    { ours: mostTime, peer: longBudget, atMost: 1 },
    { ours: mostMemory, peer: memoryBudget, atMost: 1, unit: 'B' },
    { ours: mostEvent, peer: manyEvent, atMost: logarithm, unit: 'ns' },
  ],
  measure: async ({ rounds }) => {
    const costs: Record<string, number[]> = {};
    const note = (name: string, cost: number): void => {
      (costs[name] ??= []).push(cost);
    };
    for (let round = 0; round < Math.min(rounds, 3); round += 1) {
      const of = (clients: number): Promise<Storm> => apart<Storm>('storm.js', String(clients));
      const [middle, large] = [await of(many), await of(most)];
      note(manyTime, middle.cpu);
      note(budget, 1500);
      note(mostTime, large.cpu);
      note(longBudget, 20_000);
      note(mostMemory, large.memory);
      note(memoryBudget, 2048 * mebibyte);
      note(manyEvent, (1e6 * middle.cpu) / middle.events);
      note(mostEvent, (1e6 * large.cpu) / large.events);
    }
    return costs;
  },
};
