import { circuitBreaker } from '../gates/circuit/circuitBreaker.js';
import { consecutive, failureRate, failures, slowRate, type Trip } from '../gates/circuit/trip.js';
import { latencyQuantile } from '../gates/latencyQuantile.js';
import { aimd } from '../gates/limits/adaptive/aimd.js';
import type { AdaptiveLimit } from '../gates/limits/adaptive/rule.js';
import { vegas } from '../gates/limits/adaptive/vegas.js';
import { adaptiveThrottle } from '../gates/limits/adaptiveThrottle.js';
import { concurrencyLimit } from '../gates/limits/concurrencyLimit.js';
import { rateLimit } from '../gates/limits/rateLimit.js';
import { retryBudget } from '../gates/limits/retryBudget.js';
import { retryQuota } from '../gates/limits/retryQuota.js';
import { retryThrottle } from '../gates/limits/retryThrottle.js';
import { list } from '../options.js';
import { both, either, followedBy } from '../policy/combine.js';
import { exponential, fibonacci, fixed, immediate, linear, never, sequence } from '../policy/delays.js';
import { exponentialBackoff } from '../policy/exponentialBackoff.js';
import { jittered } from '../policy/jitter.js';
import { onlyIf, retries, within } from '../policy/limits.js';
import type { Policy } from '../policy/policy.js';
import { fixedRetry } from '../policy/presets.js';
import { decorrelated, smoothExponential } from '../policy/randomDelays.js';
import { resetAfterUptime, resetOn } from '../policy/resets.js';
import { capped, hinted } from '../policy/shape.js';

/*
 * The words: the functions whose results can be written as JSON, and the names of their arguments there.
 */

/** The argument that is an object of options. Its options stand beside the other arguments. */
export const options = '...';

interface Entry {
  readonly make: (...args: any[]) => Policy | Trip | AdaptiveLimit;
  readonly args: readonly string[];
}

export const words: Readonly<Record<string, Entry>> = {
  exponentialBackoff: { make: exponentialBackoff, args: [options] },
  fixedRetry: { make: fixedRetry, args: [options] },

  exponential: { make: exponential, args: ['ms', 'factor'] },
  fibonacci: { make: fibonacci, args: ['ms'] },
  fixed: { make: fixed, args: ['ms'] },
  immediate: { make: () => immediate, args: [] },
  linear: { make: linear, args: ['ms'] },
  never: { make: () => never, args: [] },
  sequence: { make: sequence, args: ['delays'] },
  decorrelated: { make: decorrelated, args: [options] },
  smoothExponential: { make: smoothExponential, args: ['ms', options] },

  onlyIf: { make: onlyIf, args: ['retryOn', 'policy'] },
  retries: { make: retries, args: ['n'] },
  within: { make: within, args: ['ms', 'policy'] },

  jittered: { make: jittered, args: ['kind', 'policy', options] },
  capped: { make: capped, args: ['ms', 'policy'] },
  hinted: { make: hinted, args: ['policy', options] },

  both: { make: (policies: unknown) => both(...policiesIn('both', policies)), args: ['policies'] },
  either: { make: (policies: unknown) => either(...policiesIn('either', policies)), args: ['policies'] },
  followedBy: { make: followedBy, args: ['first', 'second'] },
  resetAfterUptime: { make: resetAfterUptime, args: ['ms', 'policy'] },
  resetOn: { make: resetOn, args: ['predicate', 'policy'] },

  circuitBreaker: { make: circuitBreaker, args: [options] },
  consecutive: { make: consecutive, args: ['n'] },
  failureRate: { make: failureRate, args: ['rate', options] },
  failures: { make: failures, args: ['n', options] },
  slowRate: { make: slowRate, args: ['rate', options] },

  retryBudget: { make: retryBudget, args: [options] },
  retryQuota: { make: retryQuota, args: [options] },
  retryThrottle: { make: retryThrottle, args: [options] },
  adaptiveThrottle: { make: adaptiveThrottle, args: [options] },
  rateLimit: { make: rateLimit, args: [options] },
  concurrencyLimit: { make: concurrencyLimit, args: [options] },
  aimd: { make: aimd, args: [options] },
  vegas: { make: vegas, args: [options] },
  latencyQuantile: { make: latencyQuantile, args: ['quantile', options] },
};

function policiesIn(where: string, policies: unknown): readonly Policy[] {
  list(where, 'policies', 'an array of at least one policy', policies);
  return policies as readonly Policy[];
}
