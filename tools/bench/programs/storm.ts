import { exponentialBackoff } from 'rxjs-reprise/core';
import { simulate } from 'rxjs-reprise/lab';

/*
 * Simulates one storm. All clients lose their connection at the same instant, and each also calls about every 90 seconds:
 * about twelve events per client. Prints the processor time of all threads (ms), the elapsed time (ms), the number of
 * events, and the peak memory of the process (bytes).
 */

const [, , clients = ''] = process.argv;
const options = {
  clients: Number(clients),
  policy: exponentialBackoff({ base: 500, cap: 20_000, maxAttempts: 4 }),
  calls: { every: 90_000, bursts: [30_000] },
  service: { capacity: Number(clients) / 5, queue: 1000, outages: [{ kind: 'down', from: 30_000, to: 60_000 }] },
  duration: 120_000,
} as const;

const cpuStart = process.cpuUsage();
const start = performance.now();
const { events } = simulate(options);
const elapsed = performance.now() - start;
const { user, system } = process.cpuUsage(cpuStart);
const memory = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ cpu: (user + system) / 1000, elapsed, events, memory }));
