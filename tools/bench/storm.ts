import { exponentialBackoff } from 'rxjs-reprise/core';
import { simulate } from 'rxjs-reprise/lab';

/*
 * A program of its own: one storm of so many clients, who all lose their connection and call once a minute besides, with
 * about twelve events for each. What it took, in milliseconds of processor time (of all threads) and on the clock, how many
 * events there were, and the most memory that the process had.
 */

const [, , clients = ''] = process.argv;
const options = {
  clients: Number(clients),
  policy: exponentialBackoff({ base: 500, cap: 20_000, maxAttempts: 4 }),
  calls: { every: 90_000, bursts: [30_000] },
  service: { capacity: Number(clients) / 5, queue: 1000, outages: [{ kind: 'down', from: 30_000, to: 60_000 }] },
  duration: 120_000,
} as const;

const cpu = process.cpuUsage();
const begun = performance.now();
const { events } = simulate(options);
const took = performance.now() - begun;
const { user, system } = process.cpuUsage(cpu);
console.log(
  JSON.stringify({ cpu: (user + system) / 1000, took, events, memory: process.resourceUsage().maxRSS * 1024 }),
);
