import { describe, expect, it } from 'vitest';
import {
  both,
  circuitBreaker,
  concurrencyLimit,
  consecutive,
  decorrelated,
  exponential,
  exponentialBackoff,
  failureRate,
  fibonacci,
  fixed,
  hinted,
  immediate,
  jittered,
  latencyQuantile,
  rateLimit,
  resetAfterUptime,
  resetOn,
  retries,
  retryBudget,
  retryQuota,
  retryThrottle,
  within,
  type GatePolicy,
} from 'rxjs-reprise';
import { playLab, playOperators, type Case } from '../support/truth.js';

/*
 * Compares the simulation with the operators: 200 real streams in RxJS's virtual time, with the same seed. `truth.law.ts`
 * next to it does so for random cases.
 */

/** A budget that handles every signal, so that each one draws a random number. Its verdicts depend on these draws and on tickets. */
const handlesEverything: GatePolicy<number> = {
  ...retryBudget(),
  read: () => 0,
  parse: () => 0,
  initial: 0,
  handles: ['ask', 'value', 'success', 'failure', 'cancel'],
  reduce: (state, { kind, random, ticket }) =>
    kind === 'ask' && (state > 0.9 || ticket % 17 === 0)
      ? { state: 0, wait: Infinity }
      : { state: kind === 'ask' ? state : random, wait: 0 },
};

const cases: Readonly<Record<string, Case>> = {
  'a backoff with jitter': { policy: exponentialBackoff({ base: 200, maxAttempts: 6, jitter: 'full' }) },
  'a backoff within a deadline, with hints': {
    policy: within(9000, hinted(both(jittered(true, exponential(150)), retries(8)))),
  },
  'decorrelated jitter and a circuit': {
    policy: both(decorrelated({ base: 100, cap: 5000 }), retries(7)),
    circuit: { threshold: 5, window: 2000, resetAfter: 1500 },
  },
  'a circuit with a rate, jittered open times and two probes': {
    policy: exponentialBackoff({ base: 50, maxAttempts: 20 }),
    circuit: {
      trip: failureRate(0.5, { calls: 10 }),
      resetAfter: jittered('equal', exponential(400)),
      halfOpen: { probes: 2, allowedFailures: 1, probeTimeout: 300 },
    },
  },
  'a circuit, and immediate retries': {
    policy: both(immediate, retries(3)),
    circuit: { threshold: 8, window: 1000, resetAfter: 700 },
  },
  'a budget': { policy: exponentialBackoff({ base: 100, maxAttempts: 8 }), budget: retryBudget({ reserve: 1 }) },
  'a retry quota and a circuit': {
    policy: exponentialBackoff({ base: 100, maxAttempts: 8 }),
    budget: retryQuota({ capacity: 100, cost: 4 }),
    circuit: { threshold: 30, window: 2000, resetAfter: 1500 },
  },
  'a circuit in each of four processes': {
    policy: exponentialBackoff({ base: 100 }),
    circuit: { trip: consecutive(2), resetAfter: 500 },
    processes: 4,
  },
  'a policy that handles values and uptimes, and a fatal error': {
    policy: resetAfterUptime(
      100,
      resetOn(() => true, both(fibonacci(60), retries(5))),
    ),
    budget: handlesEverything,
    errorOf: (failed) => (failed === 'timeout' ? new DOMException('aborted', 'AbortError') : new Error(failed)),
  },
  'a budget, and a circuit in the policy that makes attempts wait': {
    policy: both(exponential(100), retries(6), circuitBreaker({ threshold: 3, resetAfter: 800 })),
    budget: retryBudget({ ratio: 0.3, reserve: 0 }),
  },
  'a budget that knows waiting attempts, and a circuit in the policy that makes them wait': {
    policy: both(exponential(100), retries(6), circuitBreaker({ threshold: 3, resetAfter: 800 })),
    budget: { ...handlesEverything, handles: ['ask', 'value', 'success', 'failure', 'cancel', 'abandon'] },
  },
  'a budget that numbers attempts at each ask, and a circuit in the policy that makes them wait': {
    policy: both(exponential(100), retries(6), circuitBreaker({ threshold: 3, resetAfter: 800 })),
    budget: handlesEverything,
  },
  'a throttle, and a circuit in the policy': {
    policy: both(exponential(100), retries(6), circuitBreaker({ threshold: 3, resetAfter: 800 })),
    budget: retryThrottle({ maxTokens: 50, tokenRatio: 0.5 }),
  },
};

const backoff = exponentialBackoff({ base: 100, maxAttempts: 6 });

/** Gates that make calls wait. */
const waits: Readonly<Record<string, Case>> = {
  'retries that wait for a circuit': {
    policy: exponentialBackoff({ base: 100, maxAttempts: 8 }),
    gates: [{ circuit: { threshold: 5, window: 2000, resetAfter: 1500 } }],
  },
  'retries that wait for a circuit with jittered open times and two probes': {
    policy: backoff,
    gates: [
      {
        circuit: {
          trip: failureRate(0.5, { calls: 10 }),
          resetAfter: jittered('equal', exponential(400)),
          halfOpen: { probes: 2, allowedFailures: 1, probeTimeout: 300 },
        },
      },
    ],
  },
  'a rate limit at the retry': { policy: backoff, gates: [rateLimit({ limit: 10, per: 1000 })] },
  'a rate limit with a burst and a short queue': {
    policy: backoff,
    gates: [rateLimit({ limit: 4, per: 1000, burst: 3, maxWaiting: 12 })],
  },
  'a concurrency limit at the retry': { policy: backoff, gates: [concurrencyLimit({ limit: 3 })] },
  'a concurrency limit with a short queue': {
    policy: both(immediate, retries(5)),
    gates: [concurrencyLimit({ limit: 2, maxWaiting: 4 })],
  },
  'a budget and three gates at once': {
    policy: backoff,
    budget: retryBudget({ reserve: 2 }),
    gates: [
      rateLimit({ limit: 15, per: 1000 }),
      concurrencyLimit({ limit: 4 }),
      { circuit: { threshold: 8, resetAfter: 900 } },
    ],
  },
  'gates in each of four processes': {
    policy: both(immediate, retries(4)),
    gates: [concurrencyLimit({ limit: 1 }), { circuit: { trip: consecutive(2), resetAfter: 500 } }],
    processes: 4,
  },
  'a circuit that fails fast below a rate limit': {
    policy: backoff,
    circuit: { threshold: 5, resetAfter: 800 },
    gates: [rateLimit({ limit: 12, per: 1000 })],
  },
  'a guard that waits for a rate limit and for a slot': {
    policy: backoff,
    guard: { gates: [rateLimit({ limit: 12, per: 1000 }), concurrencyLimit({ limit: 3 })], maxWait: 1500 },
  },
  'a guard that waits for ever, and a circuit in it': {
    policy: backoff,
    guard: {
      gates: [{ circuit: { threshold: 6, resetAfter: 700 } }, concurrencyLimit({ limit: 4 })],
      maxWait: Infinity,
    },
  },
  'a guard that does not wait': { policy: backoff, guard: { gates: [concurrencyLimit({ limit: 2 })] } },
  'gates at the retry and a guard below it': {
    policy: resetAfterUptime(100, backoff),
    budget: handlesEverything,
    gates: [concurrencyLimit({ limit: 5 })],
    guard: {
      gates: [rateLimit({ limit: 10, per: 1000, burst: 2 }), { circuit: { threshold: 9, resetAfter: 600 } }],
      maxWait: 2500,
    },
  },
  'a circuit in the policy that makes attempts wait, and a limit': {
    policy: both(exponential(100), retries(6), circuitBreaker({ threshold: 3, resetAfter: 800 })),
    gates: [concurrencyLimit({ limit: 3 })],
  },
};

/** Hedges. The service is slow enough for many of them. */
const hedges: Readonly<Record<string, Case>> = {
  'a hedge after a fixed time': { policy: backoff, hedge: { policy: fixed(60) } },
  'a hedge without a wait': { policy: backoff, hedge: { policy: immediate, max: 2 } },
  'three hedges with jittered waits, and a circuit': {
    policy: backoff,
    circuit: { threshold: 5, window: 2000, resetAfter: 1500 },
    hedge: { policy: jittered('full', fixed(80)), max: 3 },
  },
  'hedges that a budget pays': {
    policy: backoff,
    hedge: { policy: fixed(40), max: 2, budget: retryBudget({ ratio: 0.2, reserve: 0.5 }) },
  },
  'hedges whose budget draws random numbers': {
    policy: backoff,
    hedge: { policy: fixed(40), max: 2, budget: handlesEverything },
  },
  'hedges after a learnt delay': {
    policy: backoff,
    hedge: { policy: latencyQuantile(0.8), budget: retryQuota({ capacity: 50, cost: 5 }) },
  },
  'hedges above a guard that waits, below gates at the retry': {
    policy: backoff,
    budget: retryBudget({ reserve: 2 }),
    gates: [concurrencyLimit({ limit: 6 })],
    hedge: { policy: fixed(50), max: 2 },
    guard: {
      gates: [{ circuit: { threshold: 9, resetAfter: 600 } }, concurrencyLimit({ limit: 5 })],
      maxWait: 400,
    },
  },
  'hedges above a guard that does not wait, in each of four processes': {
    policy: both(immediate, retries(4)),
    hedge: { policy: latencyQuantile(0.5) },
    guard: { gates: [concurrencyLimit({ limit: 1 })] },
    processes: 4,
  },
};

describe('the lab', () => {
  it.each(Object.entries({ ...cases, ...waits, ...hedges }))('plays %s as the operators do', (_, each) => {
    for (const seed of [1, 2, 3]) {
      const played = playLab(each, seed);
      expect(played).toEqual(playOperators(each, seed));
      expect(played.attempts.length).toBeGreaterThan(60);
    }
  });
});
