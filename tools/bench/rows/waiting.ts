import { apart } from '../apart.js';
import type { Row } from '../row.js';

/*
 * 100 000 streams wait in back-off, each kind in a process of its own.
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
  title: '100 000 waiting streams: heap, and time to schedule, each',
  unit: 'B',
  lines: [
    { ours: heapOf('fixed'), peer: heapOf('rxjs'), atMost: 1.25 },
    { ours: heapOf('exponential'), peer: heapOf('backoff-rxjs'), atMost: 0.55 },
    { ours: timeOf('fixed'), peer: timeOf('rxjs'), atMost: 1.25, unit: 'ns' },
    { ours: timeOf('exponential'), peer: timeOf('backoff-rxjs'), atMost: 0.55, unit: 'ns' },
  ],
  measure: async ({ rounds }) => {
    const costs: Record<string, number[]> = {};
    for (let round = 0; round < Math.min(rounds, 5); round += 1) {
      for (const kind of kinds) {
        const { heap, took } = await apart<{ heap: number; took: number }>('waiting.js', kind);
        (costs[heapOf(kind)] ??= []).push(heap);
        (costs[timeOf(kind)] ??= []).push(took);
      }
    }
    return costs;
  },
};
