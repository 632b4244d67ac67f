import { mkdirSync, writeFileSync } from 'node:fs';
import { circuitBreaker, exponentialBackoff, within, type CircuitBreaker, type Policy } from 'rxjs-reprise';
import { schedule, schedulePicture, simulate, stormPicture, type SimulateOptions } from 'rxjs-reprise/lab';

/*
 * The pictures of the README: `npm run pictures` writes them to docs/.
 */

const backoff = exponentialBackoff({ base: 1000, cap: 10_000, maxAttempts: 9 });

/** 10 000 clients lose their connection when the service goes down, and call now and then besides. */
const storm: SimulateOptions = {
  clients: 10_000,
  calls: { every: 20_000, together: [30_000], within: 500 },
  service: { capacity: 2000, queue: 1500, outages: [{ kind: 'down', from: 30_000, to: 60_000 }] },
  duration: 120_000,
  slot: 500,
};
const delays = { base: 1000, cap: 20_000, maxAttempts: 6 };
const sharp = exponentialBackoff({ ...delays, jitter: false });
const soft = exponentialBackoff({ ...delays, jitter: 'full' });
const breaker = circuitBreaker({ threshold: 20, window: 1000, resetAfter: 2000, halfOpen: { calls: 5, failures: 1 } });

const played = (name: string, policy: Policy, circuit?: CircuitBreaker) => ({
  name,
  storm: simulate({ ...storm, policy, ...(circuit && { circuit }) }),
});

mkdirSync('docs', { recursive: true });
writeFileSync(
  'docs/schedule.svg',
  schedulePicture(schedule(within(45_000, backoff)), 'within(45_000, exponentialBackoff({ base: 1000, cap: 10_000 }))'),
);
writeFileSync(
  'docs/storm.svg',
  stormPicture(
    [
      played('Backoff without jitter: the clients come back together', sharp),
      played('The same with full jitter: they come back spread', soft),
      played('With jitter and a circuit: it is left alone while it is down, and calls are refused', soft, breaker),
    ],
    'A service goes down for 30 s, and 10 000 clients lose their connection',
  ),
);
