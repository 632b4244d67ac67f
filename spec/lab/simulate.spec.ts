import { describe, expect, it } from 'vitest';
import {
  both,
  circuitBreaker,
  concurrencyLimit,
  consecutive,
  exponentialBackoff,
  fixed,
  fixedRetry,
  immediate,
  onFailure,
  rateLimit,
  retries,
  retryBudget,
  type GatePolicy,
} from 'rxjs-reprise';
import { amplification, simulate, createSimulation, type SimulateOptions } from 'rxjs-reprise/lab';

const storm: SimulateOptions = {
  clients: 500,
  policy: exponentialBackoff({ base: 200, maxAttempts: 5 }),
  calls: { every: 5000, bursts: [10_000] },
  service: { capacity: 200, outages: [{ kind: 'down', from: 10_000, to: 20_000 }] },
  duration: 40_000,
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

describe('simulate', () => {
  it('gives the same result for the same seed, and another for another seed', () => {
    expect(simulate(storm)).toEqual(simulate(storm));
    expect(simulate({ ...storm, seed: 2 }).totals).not.toEqual(simulate(storm).totals);
  });

  it('is plain data', () => {
    const result = simulate(storm);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it.each([
    ['retries alone', {}],
    ['a circuit', { circuit: circuitBreaker({ threshold: 10, resetAfter: 2000 }) }],
    ['a budget', { budget: retryBudget({ reserve: 1 }) }],
    ['a circuit that retries wait for', { gates: [circuitBreaker({ threshold: 10, resetAfter: 2000 })] }],
    ['a guard', { guard: { gates: [concurrencyLimit({ limit: 20 }), circuitBreaker()], maxWait: 500 } }],
    [
      'limits, a circuit below and a budget',
      {
        gates: [rateLimit({ limit: 90, per: 1000, maxWaiting: 50 })],
        circuit: circuitBreaker(),
        budget: retryBudget(),
        processes: 3,
      },
    ],
    ['both', { circuit: circuitBreaker(), budget: retryBudget(), processes: 7 }],
  ])('counts everything exactly once, with %s', (_, protection) => {
    const { totals, series, perCall, retries: again } = simulate({ ...storm, ...protection });
    expect(totals.calls).toBe(totals.succeeded + totals.lost + totals.unfinished);
    expect(sum(series.calls)).toBe(totals.calls);
    expect(sum(series.attempts)).toBe(totals.attempts);
    expect(sum(series.retries)).toBe(again.total);
    expect(sum(series.successes)).toBe(totals.succeeded);
    expect(sum(series.failures)).toBe(totals.failedAttempts);
    expect(sum(series.rejections)).toBe(totals.rejected);
    expect(sum(series.lost)).toBe(totals.lost);
    expect(sum(Object.values(totals.lossReasons))).toBe(totals.lost);
    expect(sum(perCall.attempts)).toBe(totals.succeeded + totals.lost);
    expect(series.inFlight.at(-1)).toBe(totals.unfinished);
    expect(series.calls).toHaveLength(240);
  });

  it('makes as many calls as the options say', () => {
    expect(simulate({ clients: 10, calls: { every: 1000, arrivals: 'even' }, duration: 10_000 }).totals.calls).toBe(
      100,
    );
    const random = simulate({ clients: 1000, calls: { every: 1000 }, duration: 100_000 }).totals.calls;
    expect(Math.abs(random - 100_000)).toBeLessThan(1500);
    expect(simulate({ clients: 10, calls: { every: Infinity }, duration: 1000 }).totals).toMatchObject({
      calls: 0,
      amplification: 0,
    });
    const together = simulate({
      clients: 10,
      calls: { every: Infinity, bursts: [500, 100], burstSpread: 50 },
      duration: 1000,
    });
    expect(together.totals.calls).toBe(20);
  });

  it('spreads even arrivals and bursts over time, client by client', () => {
    const at = (calls: SimulateOptions['calls']): number[] => {
      const instants: number[] = [];
      simulate({ clients: 4, calls: calls ?? {}, duration: 200, observe: (start) => instants.push(start.at) });
      return instants;
    };
    expect(at({ every: 100, arrivals: 'even' })).toEqual([12.5, 37.5, 62.5, 87.5, 112.5, 137.5, 162.5, 187.5]);
    expect(at({ every: Infinity, bursts: [100, 10], burstSpread: 40 })).toEqual([10, 20, 30, 40, 100, 110, 120, 130]);
  });

  it('counts the attempts of a call, and the time to its success', () => {
    const { perCall, retries: again } = simulate({
      clients: 1,
      policy: both(fixed(100), retries(9)),
      calls: { every: Infinity, bursts: [1000], burstSpread: 0 },
      service: { latency: 10, outages: [{ kind: 'down', from: 500, to: 1200 }] },
      duration: 5000,
    });
    expect(perCall.attempts).toEqual([0, 0, 0, 1]);
    expect(perCall.timeToSuccess).toMatchObject({ max: 230 });
    expect(Math.abs(perCall.timeToSuccess.p50 - 230)).toBeLessThan(3);
    expect(again).toEqual({ total: 2, busiest100ms: 1, longestWait: 100 });
  });

  it('counts the most retries within one tenth of a second', () => {
    const { retries: again } = simulate({
      clients: 100,
      policy: fixedRetry({ maxAttempts: 5, delay: 1000 }),
      calls: { every: Infinity, bursts: [0], burstSpread: 0 },
      service: { latency: 10, outages: [{ kind: 'down', from: 0, to: 60_000 }] },
      duration: 60_000,
    });
    expect(again).toMatchObject({ total: 400, busiest100ms: 100 });
  });

  it('reports recovery at once, later, or never', () => {
    const outages = [{ kind: 'down', from: 1000, to: 2000 }] as const;
    const of = (service: SimulateOptions['service'], policy = fixedRetry({ maxAttempts: 1 })) =>
      simulate({
        clients: 100,
        policy,
        calls: { every: 1000 },
        service: { outages, ...service },
        duration: 6000,
        slot: 500,
      });
    expect(of({ latency: 100 }).totals.recovery).toBe(500);
    expect(of({ latency: 10, outages: [] }).totals.recovery).toBeUndefined();
    expect(of({ capacity: 50 }).totals.recovery).toBeUndefined();
    expect(of({ outages: [{ kind: 'slow', from: 1000, to: 2000, factor: 1 }] }).totals.recovery).toBe(0);
    // No attempt ever succeeds, although there are slots without a failure.
    expect(of({ latency: 5000, timeout: 1000 }).totals.recovery).toBeUndefined();
  });

  it('does not count the slot in which the outage ended as bad', () => {
    const service = { latency: 1, outages: [{ kind: 'down', from: 0, to: 1200 }] } as const;
    const calls = { every: 100 };
    const { totals } = simulate({ clients: 10, calls, service, duration: 6000, slot: 1000 });
    expect(totals.recovery).toBe(0);
  });

  it.each([11, 21, 22, 42, 1000])('has 240 slots in %d ms by default', (duration) => {
    expect(simulate({ clients: 1, duration }).series.calls).toHaveLength(240);
  });

  it('records the phases of circuits, one circuit per process', () => {
    const circuit = circuitBreaker({ trip: consecutive(3), resetAfter: 4000, halfOpen: { probeTimeout: 100 } });
    const { series, totals, circuits } = simulate({ ...storm, circuit, processes: 2 });
    expect(circuits).toBe(2);
    expect(Math.max(...series.open)).toBeCloseTo(1);
    expect(series.open[0]).toBe(0);
    expect(Math.max(...series.halfOpen)).toBeGreaterThan(0);
    expect(totals.openings).toBeGreaterThanOrEqual(2);
    expect(totals.lossReasons).toHaveProperty('open');
  });

  it('counts calls rejected by the policy and by the budget', () => {
    const closed = { ...immediate, handles: ['ask'] as const, reduce: (state: unknown) => ({ state, wait: Infinity }) };
    const { totals } = simulate({ clients: 10, policy: closed, duration: 10_000 });
    expect(totals).toMatchObject({ attempts: 0, lossReasons: { rejected: totals.calls } });
    const unpaid = simulate({ ...storm, budget: retryBudget({ ratio: 0, reserve: 0 }) });
    expect(unpaid.totals.lossReasons).toEqual({ budget: unpaid.totals.lost });
  });

  it('reports a rejection without a reason as rejected, and throws what a predicate throws', () => {
    const mute = onFailure(0, (state) => ({ state, wait: Infinity }));
    expect(simulate({ ...storm, policy: mute }).totals.lossReasons).toHaveProperty('rejected');
    const throwing = circuitBreaker({
      classify: () => {
        throw new Error('no idea');
      },
    });
    expect(() => simulate({ ...storm, circuit: throwing })).toThrow('no idea');
    expect(() => simulate({ ...storm, policy: throwing })).toThrow('no idea');
  });

  it('sends every signal to policies without handles', () => {
    const received = { policy: new Set<string>(), budget: new Set<string>() };
    const recording = (part: keyof typeof received): Pick<GatePolicy, 'initial' | 'reduce'> => ({
      initial: 0,
      reduce: (state, { kind }) => {
        received[part].add(kind);
        return { state, wait: part === 'policy' && kind === 'failure' ? 100 : 0 };
      },
    });
    const budget = { ...retryBudget(), ...recording('budget') };
    Reflect.deleteProperty(budget, 'handles');
    simulate({ ...storm, policy: recording('policy'), budget });
    const kinds = ['ask', 'failure', 'success', 'value'];
    expect([...received.policy].sort()).toEqual(kinds);
    expect([...received.budget].sort()).toEqual(kinds);
  });

  it('rejects a budget that makes calls wait', () => {
    expect(() => simulate({ ...storm, budget: rateLimit({ limit: 1, per: 60_000 }) })).toThrow(
      'simulate: budget must admit or reject an attempt at once, got a wait; pass a limit that makes calls wait in gates',
    );
  });

  it('gives the same result in steps, and can be stopped early', () => {
    const run = createSimulation(storm);
    let steps = 0;
    while (!run.advance(500)) steps += 1;
    expect(steps).toBeGreaterThan(5);
    expect(run.progress).toBe(1);
    expect(run.result()).toEqual(simulate(storm));

    const stopped = createSimulation({ ...storm, circuit: circuitBreaker() });
    stopped.advance(1000);
    const { until, totals, series } = stopped.result();
    expect(stopped.progress).toBe(until / storm.duration);
    expect(until).toBeLessThan(storm.duration);
    expect(series.calls).toHaveLength(Math.floor((until * 240) / storm.duration) + 1);
    expect(totals.recovery).toBeUndefined();
    stopped.advance(Infinity);
    expect(stopped.result().until).toBe(storm.duration);
  });
});

describe('a simulation that is too large', () => {
  const million: SimulateOptions = { ...storm, clients: 1e6 };

  it('is rejected before it starts, with an estimate', () => {
    const never = { ...million, policy: fixed(1000) };
    expect(() => simulate({ ...never, memory: 1e8 })).toThrow(
      /^simulate: memory must be at least \d+ MiB for 1000000 clients, got 96 MiB; the policy does not give up during the outage: add retries/,
    );
    expect(() => simulate({ ...million, memory: 1e8 })).toThrow(/simulate fewer clients or a shorter time$/);
    expect(() => simulate({ ...million, policy: fixed(1), memory: 2 ** 40 })).toThrow(
      /^simulate: a simulation must have at most 200 million events, got about \d+ million; the policy does not give up/,
    );
  });

  it('is stopped if the estimate was too low', () => {
    const overload = { ...storm, policy: fixed(1), service: { capacity: 1, queue: 0 }, memory: 12_000_000 };
    expect(() => simulate({ ...overload, clients: 2000, calls: { every: 100 } })).toThrow(
      /^simulate: memory must be more than 12000000 bytes for the 30000 calls in flight after \d+ ms/,
    );
  });
});

it('amplification grows with the length of the outage', () => {
  const points = amplification({ ...storm, calls: { every: 5000 }, duration: 60_000 }, [500, 5000, 20_000]);
  const [short, middle, long] = points.map((point) => point.amplification);
  expect(points.map(({ outage }) => outage)).toEqual([500, 5000, 20_000]);
  expect(Number(short)).toBeLessThan(Number(middle));
  expect(Number(middle)).toBeLessThan(Number(long));
  expect(Number(long)).toBeLessThanOrEqual(5);
});
