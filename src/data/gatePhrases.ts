import type { CircuitBreakerOptions } from '../gates/circuit/options.js';
import type { Span } from '../gates/circuit/span.js';
import type { RateOptions, SlowRateOptions, Trip } from '../gates/circuit/trip.js';
import type { LatencyQuantileOptions } from '../gates/latencyQuantile.js';
import type { AdaptiveLimitOptions } from '../gates/limits/adaptive/adaptiveLimit.js';
import type { AimdOptions } from '../gates/limits/adaptive/aimd.js';
import type { VegasOptions } from '../gates/limits/adaptive/vegas.js';
import type { AdaptiveThrottleOptions } from '../gates/limits/adaptiveThrottle.js';
import type { ConcurrencyLimitOptions } from '../gates/limits/concurrencyLimit.js';
import type { RateLimitOptions } from '../gates/limits/rateLimit.js';
import type { RetryBudgetOptions } from '../gates/limits/retryBudget.js';
import type { RetryQuotaOptions } from '../gates/limits/retryQuota.js';
import type { RetryThrottleOptions } from '../gates/limits/retryThrottle.js';
import type { Complete } from '../readOptions.js';
import type { Phrase, Speaker } from './speaker.js';
import { counted, percent, plain, time } from './units.js';

/*
 * What `describe` says for circuits, their rules and limits.
 */

export const gatePhrases: Readonly<Record<string, Phrase>> = {
  circuitBreaker: (speaker, { resetAfter, maxOpen, halfOpen, classify, onCancel, ...rule }: CircuitBreakerOptions) => {
    const { probes, allowedFailures, probeTimeout } = halfOpen as Probing;
    return facts('circuitBreaker', [
      opening(speaker, rule),
      typeof resetAfter === 'number'
        ? `open ${time(resetAfter)}`
        : `open ${speaker.part(resetAfter as never, 'resetAfter')}`,
      `hint ≤ ${time(Number(maxOpen))}`,
      probes === 1 ? '' : counted(probes, 'probe'),
      allowedFailures === 0 ? '' : `${String(allowedFailures)} may fail`,
      probeTimeout === undefined ? '' : `probe timeout ${time(probeTimeout)}`,
      classified(speaker, classify),
      onCancel === 'failure' ? 'a cancel is a failure' : '',
    ]);
  },
  consecutive: (_, n: number) => `${counted(n, 'failure')} in a row`,
  failureRate: (_, rate: number, options: RateOptions) =>
    `${percent(rate)} failures in ${span(options)}${few(options)}`,
  failures: (_, n: number, options: Span) => `${counted(n, 'failure')} in ${span(options)}`,
  slowRate: (_, rate: number, options: SlowRateOptions) =>
    `${percent(rate)} slower than ${time(options.slowerThan)} in ${span(options)}${few(options)}`,

  retryBudget: (_, { ratio, reserve, window }: Complete<RetryBudgetOptions>) =>
    facts('retryBudget', [
      `${percent(ratio)} of first attempts in ${time(window)}`,
      `plus ${plain(reserve)} per second`,
    ]),
  retryQuota: ({ name }, { capacity, cost, refund }: Complete<RetryQuotaOptions>) => {
    const price = typeof cost === 'function' ? name(cost, 'cost') : plain(cost);
    return facts('retryQuota', [`capacity ${plain(capacity)}`, `cost ${price}`, `refund ${plain(refund)}`]);
  },
  retryThrottle: (speaker, { maxTokens, tokenRatio, classify }: RetryThrottleOptions) =>
    facts('retryThrottle', [
      counted(maxTokens, 'token'),
      `${plain(tokenRatio)} per success`,
      classified(speaker, classify),
    ]),
  adaptiveThrottle: (speaker, { k, window, classify }: AdaptiveThrottleOptions) =>
    facts('adaptiveThrottle', [`k ${plain(Number(k))} in ${time(Number(window))}`, classified(speaker, classify)]),
  rateLimit: (_, { limit, per, burst, maxWaiting }: Complete<RateLimitOptions>) =>
    facts('rateLimit', [
      `${String(limit)} per ${time(per)}`,
      burst === 1 ? '' : `burst ${String(burst)}`,
      queue(maxWaiting),
    ]),
  concurrencyLimit: ({ part }, { limit, maxWaiting }: Complete<ConcurrencyLimitOptions>) =>
    facts('concurrencyLimit', [
      typeof limit === 'number' ? `${String(limit)} at a time` : part(limit, 'limit'),
      queue(maxWaiting),
    ]),
  aimd: (speaker, { timeout, backoff, classify, ...bounds }: AimdOptions) =>
    facts('aimd', [
      range(bounds),
      timeout === undefined ? '' : `timeout ${time(timeout)}`,
      `×${plain(Number(backoff))} at a failure`,
      classified(speaker, classify),
    ]),
  vegas: (speaker, { alpha, beta, classify, ...bounds }: VegasOptions) =>
    facts('vegas', [
      range(bounds),
      alpha === undefined ? '' : `alpha ${plain(alpha)}`,
      beta === undefined ? '' : `beta ${plain(beta)}`,
      classified(speaker, classify),
    ]),
  latencyQuantile: (_, quantile: number, { initial, min, max }: LatencyQuantileOptions) =>
    facts('latencyQuantile', [
      percent(quantile),
      initial === undefined ? '' : `at first ${time(initial)}`,
      max === Infinity ? `at least ${time(Number(min))}` : `${time(Number(min))} to ${time(Number(max))}`,
    ]),
};

/** The options of `halfOpen` with their defaults. */
interface Probing {
  readonly probes: number;
  readonly allowedFailures: number;
  readonly probeTimeout: number | undefined;
}

/** The bounds of a limit that follows a service. */
const range = ({ initial, min, max }: AdaptiveLimitOptions): string =>
  [
    initial === undefined ? '' : `from ${String(initial)}, `,
    `at least ${String(min)}`,
    max === undefined ? '' : `, at most ${String(max)}`,
  ].join('');

const facts = (name: string, all: readonly string[]): string =>
  `${name}(${all.filter((fact) => fact !== '').join(', ')})`;

function opening({ part }: Speaker, { trip, threshold, window }: CircuitBreakerOptions): string {
  if (trip === undefined) return `${counted(Number(threshold), 'failure')} in ${time(Number(window))}`;
  const trips = (Array.isArray(trip) ? trip : [trip]) as readonly Trip[];
  return trips.map((each) => part(each, 'trip')).join(' or ');
}

const span = ({ window, calls }: Span): string => (window === undefined ? counted(calls, 'call') : time(window));

/** The calls that the rule needs, if they are not the default. */
const few = ({ minimum }: RateOptions): string =>
  minimum === 10 ? '' : ` of at least ${counted(Number(minimum), 'call')}`;

const classified = ({ name }: Speaker, classify: unknown): string =>
  classify === undefined ? '' : `classify ${name(classify, 'classify')}`;

const queue = (maxWaiting: number): string => (maxWaiting === Infinity ? '' : `at most ${String(maxWaiting)} waiting`);
