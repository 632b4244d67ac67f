import { expect, it } from 'vitest';
import { both, circuitBreaker, concurrencyLimit, fixed, retryBudget } from 'rxjs-reprise';
import { amplification, schedule, simulate, createSimulation, type SimulateOptions } from 'rxjs-reprise/lab';

/*
 * Invalid options are rejected before the simulation starts. The message names the function, the option and the value.
 */

const good = { clients: 10, duration: 1000 };
const budget = retryBudget();
const down = { kind: 'down', from: 10, to: 20 };

const bad: readonly (readonly [options: unknown, message: string])[] = [
  [undefined, 'options must be an object, got undefined'],
  [{ ...good, clients: 0 }, 'clients must be a whole number, at least 1, got 0'],
  [{ ...good, policy: 3 }, 'policy must be a policy such as retries(3) or exponentialBackoff(), got 3'],
  [{ ...good, circuit: fixed(1) }, 'circuit must be a policy from circuitBreaker(), got an object'],
  [{ ...good, budget: fixed(1) }, 'budget must be a gate policy such as retryBudget(), got an object'],
  [{ ...good, processes: 0 }, 'processes must be a whole number, at least 1, got 0'],
  [{ ...good, processes: 11 }, 'processes must be at most the number of clients (10), got 11'],
  [{ ...good, duration: -1 }, 'duration must be a finite number of milliseconds, at least 1, got -1'],
  [{ ...good, duration: 2 ** 31 }, 'duration must be at most 2147483647 ms, got 2147483648'],
  [{ ...good, slot: NaN }, 'slot must be a finite number of milliseconds, at least 0, got NaN'],
  [{ ...good, slot: 0.001 }, 'slot must be at least duration / 100 000 (0.01), got 0.001'],
  [{ ...good, seed: 0.5 }, 'seed must be a safe integer, got 0.5'],
  [{ ...good, memory: 0 }, 'memory must be a whole number, at least 1, got 0'],
  [{ ...good, observe: 1 }, 'observe must be a function, got 1'],
  [{ ...good, calls: 1 }, 'calls must be an object, got 1'],
  [{ ...good, calls: { every: 0 } }, 'calls.every must be a finite number of milliseconds, at least 1, got 0'],
  [{ ...good, calls: { arrivals: 'odd' } }, `calls.arrivals must be 'poisson' or 'even', got "odd"`],
  [{ ...good, calls: { bursts: 5 } }, 'calls.bursts must be an array of milliseconds, got 5'],
  [{ ...good, calls: { bursts: [-1] } }, 'calls.bursts[0] must be a finite number of milliseconds, at least 0, got -1'],
  [
    { ...good, calls: { burstSpread: -1 } },
    'calls.burstSpread must be a finite number of milliseconds, at least 0, got -1',
  ],
  [
    { ...good, calls: { bursts: [5, 60] } },
    'calls.bursts must be times at least 100 ms apart (burstSpread), got [5, 60]',
  ],
  [{ ...good, service: 1 }, 'service must be an object, got 1'],
  [{ ...good, service: { latency: 0 } }, 'service.latency must be a finite number of milliseconds, at least 1, got 0'],
  [{ ...good, service: { latency: null } }, 'service.latency must be an object, got null'],
  [
    { ...good, service: { latency: { median: 0, p99: 1 } } },
    'service.latency.median must be a finite number of milliseconds, at least 1, got 0',
  ],
  [
    { ...good, service: { latency: { median: 5, p99: 4 } } },
    'service.latency.p99 must be a finite number, at least 5, got 4',
  ],
  [{ ...good, service: { tail: 1 } }, 'service.tail must be an object, got 1'],
  [{ ...good, service: { tail: { share: 2, latency: 5 } } }, 'service.tail.share must be at most 1, got 2'],
  [
    { ...good, service: { tail: { share: 0.1, latency: 0 } } },
    'service.tail.latency must be a finite number of milliseconds, at least 1, got 0',
  ],
  [{ ...good, hedge: 5 }, 'hedge must be an object, got 5'],
  [
    { ...good, hedge: { policy: 5 } },
    'hedge.policy must be a policy such as fixed(100), or one for a gate with a delay',
  ],
  [
    { ...good, hedge: { policy: retryBudget() } },
    'hedge.policy must be a policy such as fixed(100), or one for a gate',
  ],
  [
    { ...good, hedge: { policy: both(fixed(1), retryBudget()) } },
    'hedge.policy must be a policy such as fixed(100), or one for a gate',
  ],
  [{ ...good, hedge: { policy: fixed(1), max: -1 } }, 'hedge.max must be a whole number, at least 0, got -1'],
  [
    { ...good, hedge: { policy: fixed(1), budget: fixed(1) } },
    'hedge.budget must be a policy that limits retries, such as retryBudget(), or an array of them, got an object',
  ],
  [
    { ...good, hedge: { policy: fixed(1), budget: [concurrencyLimit({ limit: 1 })] } },
    'hedge.budget must be a policy that limits retries, such as retryBudget(), or an array of them, got [an object]',
  ],
  [
    { ...good, hedge: { policy: fixed(1), budget: [budget, budget] } },
    'an attempt must ask a gate only once, got rxjs-reprise/retryBudget twice',
  ],
  [
    { ...good, service: { capacity: 0 } },
    'service.capacity must be a number of attempts per second, above 0, or Infinity, got 0',
  ],
  [{ ...good, service: { queue: -1 } }, 'service.queue must be a finite number of milliseconds, at least 0, got -1'],
  [{ ...good, service: { timeout: 0 } }, 'service.timeout must be a finite number of milliseconds, at least 1, got 0'],
  [{ ...good, service: { errorOf: 1 } }, 'service.errorOf must be a function, got 1'],
  [{ ...good, service: { outages: 1 } }, 'service.outages must be an array, got 1'],
  [{ ...good, service: { outages: [1] } }, 'service.outages[0] must be an object, got 1'],
  [
    { ...good, service: { outages: [{ ...down, kind: 'up' }] } },
    `service.outages[0].kind must be 'down', 'brown-out', 'slow', 'reduced' or 'limited', got "up"`,
  ],
  [
    { ...good, service: { outages: [{ ...down, from: -5 }] } },
    'service.outages[0].from must be a finite number of milliseconds, at least 0, got -5',
  ],
  [
    { ...good, service: { outages: [{ ...down, to: Infinity }] } },
    'service.outages[0].to must be a finite number of milliseconds, at least 0, got Infinity',
  ],
  [
    { ...good, service: { outages: [{ ...down, to: 10 }] } },
    'service.outages[0].to must be later than from (10), got 10',
  ],
  [
    { ...good, service: { outages: [down, { ...down, from: 19, to: 30 }] } },
    'service.outages must not overlap, got 10..20 ms and 19..30 ms',
  ],
  [
    { ...good, service: { outages: [{ ...down, kind: 'brown-out', share: 1.5 }] } },
    'service.outages[0].share must be at most 1, got 1.5',
  ],
  [
    { ...good, service: { outages: [{ ...down, kind: 'brown-out' }] } },
    'service.outages[0].share must be a finite number, at least 0, got undefined',
  ],
  [
    { ...good, service: { outages: [{ ...down, kind: 'slow', factor: 0.5 }] } },
    'service.outages[0].factor must be a finite number, at least 1, got 0.5',
  ],
  [
    { ...good, service: { outages: [{ ...down, kind: 'reduced', capacity: 0 }] } },
    'service.outages[0].capacity must be above 0, got 0',
  ],
  [
    { ...good, service: { outages: [{ ...down, kind: 'limited', limit: 0, retryAfter: 1 }] } },
    'service.outages[0].limit must be a whole number, at least 1, got 0',
  ],
  [
    { ...good, service: { outages: [{ ...down, kind: 'limited', limit: 1, retryAfter: -1 }] } },
    'service.outages[0].retryAfter must be a finite number of milliseconds, at least 0, got -1',
  ],
];

it.each(bad)('rejects %j', (options, message) => {
  expect(() => simulate(options as SimulateOptions)).toThrow(`simulate: ${message}`);
  expect(() => createSimulation(options as SimulateOptions)).toThrow(`createSimulation: ${message}`);
});

it('accepts a circuit breaker, and Infinity for no regular calls', () => {
  expect(simulate({ ...good, circuit: circuitBreaker(), calls: { every: Infinity } }).totals.calls).toBe(0);
});

it('rejects invalid options of amplification and schedule', () => {
  expect(() => amplification(good, [])).toThrow(
    'amplification: lengths must be an array of at least one number of milliseconds',
  );
  expect(() => amplification(good, [0])).toThrow('amplification: lengths[0] must be a finite number of milliseconds');
  expect(() => amplification({ ...good, duration: 500 }, [10, 500])).toThrow(
    new RangeError('amplification: lengths[1] must be shorter than duration (500), got 500'),
  );
  expect(() => amplification(undefined as never, [10])).toThrow(
    new TypeError('amplification: options must be an object, got undefined'),
  );
  expect(() => schedule(3 as never)).toThrow(
    'schedule: policy must be a policy such as retries(3) or exponentialBackoff(), got 3',
  );
  expect(() => schedule(fixed(1), 3 as never)).toThrow('schedule: options must be an object, got 3');
  expect(() => schedule(fixed(1), { retries: 0 })).toThrow(
    'schedule: retries must be a whole number, at least 1, got 0',
  );
  expect(() => schedule(fixed(1), { retries: 1001 })).toThrow(
    new RangeError('schedule: retries must be at most 1000, got 1001'),
  );
  expect(() => schedule(fixed(1), { clients: -1 })).toThrow('schedule: clients must be a whole number, at least 0');
});
