import type { ExponentialBackoffOptions } from '../policy/exponentialBackoff.js';
import type { FixedRetryOptions } from '../policy/presets.js';
import type { HintOptions } from '../policy/shape.js';
import type { Jitter } from '../policy/jitter.js';
import type { RetryOn } from '../policy/limits.js';
import type { Policy } from '../policy/policy.js';
import type { Complete } from '../readOptions.js';
import type { Phrase, Speaker } from './speaker.js';
import { counted, time } from './units.js';

/*
 * What `describe` says for the policies of one call. What a function does to the policy inside it follows that policy after a comma.
 */

const mostDelays = 8;

export const phrases: Readonly<Record<string, Phrase>> = {
  exponentialBackoff: (speaker, options: Complete<ExponentialBackoffOptions>) => {
    const { maxAttempts, base, factor, cap, jitter, maxElapsed, retryOn, retryAfter, maxRetryAfter } = options;
    const delays = `${time(base)} ×${String(factor)} ≤ ${time(cap)}`;
    const facts = [
      delays,
      spread(jitter),
      counted(maxAttempts, 'attempt'),
      deadline(maxElapsed),
      only(speaker, retryOn),
    ];
    const hints = retryAfter === false ? '' : hint(speaker, retryAfter, 'retryAfter', maxRetryAfter);
    return `exponentialBackoff(${joined([...facts, hints])})`;
  },
  fixedRetry: (speaker, { maxAttempts, delay, retryOn }: Complete<FixedRetryOptions>) =>
    `fixedRetry(${joined([time(delay), counted(maxAttempts, 'attempt'), only(speaker, retryOn)])})`,

  exponential: (_, ms: number, factor: number) => `exponential ${time(ms)} ×${String(factor)}`,
  fibonacci: (_, ms: number) => `fibonacci ${time(ms)}`,
  fixed: (_, ms: number) => `fixed ${time(ms)}`,
  immediate: () => 'immediate',
  linear: (_, ms: number) => `linear ${time(ms)}`,
  never: () => 'never',
  sequence: (_, delays: readonly number[]) => {
    const shown = delays.slice(0, mostDelays).map(time);
    const rest = delays.length > mostDelays ? [`… ${counted(delays.length, 'delay')}`] : [];
    return `sequence [${joined([...shown, ...rest])}]`;
  },
  decorrelated: (_, { base, cap }: { readonly base: number; readonly cap: number }) =>
    `decorrelated ${time(base)} ≤ ${time(cap)}`,
  smoothExponential: (_, ms: number, { cap }: { readonly cap?: number }) =>
    `smoothExponential ${time(ms)}${atMost(cap)}`,

  onlyIf: (speaker, retryOn: RetryOn, policy: Policy) => joined([inside(speaker, policy), only(speaker, retryOn)]),
  retries: (_, n: number) => counted(n + 1, 'attempt'),
  within: (speaker, ms: number, policy: Policy) => joined([inside(speaker, policy), deadline(ms)]),

  jittered: (speaker, kind: Jitter, policy: Policy, { cap }: { readonly cap?: number }) =>
    joined([inside(speaker, policy) + atMost(cap), spread(kind)]),
  capped: (speaker, ms: number, policy: Policy) => `${inside(speaker, policy)}, capped at ${time(ms)}`,
  hinted: (speaker, policy: Policy, { from, max, past }: Complete<HintOptions>) => {
    const how = past === 'clamp' ? ', clamped' : '';
    return joined([inside(speaker, policy), hint(speaker, from, 'from', max) + how]);
  },

  both: (speaker, policies: readonly Policy[]) => `both(${all(speaker, policies)})`,
  either: (speaker, policies: readonly Policy[]) => `either(${all(speaker, policies)})`,
  followedBy: (speaker, ...policies: Policy[]) => `followedBy(${all(speaker, policies)})`,
  resetAfterUptime: (speaker, ms: number, policy: Policy) =>
    `${inside(speaker, policy)}, reset after ${time(ms)} of uptime`,
  resetOn: (speaker, predicate: unknown, policy: Policy) =>
    `${inside(speaker, policy)}, reset on ${speaker.name(predicate, 'predicate')}`,
};

const joined = (facts: readonly string[]): string => facts.filter((fact) => fact !== '').join(', ');

const inside = ({ part }: Speaker, policy: Policy): string => part(policy, 'policy');

const all = (speaker: Speaker, policies: readonly Policy[]): string =>
  joined(policies.map((policy) => inside(speaker, policy)));

const atMost = (cap: number | undefined): string => (cap === undefined ? '' : ` ≤ ${time(cap)}`);

const deadline = (ms: number | undefined): string => (ms === undefined ? '' : `within ${time(ms)}`);

function spread(kind: Jitter): string {
  if (kind === false) return 'no jitter';
  if (kind === true) return 'jitter ±50 %';
  return typeof kind === 'string' ? `jitter ${kind}` : `jitter ×${String(kind[0])} to ×${String(kind[1])}`;
}

function only({ name }: Speaker, retryOn: RetryOn | undefined): string {
  if (retryOn === undefined) return '';
  const kinds = Array.isArray(retryOn) ? (retryOn as readonly unknown[]) : [retryOn];
  return `only if ${kinds.map((each) => name(each, 'retryOn')).join(' or ')}`;
}

function hint({ name }: Speaker, from: unknown, option: string, max: number): string {
  const origin = typeof from === 'function' ? ` of ${name(from, option)}` : '';
  return `hint${origin} ≤ ${time(max)}`;
}
