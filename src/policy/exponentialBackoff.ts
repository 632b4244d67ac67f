import { count, milliseconds, number, record, rejectOption } from '../options.js';
import { exponentialDelay } from './delays.js';
import { matcher, type RetryOn } from './limits.js';
import type { Policy, Verdict } from './policy.js';
import { jitterDraw, type Jitter } from './jitter.js';
import type { Signal } from './signals.js';

/** Options of {@link exponentialBackoff}. */
export interface ExponentialBackoffOptions {
  /**
   * How many calls in all, including the first: a whole number, at least 1, or Infinity.
   *
   * @defaultValue 5
   */
  readonly maxAttempts?: number;
  /**
   * The delay before the first retry, in milliseconds.
   *
   * @defaultValue 2000
   */
  readonly base?: number;
  /**
   * The ratio of each delay to the one before, at least 1.
   *
   * @defaultValue 2
   */
  readonly factor?: number;
  /**
   * The longest delay including jitter, in milliseconds, at least `base`.
   *
   * @defaultValue 60_000
   */
  readonly cap?: number;
  /**
   * How delays are spread, see {@link Jitter}.
   *
   * @defaultValue true (0.5 to 1.5 times the delay)
   */
  readonly jitter?: Jitter;
  /**
   * The deadline: no retry starts later than this many milliseconds after the first call.
   *
   * @defaultValue unlimited
   */
  readonly maxElapsed?: number;
  /**
   * Which errors to retry: a predicate, an error class, or an array of error classes.
   *
   * @defaultValue every error
   */
  readonly retryOn?: RetryOn;
}

/**
 * Exponential backoff with a cap and jitter. It answers exactly as the composition
 * `within(maxElapsed, onlyIf(retryOn, both(jittered(jitter, exponential(base, factor), { cap }), retries(maxAttempts - 1))))`
 * does, in one reducer, because it is the policy that most bundles contain.
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * preview(exponentialBackoff({ jitter: false })) // => { delays: [2000, 4000, 8000, 16000], reason: 'retries' }
 * preview(exponentialBackoff({ base: 100, cap: 300 }), { random: 1 }).delays // => [150, 300, 300, 300]
 */
export function exponentialBackoff(options: ExponentialBackoffOptions = {}): Policy {
  record('exponentialBackoff', options);
  const { maxAttempts = 5, base = 2000, factor = 2, cap = 60_000, jitter = true, maxElapsed, retryOn } = options;
  count('exponentialBackoff', 'maxAttempts', maxAttempts, 1);
  milliseconds('exponentialBackoff', 'base', base);
  number('exponentialBackoff', 'factor', factor, 1);
  milliseconds('exponentialBackoff', 'cap', cap);
  if (cap < base) rejectOption('exponentialBackoff', 'cap', `at least base (${String(base)})`, cap);
  if (maxElapsed !== undefined) milliseconds('exponentialBackoff', 'maxElapsed', maxElapsed);

  const draw = jitterDraw('exponentialBackoff', 'jitter', jitter, cap);
  const matches = retryOn === undefined ? undefined : matcher('exponentialBackoff', 'retryOn', retryOn);

  const reduce = (state: State, signal: Signal): Verdict<State> => {
    const { kind, now, random } = signal;
    if (kind !== 'ask' && kind !== 'failure') return { state, wait: 0 };
    const { retries } = state;
    const since = maxElapsed === undefined ? null : (state.since ?? now);
    const rest = since === null ? Infinity : Number(maxElapsed) - (now - since);
    const started = since === state.since ? state : { retries, since };
    if (kind === 'ask') return { state: started, wait: 0, atMost: Math.max(0, rest) };
    if (matches !== undefined && !matches(signal.error)) return { state: started, wait: Infinity, reason: 'error' };
    if (retries >= maxAttempts - 1) return { state: started, wait: Infinity, reason: 'retries' };
    const next = { retries: retries + 1, since };
    const wait = draw(exponentialDelay(base, factor, retries), random);
    if (wait > rest) return { state: next, wait: Infinity, reason: 'deadline' };
    return since === null ? { state: next, wait } : { state: next, wait, atMost: rest };
  };
  return { initial, handles: maxElapsed === undefined ? ['failure'] : ['ask', 'failure'], reduce };
}

interface State {
  /** How many retries have been allowed. */
  readonly retries: number;
  /** When the deadline began: at the first signal. `null` without a deadline. */
  readonly since: number | null;
}

const initial: State = { retries: 0, since: null };
