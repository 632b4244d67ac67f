import { circuitBreaker, exponentialBackoff, within } from 'rxjs-reprise';
import { schedule, scheduleChart, simulate, loadChart, type SimulateOptions, type Storm } from 'rxjs-reprise/lab';

/*
 * The pictures of the README.
 */

/** Names of files, and what belongs in them. */
export const pictures = (): Readonly<Record<string, string>> => ({
  'schedule.svg': aSchedule(),
  'storm.svg': aStorm(),
});

function aSchedule(): string {
  const policy = within(45_000, exponentialBackoff({ base: 1000, cap: 10_000, maxAttempts: 9 }));
  return scheduleChart(
    schedule(policy),
    'within(45_000, exponentialBackoff({ base: 1000, cap: 10_000, maxAttempts: 9 }))',
  );
}

/** A service goes down, and 10 000 clients lose their connection; they call now and then besides. */
function aStorm(): string {
  const down = { kind: 'down', from: 30_000, to: 60_000 } as const;
  const storm: SimulateOptions = {
    clients: 10_000,
    calls: { every: 20_000, bursts: [down.from], burstSpread: 500 },
    service: { capacity: 2000, queue: 1500, outages: [down] },
    duration: 120_000,
    slot: 500,
  };
  const delays = { base: 1000, cap: 20_000, maxAttempts: 6 };
  const sharp = exponentialBackoff({ ...delays, jitter: false });
  const soft = exponentialBackoff({ ...delays, jitter: 'full' });
  const circuit = circuitBreaker({
    threshold: 20,
    window: 1000,
    resetAfter: 2000,
    halfOpen: { probes: 5, allowedFailures: 1 },
  });
  const played = (name: string, more: Partial<SimulateOptions>): Storm => ({
    name,
    storm: simulate({ ...storm, ...more }),
  });
  return loadChart(
    [
      played('Backoff without jitter: the clients come back together', { policy: sharp }),
      played('The same with full jitter: they come back spread', { policy: soft }),
      played('With jitter and a circuit: it is left alone while it is down, and calls are rejected', {
        policy: soft,
        circuit,
      }),
    ],
    'A service goes down for 30 s, and 10 000 clients lose their connection',
  );
}
