import fc from 'fast-check';
import {
  consecutive,
  exponential,
  failureRate,
  failures,
  fixed,
  jittered,
  never,
  onFailure,
  sequence,
  slowRate,
  type CircuitBreakerOptions,
  type Outcome,
  type Policy,
  type Span,
  type Trip,
} from 'rxjs-reprise';
import type { NaiveEnd, NaiveOptions, NaiveRule } from './naiveCircuit.js';

/*
 * Random circuit breakers, as plain data that is translated twice: to the options of the library, and to those of the
 * naive circuit.
 */

/** Which calls a rule counts. A time window has buckets of whole milliseconds. */
type Reach = { readonly calls: number } | { readonly buckets: number; readonly width: number };

type Rule =
  | { readonly rule: 'consecutive'; readonly n: number }
  | { readonly rule: 'failures'; readonly n: number; readonly span: Span }
  | { readonly rule: 'failureRate'; readonly rate: number; readonly reach: Reach; readonly minimum: number }
  | {
      readonly rule: 'slowRate';
      readonly rate: number;
      readonly reach: Reach;
      readonly minimum: number;
      readonly slowerThan: number;
    };

type OpenTimes =
  | { readonly times: 'a number' | 'fixed' | 'exponential' | 'jittered'; readonly ms: number }
  | { readonly times: 'by error'; readonly ms: number }
  | { readonly times: 'sequence'; readonly list: readonly number[] }
  | { readonly times: 'never' };

export interface Breaker {
  readonly rules: readonly Rule[];
  readonly openTimes: OpenTimes;
  readonly probes: number;
  readonly allowedFailures: number;
  readonly probeTimeout: number | undefined;
  readonly maxOpen: number;
  readonly onCancel: 'failure' | 'ignore';
}

/** What an error says about the dependency; `'throw'` = classify throws. */
export const errors = ['down', 'throw', 'fine', 'ignored', 'later'] as const;
export type ErrorName = (typeof errors)[number];

/** The `retryAfter` of an error. */
export const hintOf = (error: ErrorName): number => (error === 'later' ? 333 : -1);
export const errorOf = (error: ErrorName): unknown => (error === 'later' ? { error, retryAfter: 333 } : { error });
export const outcomeOf = (error: ErrorName): Outcome =>
  error === 'fine' ? 'success' : error === 'ignored' ? 'ignore' : 'failure';

const small = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const reach: fc.Arbitrary<Reach> = fc.oneof(
  fc.record({ calls: small(40) }),
  fc.record({ buckets: small(5), width: small(60) }),
);
const rate = fc.constantFrom(0.1, 0.5, 0.6, 1);
const minimum = small(6);

const span = fc.oneof(
  small(200).map((within): Span => ({ window: within })),
  fc.integer({ min: 4, max: 40 }).map((calls): Span => ({ calls })),
);

const rule: fc.Arbitrary<Rule> = fc.oneof(
  fc.record({ rule: fc.constant('consecutive' as const), n: small(4) }),
  fc.record({
    rule: fc.constant('failures' as const),
    n: small(4),
    span,
  }),
  fc.record({ rule: fc.constant('failureRate' as const), rate, reach, minimum }),
  fc.record({ rule: fc.constant('slowRate' as const), rate, reach, minimum, slowerThan: fc.nat(50) }),
);

const openTimes: fc.Arbitrary<OpenTimes> = fc.oneof(
  fc.record({
    times: fc.constantFrom('a number', 'fixed', 'exponential', 'jittered', 'by error'),
    ms: small(100),
  }),
  fc.record({ times: fc.constant('sequence' as const), list: fc.array(small(100), { minLength: 1, maxLength: 3 }) }),
  fc.record({ times: fc.constant('never' as const) }),
);

export const breakers: fc.Arbitrary<Breaker> = fc
  .record({
    rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
    openTimes,
    probes: small(4),
    allowedFailures: fc.nat(3),
    probeTimeout: fc.option(small(200), { nil: undefined }),
    maxOpen: fc.oneof(small(400), fc.constant(300_000)),
    onCancel: fc.constantFrom('failure', 'ignore'),
  })
  .map((breaker) => ({ ...breaker, allowedFailures: Math.min(breaker.allowedFailures, breaker.probes - 1) }));

// Options of the library

export function optionsOf({
  rules,
  openTimes,
  probes,
  allowedFailures,
  probeTimeout,
  maxOpen,
  onCancel,
}: Breaker): CircuitBreakerOptions {
  const halfOpen = { probes, allowedFailures };
  return {
    trip: rules.map(tripOf),
    resetAfter: resetAfterOf(openTimes),
    halfOpen: probeTimeout === undefined ? halfOpen : { ...halfOpen, probeTimeout },
    classify: ({ error }: { readonly error: ErrorName }) => {
      if (error === 'throw') throw new Error('classify cannot say');
      return outcomeOf(error);
    },
    maxOpen,
    onCancel,
  };
}

function tripOf(rule: Rule): Trip {
  if (rule.rule === 'consecutive') return consecutive(rule.n);
  if (rule.rule === 'failures') return failures(rule.n, rule.span);
  const { rate, reach, minimum } = rule;
  const span = 'calls' in reach ? reach : { window: reach.buckets * reach.width, buckets: reach.buckets };
  return rule.rule === 'failureRate'
    ? failureRate(rate, { ...span, minimum })
    : slowRate(rate, { ...span, minimum, slowerThan: rule.slowerThan });
}

function resetAfterOf(openTimes: OpenTimes): number | Policy {
  switch (openTimes.times) {
    case 'a number':
      return openTimes.ms;
    case 'fixed':
      return fixed(openTimes.ms);
    case 'exponential':
      return exponential(openTimes.ms, 3);
    case 'jittered':
      return jittered('equal', exponential(openTimes.ms));
    case 'by error':
      return onFailure(0, (state, { error }) => ({ state, wait: openTimes.ms * lengthOf(error) }));
    case 'sequence':
      return sequence(openTimes.list);
    case 'never':
      return never;
  }
}

/** Throws if there is no error, as a policy does that reads the headers of a response. */
const lengthOf = (error: unknown): number => (error as { readonly error: ErrorName }).error.length;

// Options of the naive circuit

export const naiveOf = ({ rules, openTimes, ...rest }: Breaker): NaiveOptions => ({
  ...rest,
  rules: rules.map(naiveRule),
  openTime: (n, draw, error) => naiveTime(openTimes, rest.maxOpen, n, draw, error),
});

function naiveTime(openTimes: OpenTimes, maxOpen: number, n: number, draw: number, error: unknown): number | undefined {
  switch (openTimes.times) {
    case 'a number':
    case 'fixed':
      return openTimes.ms;
    case 'exponential':
      return openTimes.ms * 3 ** (n - 1);
    case 'jittered':
      return openTimes.ms * 2 ** (n - 1) * (0.5 + draw / 2);
    case 'by error':
      return error === undefined ? undefined : Math.min(maxOpen, openTimes.ms * lengthOf(error));
    case 'sequence':
      return openTimes.list[n - 1] ?? openTimes.list.at(-1) ?? NaN;
    case 'never':
      return 60_000;
  }
}

const bad = (ends: readonly NaiveEnd[]): NaiveEnd[] => ends.filter(({ isBad }) => isBad);
const latest = (ends: readonly NaiveEnd[]): number => ends.reduce((latest, { at }) => Math.max(latest, at), -Infinity);

function naiveRule(rule: Rule): NaiveRule {
  switch (rule.rule) {
    case 'consecutive':
      return {
        counted: (ends) => ends,
        isReached: (ends) => ends.length >= rule.n && ends.slice(-rule.n).every(({ isBad }) => isBad),
        ahead: () => 0,
      };
    case 'failures': {
      const { calls, window: within = NaN } = rule.span;
      const recent = (ends: readonly NaiveEnd[], now: number): NaiveEnd[] =>
        calls === undefined ? bad(ends).filter(({ at }) => now - at < within) : bad(ends.slice(-calls));
      return {
        counted: (ends, now) =>
          calls === undefined
            ? [...recent(ends, now).slice(-rule.n), ...ends.filter(({ isBad }) => !isBad)]
            : ends.slice(-calls),
        isReached: (ends, now) => recent(ends, now).length >= rule.n,
        ahead: (ends, now) => (calls === undefined ? latest(bad(ends)) - now : 0),
      };
    }
    case 'failureRate':
    case 'slowRate': {
      const { rate, reach, minimum } = rule;
      const counted = (ends: readonly NaiveEnd[], now: number): readonly NaiveEnd[] =>
        'calls' in reach
          ? ends.slice(-reach.calls)
          : ends.filter(({ at }) => now < (Math.floor(at / reach.width) + reach.buckets) * reach.width);
      const enough = 'calls' in reach ? Math.min(minimum, reach.calls) : minimum;
      return {
        ...(rule.rule === 'slowRate' ? { slowerThan: rule.slowerThan } : {}),
        counted,
        isReached(ends, now) {
          const some = counted(ends, now);
          return some.length >= enough && bad(some).length >= rate * some.length;
        },
        ahead: (ends, now) =>
          'calls' in reach || ends.length === 0
            ? 0
            : (Math.floor(latest(ends) / reach.width) - Math.floor(now / reach.width)) * reach.width,
      };
    }
  }
}
