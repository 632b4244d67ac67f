import { deepStrictEqual } from 'node:assert';
import { of, Subject, type Subscription } from 'rxjs';
import { concurrencyLimit, gate, guard, type PolicyGate } from 'rxjs-reprise';
import type { ConcurrencyLimitView } from 'rxjs-reprise/core';
import type { CrowdCosts } from '../rows/crowds.js';

/*
 * 100 000 streams at gates, in groups of the given size with a gate for each group: all of them running, or all waiting.
 * Prints, per stream, the heap that it keeps (bytes), the processor time until it runs or waits, and the time until a
 * waiting one has been admitted and has ended (ns).
 */

const streams = 100_000;
const [, , kind, size] = process.argv;
const group = Number(size);

interface Group {
  readonly limit: PolicyGate<ConcurrencyLimitView>;
  readonly first: Subject<number>;
}

/** A gate whose slots are all free, or all taken by one call that ends with `first`. */
function makeGroup(): Group {
  const first = new Subject<number>();
  if (kind === 'running') return { limit: gate(concurrencyLimit({ limit: group })), first };
  const limit = gate(concurrencyLimit({ limit: 1 }));
  first.pipe(guard(limit)).subscribe();
  return { limit, first };
}

let ended = 0;
const countEnd = (): void => {
  ended += 1;
};

/** Sends a group of calls to its gate. */
function enter({ limit }: Group, into: Subscription[]): void {
  const source$ = kind === 'running' ? new Subject<number>() : of(1);
  const call$ = source$.pipe(guard(limit, { maxWait: Infinity }));
  for (let left = group; left > 0; left -= 1) into.push(call$.subscribe({ complete: countEnd }));
}

/** The processor time of the work, in nanoseconds per stream. */
function timeOf(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return ((user + system) * 1000) / streams;
}

const groups = Array.from({ length: streams / group }, makeGroup);
const subscriptions: Subscription[] = [];
globalThis.gc?.();
const heapBefore = process.memoryUsage().heapUsed;
const arrival = timeOf(() => {
  for (const each of groups) enter(each, subscriptions);
});
globalThis.gc?.();
const heap = (process.memoryUsage().heapUsed - heapBefore) / streams;

const counts = kind === 'running' ? { running: group, waiting: 0 } : { running: 1, waiting: group };
for (const { limit } of groups) deepStrictEqual(limit.state, { ...counts, free: 0, limit: counts.running });
const admission = timeOf(() => {
  for (const { first } of groups) first.complete();
});
deepStrictEqual(ended, kind === 'running' ? 0 : streams);
console.log(JSON.stringify({ heap, arrival, admission } satisfies CrowdCosts));
