import {
  consecutive,
  failureRate,
  failures,
  sequence,
  slowRate,
  type CircuitBreakerOptions,
  type Trip,
} from 'rxjs-reprise';
import vectors from '../gates/circuit/conformance.json' with { type: 'json' };

/*
 * Conformance vectors: the behaviour of the best-known circuit breakers. Each has a configuration, events at their
 * instants, and expectations after some of them.
 */

interface Config {
  readonly trip:
    | { readonly kind: 'consecutive'; readonly failures: number }
    | { readonly kind: 'kOfN'; readonly failures: number; readonly of: number }
    | {
        readonly kind: 'rate';
        readonly failureRate: number;
        readonly minCalls: number;
        readonly window: { readonly ms: number; readonly buckets: number } | { readonly count: number };
        readonly slow?: { readonly ms: number; readonly rate: number };
      };
  readonly openMs?: number;
  readonly openList?: readonly number[];
  readonly halfOpen: { readonly calls: number; readonly successThreshold?: number; readonly failureRate?: number };
}

interface VectorEvent {
  readonly at_ms: number;
  readonly op: string;
  readonly id?: string;
  readonly outcome?: string;
  readonly count?: number;
  readonly duration_ms?: number;
  readonly ms?: number;
}

interface Expectation {
  readonly after: number;
  readonly state?: string;
  readonly admitted?: number;
  readonly failures?: number;
  readonly successes?: number;
  readonly retryAfterMs?: number;
  readonly error?: string;
}

export interface Vector {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly config: Config;
  readonly events: readonly VectorEvent[];
  readonly expect: readonly Expectation[];
}

const all = vectors as readonly unknown[] as readonly Vector[];

/** The vectors of the pure policy, and those of the operator, with their titles. */
export const titled = (isForOperator: boolean): [title: string, vector: Vector][] =>
  all
    .filter(({ group }) => (group === 'rx') === isForOperator)
    .map((vector) => [`${vector.id} ${vector.name}`, vector]);

/** The configuration as options of the library. */
export function optionsOf({ trip, openMs, openList, halfOpen }: Config): CircuitBreakerOptions {
  const { calls } = halfOpen;
  return {
    trip: rulesOf(trip),
    resetAfter: openList === undefined ? (openMs ?? NaN) : sequence(openList),
    halfOpen: { probes: calls, allowedFailures: firstBad(halfOpen) - 1, probeTimeout: openMs ?? openList?.[0] ?? NaN },
    classify: (error) => (error === 'ignored' ? 'ignore' : 'failure'),
  };
}

function rulesOf(trip: Config['trip']): Trip | Trip[] {
  if (trip.kind === 'consecutive') return consecutive(trip.failures);
  if (trip.kind === 'kOfN') return failures(trip.failures, { calls: trip.of });
  const { failureRate: rate, minCalls, window, slow } = trip;
  const minimum = Math.max(1, minCalls);
  const span = 'count' in window ? { calls: window.count } : { window: window.ms, buckets: window.buckets };
  const rule = failureRate(rate, { ...span, minimum });
  return slow === undefined ? rule : [rule, slowRate(slow.rate, { ...span, minimum, slowerThan: slow.ms })];
}

/** Which bad probe opens the circuit again, from 1. */
function firstBad({ calls, successThreshold, failureRate: rate }: Config['halfOpen']): number {
  if (successThreshold !== undefined) return calls - successThreshold + 1;
  return rate === undefined ? 1 : Math.max(1, Math.ceil(rate * calls));
}
