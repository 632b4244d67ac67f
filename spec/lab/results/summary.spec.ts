import { describe, expect, it } from 'vitest';
import {
  both,
  circuitBreaker,
  exponential,
  exponentialBackoff,
  fixed,
  fixedRetry,
  followedBy,
  immediate,
  never,
  rateLimit,
  retries,
  retryBudget,
  type Policy,
} from 'rxjs-reprise';
import { summarize, schedule, simulate, type SimulateOptions } from 'rxjs-reprise/lab';

const base: SimulateOptions = {
  clients: 1000,
  calls: { every: 10_000, bursts: [10_000] },
  service: { capacity: 500, outages: [{ kind: 'down', from: 10_000, to: 20_000 }] },
  duration: 40_000,
};

const describeStorm = (policy: Policy, more: Partial<SimulateOptions> = {}): string => {
  const options = { ...base, ...more, policy };
  const { circuit, budget, ...bare } = options;
  return summarize({
    storm: simulate(options),
    schedule: schedule(policy, { retries: 50, clients: 0 }),
    circuit,
    withoutCircuit: circuit && simulate({ ...bare, ...(budget && { budget }) }),
    withoutBudget: budget && simulate({ ...bare, ...(circuit && { circuit }) }),
  }).join('\n');
};

describe('a summary', () => {
  it('begins with the attempts per call', () => {
    const { totals } = simulate({ ...base, policy: fixedRetry({ maxAttempts: 3 }) });
    expect(describeStorm(fixedRetry({ maxAttempts: 3 }))).toContain(
      `calls made ${totals.attempts.toLocaleString('en').replaceAll(',', ' ')} attempts (${totals.amplification.toFixed(2)} per call)`,
    );
  });

  it('tells simultaneous retries from spread ones', () => {
    const burst = {
      calls: { every: Infinity, bursts: [10_000], burstSpread: 0 },
      service: { ...base.service, latency: 20 },
    };
    expect(describeStorm(fixedRetry({ maxAttempts: 3 }), burst)).toContain(
      'Without jitter, 50 % of the retries fell in the same 100 ms.',
    );
    expect(describeStorm(exponentialBackoff(), burst)).toMatch(
      /With jitter, the busiest 100 ms had [\d.]+ % of the retries\./,
    );
    expect(describeStorm(never)).toContain('There were no retries.');
  });

  it('states how long attempts waited for gates', () => {
    const together = { clients: 4, calls: { every: Infinity, bursts: [1000], burstSpread: 0 }, duration: 4000 };
    const options = { ...together, service: { latency: 10 }, gates: [rateLimit({ limit: 4, per: 1000 })] };
    const sentences = summarize({
      storm: simulate(options),
      withoutGates: simulate({ ...options, gates: [] }),
      schedule: schedule(never),
    });
    expect(sentences).toContain(
      'The gates saved 0 % of the 4 attempts made without them, and as many calls were lost.',
    );
    expect(sentences).toContain(
      '3 attempts waited for a gate, up to 3 at the same time: half of them for at most 498 ms, the longest for 750 ms.',
    );
  });

  it('states what a circuit and a budget saved, and what that cost', () => {
    const policy = exponentialBackoff({ base: 500 });
    const text = describeStorm(policy, {
      circuit: circuitBreaker({ threshold: 10, resetAfter: 3000 }),
      budget: retryBudget(),
    });
    expect(text).toMatch(
      /The circuit saved \d+ % of the [\d ]+ attempts made without it, and \d+ (more|fewer) calls were lost\./,
    );
    expect(text).toMatch(/(The|With the) budget /);
    const idle = describeStorm(fixedRetry({ maxAttempts: 3 }), {
      circuit: circuitBreaker({ threshold: 1000, window: 1 }),
    });
    expect(idle).toMatch(/The circuit saved 0 % of the [\d ]+ attempts made without it, and as many calls were lost\./);
    const [storm, without] = [simulate({ ...base, policy }), simulate({ ...base, policy: never })];
    const sentences = summarize({ storm, schedule: schedule(policy), withoutCircuit: without });
    expect(sentences[2]).toMatch(
      /^With the circuit there were \d+ % more attempts than the [\d ]+ without it, and \d+ fewer calls were lost\.$/,
    );
    const none = { ...without, totals: { ...without.totals, attempts: 0 } };
    expect(summarize({ storm, schedule: schedule(policy), withoutCircuit: none }).join()).not.toContain('circuit');
  });

  it('states whether the cap and the last attempts were used', () => {
    expect(describeStorm(exponentialBackoff({ base: 500, cap: 2000, maxAttempts: 9 }))).toMatch(
      /The cap of 2 s applies from retry 3 on, and the longest wait was 2 s\./,
    );
    const slow = describeStorm(exponentialBackoff({ base: 2000, cap: 8000, maxAttempts: 9, jitter: false }));
    expect(slow).toContain('The cap of 8 s applies from retry 3 on, and the longest wait was 8 s.');
    const slowest = describeStorm(exponentialBackoff({ base: 5000, cap: 40_000, maxAttempts: 9, jitter: false }));
    expect(slowest).toContain('The cap of 40 s applies from retry 4 on, and no call made that many retries.');
    expect(slowest).toMatch(/No call made more than [23] of its 9 attempts\./);
    expect(describeStorm(both(exponential(500), retries(5)))).toMatch(
      /No cap is reached: the waits grow to the last retry, and the longest was/,
    );
    expect(describeStorm(fixedRetry({ maxAttempts: 3 }))).not.toContain('cap');
  });

  it('states the number of retries if there were few', () => {
    const few = { clients: 20, calls: { every: Infinity, bursts: [10_000] } };
    expect(describeStorm(fixedRetry({ maxAttempts: 2, delay: 1 }), few)).toContain('Only 20 attempts were retries.');
    expect(describeStorm(fixedRetry({ maxAttempts: 2, delay: 1 }), { ...few, clients: 1 })).toContain(
      'Only 1 attempt was a retry.',
    );
  });

  it('states how many calls were lost, by reason', () => {
    expect(describeStorm(fixedRetry({ maxAttempts: 2 }))).toMatch(
      /[\d.]+ % of the calls were lost, by reason: 100 % retries\./,
    );
    expect(describeStorm(never, { service: {} })).toContain('No call was lost.');
  });

  it.each<[string, Policy, Parameters<typeof circuitBreaker>[0] | undefined, string | undefined]>([
    ['a wait', exponentialBackoff({ base: 2 }), undefined, 'the first wait is at most 3 ms'],
    ['a wait after one at once', followedBy(retries(1), fixed(5)), undefined, 'the first wait is at most 5 ms'],
    ['a deadline', exponentialBackoff({ base: 1000, maxElapsed: 30 }), undefined, 'the deadline is 30 ms'],
    ['an open time', never, { resetAfter: 30 }, 'the circuit is open for 30 ms'],
    ['a window', never, { threshold: 5, window: 60 }, 'the circuit counts failures within 60 ms'],
    [
      'several',
      fixedRetry({ maxAttempts: 3, delay: 1 }),
      { threshold: 1, resetAfter: 60 },
      'the first wait is at most 1 ms, the circuit is open for 60 ms',
    ],
    ['no wait', immediate, { threshold: 1 }, undefined],
    ['long times', exponentialBackoff({ base: 20, maxElapsed: 200 }), { resetAfter: 200, window: 200 }, undefined],
    ['a circuit that never opens', never, { threshold: 5000 }, undefined],
  ])('says that times are milliseconds if seconds may have been meant: %s', (_, policy, settings, facts) => {
    const circuit = settings && circuitBreaker(settings);
    const storm = simulate({ clients: 1, duration: 1000 });
    const sentences = summarize({ storm, schedule: schedule(policy), circuit });
    expect(sentences.filter((sentence) => sentence.includes('milliseconds'))).toEqual(
      facts === undefined ? [] : [`Times are milliseconds, not seconds: ${facts}.`],
    );
  });

  it('states when the service recovered, or that it did not', () => {
    expect(describeStorm(never)).toMatch(/The service recovered within \d+ ms after the outage\./);
    expect(describeStorm(never, { service: { outages: [{ kind: 'slow', from: 100, to: 200, factor: 1 }] } })).toContain(
      'The service recovered at once.',
    );
    expect(
      describeStorm(never, { service: { capacity: 20, outages: [{ kind: 'down', from: 100, to: 20_000 }] } }),
    ).toContain('The service had not recovered 20 s after the outage, when the simulation ended.');
    expect(describeStorm(never, { service: {} })).not.toContain('recovered');
  });
});
