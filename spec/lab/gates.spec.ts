import { defer, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  both,
  circuitBreaker,
  concurrencyLimit,
  consecutive,
  exponentialBackoff,
  fixed,
  gate,
  gatePolicy,
  guard,
  never,
  rateLimit,
  retries,
  retryBudget,
} from 'rxjs-reprise';
import { createSimulation, simulate, type SimulateOptions } from 'rxjs-reprise/lab';

/*
 * Gates that make calls wait. That calls wait as long as with the operators is in `truth.spec.ts`.
 */

/** Calls at the same instant, and a service that takes 10 ms. */
const together = (clients: number): SimulateOptions => ({
  clients,
  calls: { every: Infinity, bursts: [1000], burstSpread: 0 },
  service: { latency: 10 },
  duration: 4000,
  slot: 100,
});

/** When attempts start, in milliseconds. */
function starts(options: SimulateOptions): number[] {
  const instants: number[] = [];
  simulate({ ...options, observe: ({ at }) => instants.push(at) });
  return instants;
}

describe('gates of a simulation', () => {
  it.each([
    ['at the retry', { gates: [rateLimit({ limit: 10, per: 1000 })] }, [1000, 1100, 1200, 1300]],
    ['below the retry', { guard: { gates: [concurrencyLimit({ limit: 2 })], maxWait: 100 } }, [1000, 1000, 1010, 1010]],
    ['with a short queue', { gates: [concurrencyLimit({ limit: 1, maxWaiting: 2 })] }, [1000, 1010, 1020]],
    ['with a short wait', { guard: { gates: [concurrencyLimit({ limit: 1 })], maxWait: 25 } }, [1000, 1010, 1020]],
    ['without a wait', { guard: { gates: [concurrencyLimit({ limit: 1 })] } }, [1000]],
    ['in each of two processes', { gates: [concurrencyLimit({ limit: 1 })], processes: 2 }, [1000, 1000, 1010, 1010]],
  ])('make calls wait %s', (_, gates, instants) => {
    expect(starts({ ...together(4), ...gates })).toEqual(instants);
  });

  it('of your own may wake all calls, which come at random within a tenth of the rest of their waits', () => {
    const single = gatePolicy<boolean, null>({
      name: 'spec/single',
      initial: false,
      on: {
        ask: (isTaken) => (isTaken ? { state: isTaken, wait: 500, reason: 'taken' } : { state: true, wait: 0 }),
        success: () => false,
      },
      view: () => null,
      read: (state) => state === true,
      wakes: (before, after) => (before && !after ? 'all' : []),
    });
    const [first, second, ...others] = starts({ ...together(3), gates: [single] });
    expect(first).toBe(1000);
    expect(second).toBeGreaterThan(1010);
    expect(second).toBeLessThan(1010 + 49);
    expect(others).toHaveLength(1);
  });

  it('let retries wait for a circuit, where it would fail fast below them', () => {
    const options: SimulateOptions = {
      ...together(1),
      policy: both(fixed(50), retries(3)),
      service: { latency: 10, outages: [{ kind: 'down', from: 0, to: 1500 }] },
    };
    const circuit = circuitBreaker({ trip: consecutive(1), resetAfter: 1000 });
    const failing = simulate({ ...options, circuit });
    const waiting = simulate({ ...options, gates: [circuit] });
    expect(failing.totals).toMatchObject({ lost: 1, lossReasons: { open: 1 }, attempts: 1 });
    expect(waiting.totals).toMatchObject({ succeeded: 1, attempts: 2, openings: 1 });
    expect(waiting.waits).toMatchObject({ total: 1, most: 1, time: { max: 950 } });
    expect(waiting.circuits).toBe(1);
  });

  it('count the attempts that wait, how long they wait, and the rejected ones', () => {
    const { series, totals, waits } = simulate({
      ...together(4),
      gates: [rateLimit({ limit: 4, per: 1000, maxWaiting: 2 })],
    });
    expect(waits).toMatchObject({ total: 2, most: 2, time: { max: 500 } });
    expect(totals).toMatchObject({ succeeded: 3, rejected: 1, lossReasons: { 'queue-full': 1 } });
    expect(series.waiting.slice(9, 17)).toEqual([0, 2, 2, 1, 1, 1, 0, 0]);
  });

  it('count attempts that still wait at the end', () => {
    const { series, totals, waits } = simulate({ ...together(3), gates: [rateLimit({ limit: 1, per: 60_000 })] });
    expect(totals.unfinished).toBe(2);
    expect(series.waiting.at(-1)).toBe(2);
    expect(waits).toMatchObject({ total: 2, time: { max: 0 } });
  });

  it('are none without gates', () => {
    expect(simulate(together(4)).waits).toEqual({
      total: 0,
      most: 0,
      time: { p50: 0, p90: 0, p99: 0, p999: 0, max: 0 },
    });
  });

  it('give the same result in steps', () => {
    const options: SimulateOptions = {
      ...together(50),
      policy: exponentialBackoff({ base: 50 }),
      gates: [concurrencyLimit({ limit: 3 }), circuitBreaker({ threshold: 4, resetAfter: 200 })],
      service: { outages: [{ kind: 'brown-out', from: 0, to: 3000, share: 0.5 }] },
    };
    const run = createSimulation(options);
    while (!run.advance(7));
    expect(run.result()).toEqual(simulate(options));
  });

  it('are woken although the simulation is played while a gate holds its waiting calls', () => {
    let succeeded = 0;
    const source = defer(() => {
      succeeded = simulate({ ...together(4), gates: [concurrencyLimit({ limit: 1 })] }).totals.succeeded;
      return of(0);
    });
    source.pipe(guard(gate(concurrencyLimit({ limit: 1 })))).subscribe();
    expect(succeeded).toBe(4);
  });
});

const slots = concurrencyLimit({ limit: 1 });

it.each<readonly [Partial<Record<keyof SimulateOptions, unknown>>, string]>([
  [{ gates: slots }, 'gates must be an array of gate policies such as rateLimit() or circuitBreaker(), got an object'],
  [
    { gates: [never] },
    'gates must be an array of gate policies such as rateLimit() or circuitBreaker(), got [an object]',
  ],
  [{ gates: [slots, slots] }, 'an attempt must ask a gate only once, got rxjs-reprise/concurrencyLimit twice'],
  [{ budget: slots, guard: { gates: [slots] } }, 'an attempt must ask a gate only once'],
  [{ guard: slots }, 'there is no option guard.initial, only maxWait, gates'],
  [{ guard: {} }, 'guard.gates must be an array of gate policies'],
  [{ guard: { gates: [] } }, 'guard.gates must be at least one gate policy, got []'],
  [{ guard: { gates: [retryBudget()] } }, 'guard.gates must limit attempts, but rxjs-reprise/retryBudget only limits'],
  [
    { guard: { gates: [slots], maxWait: -1 } },
    'guard.maxWait must be a number of milliseconds, at least 0, or Infinity',
  ],
  [{ circuit: circuitBreaker(), guard: { gates: [slots] } }, 'circuit must not be given with guard; put it into'],
])('simulate rejects gates that cannot be asked: %#', (options, message) => {
  expect(() => simulate({ ...together(1), ...options } as SimulateOptions)).toThrow(message);
});
