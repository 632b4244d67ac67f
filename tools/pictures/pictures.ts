import { circuitBreaker, exponentialBackoff, rateLimit, within } from 'rxjs-reprise';
import { schedule, scheduleChart, simulate, loadChart, type SimulateOptions, type Storm } from 'rxjs-reprise/lab';

/*
 * The pictures of the documentation.
 */

/** The content of each file. */
export const pictures = (): Readonly<Record<string, string>> => ({
  'schedule.svg': drawSchedule(),
  'storm.svg': drawStorm(),
  'gates.svg': drawGates(),
});

function drawSchedule(): string {
  const policy = within(45_000, exponentialBackoff({ base: 1000, cap: 10_000, maxAttempts: 9 }));
  return scheduleChart(
    schedule(policy),
    'within(45_000, exponentialBackoff({ base: 1000, cap: 10_000, maxAttempts: 9 }))',
  );
}

const down = { kind: 'down', from: 30_000, to: 60_000 } as const;

/** A service goes down, and 10 000 clients lose their connections at that time. They also make some regular calls. */
const storm: SimulateOptions = {
  clients: 10_000,
  calls: { every: 20_000, bursts: [down.from], burstSpread: 500 },
  service: { capacity: 2000, queue: 1500, outages: [down] },
  duration: 120_000,
  slot: 500,
};

const circuit = circuitBreaker({
  threshold: 20,
  window: 1000,
  resetAfter: 2000,
  halfOpen: { probes: 5, allowedFailures: 1 },
});

const play = (name: string, options: Partial<SimulateOptions>): Storm => ({
  name,
  storm: simulate({ ...storm, ...options }),
});

function drawStorm(): string {
  const delays = { base: 1000, cap: 20_000, maxAttempts: 6 };
  const withoutJitter = exponentialBackoff({ ...delays, jitter: false });
  const withJitter = exponentialBackoff({ ...delays, jitter: 'full' });
  return loadChart(
    [
      play('Backoff without jitter: the clients return at the same time', { policy: withoutJitter }),
      play('With full jitter: their retries are spread out', { policy: withJitter }),
      play('With jitter and a circuit: few attempts reach the service while it is down', {
        policy: withJitter,
        circuit,
      }),
    ],
    'A service is down for 30 s, and 10 000 clients lose their connections',
  );
}

/** The same storm. Retries fail fast, wait for the circuit, or wait for the circuit and a rate. */
function drawGates(): string {
  const policy = exponentialBackoff({ base: 1000, cap: 20_000, maxAttempts: 6 });
  const rate = rateLimit({ limit: 1500, per: 1000 });
  return loadChart(
    [
      play('A circuit below the retry fails fast', { policy, circuit }),
      play('gates: [circuit]: calls wait until it closes', { policy, gates: [circuit] }),
      play('gates: [circuit, rateLimit]: and they return at a rate that the service can serve', {
        policy,
        gates: [circuit, rate],
      }),
    ],
    'A service is down for 30 s: calls that fail fast, and calls that wait',
  );
}
