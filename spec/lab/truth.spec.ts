import { defer, map, timer, VirtualTimeScheduler } from 'rxjs';
import { expect, it } from 'vitest';
import {
  both,
  circuit,
  circuitBreak,
  circuitBreaker,
  consecutive,
  decorrelated,
  exponential,
  exponentialBackoff,
  failureRate,
  fibonacci,
  hinted,
  immediate,
  jittered,
  resetAfterUptime,
  resetOn,
  retries,
  retryBudget,
  retryWithPolicy,
  gate,
  retryThrottle,
  retryQuota,
  within,
  type CircuitBreakerOptions,
  type Policy,
  type GatePolicy,
} from 'rxjs-reprise';
import { simulate, type AttemptStart, type Failed, type SimulateOptions } from 'rxjs-reprise/lab';
import { Arrivals } from '../../src/lab/model/arrivals.js';
import { planFrom } from '../../src/lab/options.js';
import { Service } from '../../src/lab/model/service.js';
import { randomSources } from '../../src/lab/simulation.js';

/*
 * Compares the simulation with the operators: 200 real streams in RxJS's virtual time, with the same seed. They share only
 * what is outside of the library: the arrivals and the service.
 */

interface Case {
  readonly policy: Policy;
  readonly circuit?: CircuitBreakerOptions;
  readonly budget?: GatePolicy;
  readonly processes?: number;
  readonly errorOf?: (failed: Failed) => unknown;
}

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

const options: SimulateOptions = {
  clients: 200,
  calls: { every: Infinity, bursts: [1000], burstSpread: 15_000 },
  service: {
    latency: { median: 40, p99: 300 },
    capacity: 20,
    queue: 900,
    timeout: 600,
    outages: [
      { kind: 'down', from: 2000, to: 5000 },
      { kind: 'limited', from: 6000, to: 8000, limit: 20, retryAfter: 300 },
      { kind: 'brown-out', from: 9000, to: 12_000, share: 0.4 },
      { kind: 'slow', from: 13_000, to: 15_000, factor: 4 },
    ],
  },
  duration: 60_000,
};

const optionsOf = ({ policy, circuit, budget, processes, errorOf }: Case, seed: number): SimulateOptions => ({
  ...options,
  policy,
  ...(circuit && { circuit: circuitBreaker(circuit) }),
  ...(budget && { budget }),
  ...(processes && { processes }),
  service: { ...options.service, ...(errorOf && { errorOf }) },
  seed,
});

/** Plays a case with the operators. Returns every attempt that reached the service, and how many streams succeeded. */
function playOperators(each: Case, seed: number): { attempts: AttemptStart[]; succeeded: number } {
  const { calls, clients, service: settings, duration } = planFrom('playOperators', optionsOf(each, seed));
  const { processes = 1 } = each;
  const random = randomSources(seed);
  const scheduler = new VirtualTimeScheduler(undefined, duration);
  const live = { scheduler, random: random.policies };
  const service = new Service(settings, random.service);
  const circuits = Array.from({ length: processes }, () => circuit({ ...each.circuit, ...live }));
  const gates = each.budget ? [gate(each.budget, live)] : [];
  const arrivals = new Arrivals(calls, clients, random.arrivals);
  const attempts: AttemptStart[] = [];
  let succeeded = 0;

  for (let call = 1; call <= clients; call += 1) {
    let attempt = 0;
    const source = defer(() => {
      const at = scheduler.now();
      service.attempt(at);
      attempts.push({ call, attempt: (attempt += 1), at });
      const { took, error } = service;
      const answer = timer(took, scheduler);
      return answer.pipe(
        map(() => {
          if (error !== undefined) throw error;
          return undefined;
        }),
      );
    });
    const ownCircuit = circuits[arrivals.client % processes];
    const attemptSource = each.circuit && ownCircuit ? source.pipe(circuitBreak(ownCircuit)) : source;
    // Its parts are not shown, so that a circuit of each call is accepted.
    const policy = { ...each.policy, parts: () => [] };
    const stream = attemptSource.pipe(retryWithPolicy(policy, { ...live, gates }));
    scheduler.schedule(
      () => stream.subscribe({ error: () => undefined, complete: () => (succeeded += 1) }),
      arrivals.at,
    );
    arrivals.advance();
  }
  scheduler.flush();
  return { attempts, succeeded };
}

it.each(Object.entries(cases))('plays %s as the operators do', (_, each) => {
  for (const seed of [1, 2, 3]) {
    const attempts: AttemptStart[] = [];
    const { totals } = simulate({ ...optionsOf(each, seed), observe: (start) => attempts.push(start) });
    const truth = playOperators(each, seed);
    expect(attempts).toEqual(truth.attempts);
    expect(totals.succeeded).toBe(truth.succeeded);
    expect(attempts.length).toBeGreaterThan(90);
  }
});
