import type { Costs, Pair } from '../row.js';
import { runProgram } from '../runProgram.js';

/*
 * 100 000 streams wait or run at gates, in one group or in groups of 1 000. Each kind of crowd has its own process. So both
 * sides keep equally many streams, and the ratio shows what the size of a group costs, not what a large heap costs.
 */

/** What the streams of a crowd do. */
export type Crowd = 'waiting' | 'running';

/** Of one stream: bytes and nanoseconds. */
export interface CrowdCosts {
  readonly heap: number;
  readonly arrival: number;
  readonly admission: number;
}

const [small, large] = [1000, 100_000];
const budget = 'budget for the heap';
const nameOf = (what: string, size: number): string => `${what}, ${size === small ? '1 000' : '100 000'} at a gate`;

const growing = (what: string, unit: 'B' | 'ns'): Pair => ({
  ours: nameOf(what, large),
  peer: nameOf(what, small),
  atMost: 1.25,
  unit,
});

export const crowdLines: readonly Pair[] = [
  growing('heap of a waiting call', 'B'),
  { ours: nameOf('heap of a waiting call', large), peer: budget, atMost: 1, unit: 'B' },
  growing('arrival of a waiting call', 'ns'),
  growing('admission of a waiting call', 'ns'),
  growing('heap of a running call', 'B'),
];

/** Measures each crowd, `rounds` times. */
export async function measureCrowds(rounds: number): Promise<Costs> {
  const costs: Record<string, number[]> = {};
  const note = (name: string, cost: number): void => {
    (costs[name] ??= []).push(cost);
  };
  for (let round = 0; round < rounds; round += 1) {
    note(budget, 3000);
    for (const size of [small, large]) {
      const run = (crowd: Crowd): Promise<CrowdCosts> => runProgram<CrowdCosts>('crowd', crowd, String(size));
      const [waiting, running] = [await run('waiting'), await run('running')];
      note(nameOf('heap of a waiting call', size), waiting.heap);
      note(nameOf('arrival of a waiting call', size), waiting.arrival);
      note(nameOf('admission of a waiting call', size), waiting.admission);
      note(nameOf('heap of a running call', size), running.heap);
    }
  }
  return costs;
}
