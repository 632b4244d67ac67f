import { defer, map, timer, VirtualTimeScheduler } from 'rxjs';
import {
  circuit,
  circuitBreak,
  circuitBreaker,
  gate,
  guard,
  hedge,
  retryWithPolicy,
  type CircuitBreakerOptions,
  type GatePolicy,
  type Policy,
  type RetryEvent,
} from 'rxjs-reprise';
import { simulate, type AttemptStart, type Failed, type SimulateOptions } from 'rxjs-reprise/lab';
import { Arrivals } from '../../src/lab/model/arrivals.js';
import { Service } from '../../src/lab/model/service.js';
import { planFrom } from '../../src/lab/plan.js';
import { randomSources } from '../../src/lab/simulation.js';

/*
 * Plays a case in the lab, and with real streams in RxJS's virtual time with the same seed. The two share only what is
 * outside of the library: the arrivals and the service.
 */

type DelayPolicy = GatePolicy<any, { readonly delay: number }>;

/** The policy of a gate, or the options of a circuit. */
export type CaseGate = GatePolicy | { readonly circuit: CircuitBreakerOptions };

export interface Case {
  readonly policy: Policy;
  readonly circuit?: CircuitBreakerOptions;
  readonly budget?: GatePolicy;
  /** At the retry. */
  readonly gates?: readonly CaseGate[];
  /** Below the retry. */
  readonly guard?: { readonly gates: readonly CaseGate[]; readonly maxWait?: number };
  readonly hedge?: {
    readonly policy: Policy | DelayPolicy;
    readonly max?: number;
    readonly budget?: GatePolicy;
  };
  readonly processes?: number;
  readonly errorOf?: (failed: Failed) => unknown;
  /** Other clients, calls and service. */
  readonly traffic?: SimulateOptions;
}

const storm: SimulateOptions = {
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

const simulated = (each: CaseGate): GatePolicy => ('circuit' in each ? circuitBreaker(each.circuit) : each);

const optionsOf = (
  { policy, circuit, budget, gates, guard: below, hedge: hedged, processes, errorOf, traffic = storm }: Case,
  seed: number,
): SimulateOptions => ({
  ...traffic,
  ...(gates && { gates: gates.map(simulated) }),
  ...(below && { guard: { ...below, gates: below.gates.map(simulated) } }),
  policy,
  ...(hedged && { hedge: hedged }),
  ...(circuit && { circuit: circuitBreaker(circuit) }),
  ...(budget && { budget }),
  ...(processes && { processes }),
  service: { ...traffic.service, ...(errorOf && { errorOf }) },
  seed,
});

/** What a play has in the end. */
export interface Played {
  /** Every attempt that reached the service. */
  readonly attempts: readonly AttemptStart[];
  /** How many calls ended in each slot of time. */
  readonly successes: readonly number[];
  readonly lost: readonly number[];
  readonly lossReasons: Readonly<Record<string, number>>;
}

export function playLab(each: Case, seed: number): Played {
  const attempts: AttemptStart[] = [];
  const { series, totals } = simulate({ ...optionsOf(each, seed), observe: (start) => attempts.push(start) });
  return { attempts, successes: series.successes, lost: series.lost, lossReasons: totals.lossReasons };
}

export function playOperators(each: Case, seed: number): Played {
  const { calls, clients, service: settings, duration, slot } = planFrom('playOperators', optionsOf(each, seed));
  const { processes = 1 } = each;
  const random = randomSources(seed);
  const scheduler = new VirtualTimeScheduler(undefined, duration);
  const live = { scheduler, random: random.policies };
  const service = new Service(settings, random.service);
  const liveGate = (of: CaseGate) => ('circuit' in of ? circuit({ ...of.circuit, ...live }) : gate(of, live));
  const hedgeOf = ({ policy, max = 1, budget }: NonNullable<Case['hedge']>) =>
    hedge<undefined>('view' in policy ? gate(policy, live) : policy, {
      ...live,
      max,
      budget: budget && gate(budget, live),
    });
  const makeGates = () => ({
    circuit: each.circuit && circuit({ ...each.circuit, ...live }),
    gates: [...(each.budget ? [each.budget] : []), ...(each.gates ?? [])].map(liveGate),
    below: each.guard?.gates.map(liveGate),
    hedged: each.hedge && hedgeOf(each.hedge),
  });
  const made: ReturnType<typeof makeGates>[] = [];
  const ofProcess = (index: number) => (made[index] ??= makeGates());
  const arrivals = new Arrivals(calls, clients, random.arrivals);
  const attempts: AttemptStart[] = [];
  const noEnds = (): number[] => Array.from({ length: Math.round(duration / slot) }, () => 0);
  const [successes, lost] = [noEnds(), noEnds()];
  const lossReasons: Record<string, number> = {};
  const count = (counts: number[]): void => {
    const index = Math.floor(scheduler.now() / slot);
    counts[index] = Number(counts[index]) + 1;
  };

  for (let call = 1; call <= clients; call += 1) {
    let attempt = 0;
    let reason = '';
    const source = defer(() => {
      const at = scheduler.now();
      service.attempt(at);
      attempts.push({ call, attempt, at });
      const { took, error } = service;
      const answer = timer(took, scheduler);
      return answer.pipe(
        map(() => {
          if (error !== undefined) throw error;
          return undefined;
        }),
      );
    });
    const own = ofProcess(arrivals.client % processes);
    const guarded = own.below
      ? source.pipe(guard(own.below, { ...live, maxWait: each.guard?.maxWait ?? 0 }))
      : own.circuit
        ? source.pipe(circuitBreak(own.circuit))
        : source;
    // Its parts are not shown, so that a circuit of each call is accepted.
    const policy = { ...each.policy, parts: () => [] };
    const observe = (event: RetryEvent): void => {
      if (event.kind === 'attempt') attempt = event.attempt;
      if ('reason' in event) reason = event.reason;
    };
    const stream = (own.hedged ? guarded.pipe(own.hedged) : guarded).pipe(
      retryWithPolicy(policy, { ...live, gates: own.gates, observe }),
    );
    const error = (): void => {
      count(lost);
      lossReasons[reason] = (lossReasons[reason] ?? 0) + 1;
    };
    const complete = (): void => {
      count(successes);
    };
    scheduler.schedule(() => stream.subscribe({ error, complete }), arrivals.at);
    arrivals.advance();
  }
  scheduler.flush();
  return { attempts, successes, lost, lossReasons };
}
