import type { Row } from '../row.js';
import { runProgram } from '../runProgram.js';

/*
 * 100 000 streams wait for their retry. Each kind has its own process.
 */

export type Waiting = 'fixed' | 'exponential' | 'rxjs' | 'backoff-rxjs';

const names: Readonly<Record<Waiting, string>> = {
  fixed: 'fixed(ms)',
  exponential: 'exponentialBackoff({ base: ms })',
  rxjs: 'RxJS retry({ delay: () => timer(ms) })',
  'backoff-rxjs': 'backoff-rxjs',
};
const kinds = Object.keys(names) as readonly Waiting[];

const heapOf = (kind: Waiting): string => `heap: ${names[kind]}`;
const timeOf = (kind: Waiting): string => `time: ${names[kind]}`;

export const P4: Row = {
  title: '100 000 streams wait for a retry: heap, and time to schedule, per stream',
  unit: 'B',
  lines: [
    { ours: heapOf('fixed'), peer: heapOf('rxjs'), atMost: 1.15 },
    { ours: heapOf('exponential'), peer: heapOf('backoff-rxjs'), atMost: 0.5 },
    { ours: timeOf('fixed'), peer: timeOf('rxjs'), atMost: 1.25, unit: 'ns' },
    { ours: timeOf('exponential'), peer: timeOf('backoff-rxjs'), atMost: 0.55, unit: 'ns' },
  ],
  measure: async ({ rounds }) => {
    const costs: Record<string, number[]> = {};
    for (let round = 0; round < Math.min(rounds, 5); round += 1) {
      for (const kind of kinds) {
        const { heap, cpu } = await runProgram<{ heap: number; cpu: number }>('waiting', kind);
        (costs[heapOf(kind)] ??= []).push(heap);
        (costs[timeOf(kind)] ??= []).push(cpu);
      }
    }
    return costs;
  },
};
