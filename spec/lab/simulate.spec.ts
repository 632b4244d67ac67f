import { describe, expect, it } from 'vitest';
import {
  both,
  circuitBreaker,
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
  it('is the same for the same seed, and another for another', () => {
    expect(simulate(storm)).toEqual(simulate(storm));
    expect(simulate({ ...storm, seed: 2 }).totals).not.toEqual(simulate(storm).totals);
  });

  it('is plain data', () => {
    const it = simulate(storm);
    expect(JSON.parse(JSON.stringify(it))).toEqual(it);
  });

  it.each([
    ['retries alone', {}],
    ['a circuit', { circuit: circuitBreaker({ threshold: 10, resetAfter: 2000 }) }],
    ['a budget', { budget: retryBudget({ reserve: 1 }) }],
    ['both', { circuit: circuitBreaker(), budget: retryBudget(), processes: 7 }],
  ])('loses nothing on the way, with %s', (_, protection) => {
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

  it('calls as often as it is told', () => {
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

  it('calls at even distances, each client in its turn, and all within a time', () => {
    const at = (calls: SimulateOptions['calls']): number[] => {
      const instants: number[] = [];
      simulate({ clients: 4, calls: calls ?? {}, duration: 200, observe: (start) => instants.push(start.at) });
      return instants;
    };
    expect(at({ every: 100, arrivals: 'even' })).toEqual([12.5, 37.5, 62.5, 87.5, 112.5, 137.5, 162.5, 187.5]);
    expect(at({ every: Infinity, bursts: [100, 10], burstSpread: 40 })).toEqual([10, 20, 30, 40, 100, 110, 120, 130]);
  });

  it('knows the attempts of a call, and the time to its success', () => {
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

  it('measures the herd: how many retries fall in the same tenth of a second', () => {
    const { retries: again } = simulate({
      clients: 100,
      policy: fixedRetry({ maxAttempts: 5, delay: 1000 }),
      calls: { every: Infinity, bursts: [0], burstSpread: 0 },
      service: { latency: 10, outages: [{ kind: 'down', from: 0, to: 60_000 }] },
      duration: 60_000,
    });
    expect(again).toMatchObject({ total: 400, busiest100ms: 100 });
  });

  it('recovers at once, later, or not', () => {
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
    // Nothing ever succeeds, though there are slots in which nothing fails.
    expect(of({ latency: 5000, timeout: 1000 }).totals.recovery).toBeUndefined();
  });

  it('does not count a slot in which an outage ended as bad time after it', () => {
    const service = { latency: 1, outages: [{ kind: 'down', from: 0, to: 1200 }] } as const;
    const calls = { every: 100 };
    const { totals } = simulate({ clients: 10, calls, service, duration: 6000, slot: 1000 });
    expect(totals.recovery).toBe(0);
  });

  it.each([11, 21, 22, 42, 1000])('has 240 slots in %d ms unless told', (duration) => {
    expect(simulate({ clients: 1, duration }).series.calls).toHaveLength(240);
  });

  it('writes down the phases of circuits, each process having its own', () => {
    const circuit = circuitBreaker({ trip: consecutive(3), resetAfter: 4000, halfOpen: { probeTimeout: 100 } });
    const { series, totals, circuits } = simulate({ ...storm, circuit, processes: 2 });
    expect(circuits).toBe(2);
    expect(Math.max(...series.open)).toBeCloseTo(1);
    expect(series.open[0]).toBe(0);
    expect(Math.max(...series.halfOpen)).toBeGreaterThan(0);
    expect(totals.openings).toBeGreaterThanOrEqual(2);
    expect(totals.lossReasons).toHaveProperty('open');
  });

  it('counts who was rejected by the policy itself, and who could not be paid', () => {
    const closed = { ...immediate, handles: ['ask'] as const, reduce: (state: unknown) => ({ state, wait: Infinity }) };
    const { totals } = simulate({ clients: 10, policy: closed, duration: 10_000 });
    expect(totals).toMatchObject({ attempts: 0, lossReasons: { rejected: totals.calls } });
    const unpaid = simulate({ ...storm, budget: retryBudget({ ratio: 0, reserve: 0 }) });
    expect(unpaid.totals.lossReasons).toEqual({ budget: unpaid.totals.lost });
  });

  it('names a no without a reason, and hands on what a predicate throws', () => {
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

  it('sends everything to policies that do not say what they hear', () => {
    const heard = { policy: new Set<string>(), budget: new Set<string>() };
    const nosy = (who: keyof typeof heard): Pick<GatePolicy, 'initial' | 'reduce'> => ({
      initial: 0,
      reduce: (state, { kind }) => {
        heard[who].add(kind);
        return { state, wait: who === 'policy' && kind === 'failure' ? 100 : 0 };
      },
    });
    const budget = { ...retryBudget(), ...nosy('budget') };
    Reflect.deleteProperty(budget, 'handles');
    simulate({ ...storm, policy: nosy('policy'), budget });
    const kinds = ['ask', 'failure', 'success', 'value'];
    expect([...heard.policy].sort()).toEqual(kinds);
    expect([...heard.budget].sort()).toEqual(kinds);
  });

  it('rejects a budget that makes calls wait', () => {
    expect(() => simulate({ ...storm, budget: rateLimit({ limit: 1, per: 60_000 }) })).toThrow(
      'simulate: budget must answer yes or no to an attempt, got a wait',
    );
  });

  it('is played in pieces as in one, and can be left', () => {
    const playing = createSimulation(storm);
    let pieces = 0;
    while (!playing.advance(500)) pieces += 1;
    expect(pieces).toBeGreaterThan(5);
    expect(playing.progress).toBe(1);
    expect(playing.result()).toEqual(simulate(storm));

    const left = createSimulation({ ...storm, circuit: circuitBreaker() });
    left.advance(1000);
    const { until, totals, series } = left.result();
    expect(left.progress).toBe(until / storm.duration);
    expect(until).toBeLessThan(storm.duration);
    expect(series.calls).toHaveLength(Math.floor((until * 240) / storm.duration) + 1);
    expect(totals.recovery).toBeUndefined();
    left.advance(Infinity);
    expect(left.result().until).toBe(storm.duration);
  });
});

describe('what is too much', () => {
  const million: SimulateOptions = { ...storm, clients: 1e6 };

  it('is rejected before it begins, with the estimate', () => {
    const never = { ...million, policy: fixed(1000) };
    expect(() => simulate({ ...never, memory: 1e8 })).toThrow(
      /^simulate: memory must be at least \d+ MiB for 1000000 clients, got 96 MiB; the policy does not stop while the outage lasts: add retries/,
    );
    expect(() => simulate({ ...million, memory: 1e8 })).toThrow(/simulate fewer clients, or a shorter time$/);
    expect(() => simulate({ ...million, policy: fixed(1), memory: 2 ** 40 })).toThrow(
      /^simulate: at most 200 million events can be simulated, and this would be about \d+ million; the policy does not stop/,
    );
  });

  it('is stopped where it was not foreseen', () => {
    const overload = { ...storm, policy: fixed(1), service: { capacity: 1, queue: 0 }, memory: 12_000_000 };
    expect(() => simulate({ ...overload, clients: 2000, calls: { every: 100 } })).toThrow(
      /^simulate: memory must be more than 12000000 bytes for the 30000 calls that are on their way after \d+ ms/,
    );
  });
});

it('multiplies more, the longer it is down', () => {
  const points = amplification({ ...storm, calls: { every: 5000 }, duration: 60_000 }, [500, 5000, 20_000]);
  const [short, middle, long] = points.map((point) => point.amplification);
  expect(points.map(({ outage }) => outage)).toEqual([500, 5000, 20_000]);
  expect(Number(short)).toBeLessThan(Number(middle));
  expect(Number(middle)).toBeLessThan(Number(long));
  expect(Number(long)).toBeLessThanOrEqual(5);
});
