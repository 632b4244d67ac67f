import { deepStrictEqual } from 'node:assert';
import { retryBackoff } from 'backoff-rxjs';
import { defer, retry, throwError, timer, type MonoTypeOperatorFunction, type Subscription } from 'rxjs';
import { exponentialBackoff, fixed, retryWithPolicy } from 'rxjs-reprise';
import type { Waiting } from '../rows/waiting.js';

/*
 * Makes 100 000 streams fail once and wait for their retry. Prints, per stream, the heap that it keeps (bytes) and the
 * processor time until it waits (ns).
 */

const streams = 100_000;
const ms = 60_000;

const operators: Readonly<Record<Waiting, MonoTypeOperatorFunction<never>>> = {
  fixed: retryWithPolicy(fixed(ms)),
  exponential: retryWithPolicy(exponentialBackoff({ base: ms, cap: 60 * ms, jitter: false })),
  rxjs: retry({ delay: () => timer(ms) }),
  'backoff-rxjs': retryBackoff({ initialInterval: ms, maxRetries: 4 }),
};

const down = new Error('down');
const down$ = throwError(() => down);
let calls = 0;
let ended = 0;
const countEnd = (): void => {
  ended += 1;
};
const waiting$ = defer(() => {
  calls += 1;
  return down$;
}).pipe(operators[process.argv[2] as Waiting]);

const subscriptions: Subscription[] = [];
globalThis.gc?.();
const heapBefore = process.memoryUsage().heapUsed;
const start = process.cpuUsage();
for (let left = streams; left > 0; left -= 1) subscriptions.push(waiting$.subscribe({ error: countEnd }));
const { user, system } = process.cpuUsage(start);
globalThis.gc?.();
const heap = process.memoryUsage().heapUsed - heapBefore;

deepStrictEqual({ calls, ended, waiting: subscriptions.length }, { calls: streams, ended: 0, waiting: streams });
for (const subscription of subscriptions) subscription.unsubscribe();
console.log(JSON.stringify({ heap: heap / streams, cpu: ((user + system) * 1000) / streams }));
