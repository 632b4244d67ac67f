import { describe, expect, it } from 'vitest';
import {
  both,
  circuitBreaker,
  exponential,
  exponentialBackoff,
  fixedRetry,
  never,
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

const read = (policy: Policy, more: Partial<SimulateOptions> = {}): string => {
  const options = { ...base, ...more, policy };
  const { circuit, budget, ...bare } = options;
  return summarize({
    storm: simulate(options),
    schedule: schedule(policy, { retries: 50, clients: 0 }),
    withoutCircuit: circuit && simulate({ ...bare, ...(budget && { budget }) }),
    withoutBudget: budget && simulate({ ...bare, ...(circuit && { circuit }) }),
  }).join('\n');
};

describe('a reading', () => {
  it('begins with what was multiplied', () => {
    const { totals } = simulate({ ...base, policy: fixedRetry({ maxAttempts: 3 }) });
    expect(read(fixedRetry({ maxAttempts: 3 }))).toContain(
      `calls made ${totals.attempts.toLocaleString('en').replaceAll(',', ' ')} attempts, ${totals.amplification.toFixed(2)} for each`,
    );
  });

  it('tells herds from spread retries', () => {
    const sharp = {
      calls: { every: Infinity, bursts: [10_000], burstSpread: 0 },
      service: { ...base.service, latency: 20 },
    };
    expect(read(fixedRetry({ maxAttempts: 3 }), sharp)).toContain(
      'Without jitter, 50 % of retries fall in the same 100 ms.',
    );
    expect(read(exponentialBackoff(), sharp)).toMatch(/With jitter, the busiest 100 ms hold [\d.]+ % of retries\./);
    expect(read(never)).toContain('Nothing was retried.');
  });

  it('says what a circuit and a budget saved, and what that cost', () => {
    const policy = exponentialBackoff({ base: 500 });
    const text = read(policy, { circuit: circuitBreaker({ threshold: 10, resetAfter: 3000 }), budget: retryBudget() });
    expect(text).toMatch(
      /The circuit saved \d+ % of the attempts \([\d ]+ without it\), and \d+ (more|fewer) calls were lost\./,
    );
    expect(text).toMatch(/The budget /);
    const idle = read(fixedRetry({ maxAttempts: 3 }), { circuit: circuitBreaker({ threshold: 1000, window: 1 }) });
    expect(idle).toContain('The circuit saved 0 % of the attempts');
    expect(idle).toContain('and changed nothing about how many calls were lost.');
    const [storm, without] = [simulate({ ...base, policy }), simulate({ ...base, policy: never })];
    const told = summarize({ storm, schedule: schedule(policy), withoutCircuit: without });
    expect(told[2]).toMatch(
      /^The circuit made \d+ % more attempts \([\d ]+ without it\), and \d+ fewer calls were lost\.$/,
    );
    const none = { ...without, totals: { ...without.totals, attempts: 0 } };
    expect(summarize({ storm, schedule: schedule(policy), withoutCircuit: none }).join()).not.toContain('circuit');
  });

  it('says whether the cap and the last attempts were of use', () => {
    expect(read(exponentialBackoff({ base: 500, cap: 2000, maxAttempts: 9 }))).toMatch(
      /The cap of 2 s is reached, from retry 3 on; the longest wait was 2 s\./,
    );
    const patient = read(exponentialBackoff({ base: 2000, cap: 8000, maxAttempts: 9, jitter: false }));
    expect(patient).toContain('The cap of 8 s is reached, from retry 3 on');
    const calm = read(exponentialBackoff({ base: 5000, cap: 40_000, maxAttempts: 9, jitter: false }));
    expect(calm).toContain('The cap of 40 s is never reached: it begins with retry 4, and no call got there.');
    expect(calm).toMatch(/No call made more than [23] of its 9 attempts\./);
    expect(read(both(exponential(500), retries(5)))).toMatch(
      /No cap is reached: waits grow to the last, and the longest was/,
    );
    expect(read(fixedRetry({ maxAttempts: 3 }))).not.toContain('cap');
  });

  it('says how many retries there were where a share would say nothing', () => {
    const few = { clients: 20, calls: { every: Infinity, bursts: [10_000] } };
    expect(read(fixedRetry({ maxAttempts: 2, delay: 1 }), few)).toContain('Only 20 attempts were retries.');
  });

  it('says what was lost, and to what', () => {
    expect(read(fixedRetry({ maxAttempts: 2 }))).toMatch(/[\d.]+ % of calls were lost: 100 % to retries\./);
    expect(read(never, { service: {} })).toContain('No call was lost.');
  });

  it('says when it recovered, or that it did not', () => {
    expect(read(never)).toMatch(/It recovered within \d+ ms after the outage\./);
    expect(read(never, { service: { outages: [{ kind: 'slow', from: 100, to: 200, factor: 1 }] } })).toContain(
      'It recovered at once.',
    );
    expect(read(never, { service: { capacity: 20, outages: [{ kind: 'down', from: 100, to: 20_000 }] } })).toContain(
      'It had not recovered 20 s after the outage, when the simulation ended.',
    );
    expect(read(never, { service: {} })).not.toContain('recovered');
  });
});
