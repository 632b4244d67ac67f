import { count, milliseconds, number, rejectOption } from '../options.js';
import { readOptions } from '../readOptions.js';
import { exponentialDelay } from './delays.js';
import { aMinute, afterHint, checkHint, hintOf, ownHint } from './hint.js';
import { matcher, type RetryOn } from './limits.js';
import type { Policy, Verdict } from './policy.js';
import { jitterDraw, jitterRange, type Jitter } from './jitter.js';
import type { Signal } from './signals.js';

/** Options of {@link exponentialBackoff}. */
export interface ExponentialBackoffOptions {
  /**
   * How many calls in all, including the first: a whole number, at least 1, or Infinity.
   *
   * @defaultValue 5
   */
  readonly maxAttempts?: number | undefined;
  /**
   * The delay before the first retry, in milliseconds, not seconds.
   *
   * @defaultValue 2000
   */
  readonly base?: number | undefined;
  /**
   * The ratio of each delay to the one before, at least 1.
   *
   * @defaultValue 2
   */
  readonly factor?: number | undefined;
  /**
   * The longest delay including jitter, in milliseconds, at least `base`.
   *
   * @defaultValue 60_000
   */
  readonly cap?: number | undefined;
  /**
   * How delays are spread, see {@link Jitter}.
   *
   * @defaultValue true (0.5 to 1.5 times the delay)
   */
  readonly jitter?: Jitter | undefined;
  /**
   * The deadline: no retry starts later than this many milliseconds, not seconds, after the first call.
   *
   * @defaultValue unlimited
   */
  readonly maxElapsed?: number | undefined;
  /**
   * Which errors to retry: a predicate, an error class, or an array of error classes.
   *
   * @defaultValue every error
   */
  readonly retryOn?: RetryOn | undefined;
  /**
   * Whether to respect the delay that a server asks for (the hint). `true` reads the `retryAfter` of an error, in
   * milliseconds; a function reads it elsewhere, and returns `undefined` for none. The wait is the hint plus the delay, so
   * clients with the same hint do not return in the same millisecond. `maxElapsed` bounds it.
   *
   * @defaultValue false
   */
  readonly retryAfter?: boolean | ((error: any) => number | undefined) | undefined;
  /**
   * The longest hint to respect, in milliseconds. A longer one ends the retrying with reason `'hint'`.
   *
   * @defaultValue 60_000
   */
  readonly maxRetryAfter?: number | undefined;
}

/**
 * Exponential backoff with a cap and jitter. It answers exactly as the composition
 * `within(maxElapsed, onlyIf(retryOn, hinted(both(jittered(jitter, exponential(base, factor), { cap }), retries(maxAttempts - 1)))))`
 * does, in one reducer, because it is the policy that most bundles contain.
 *
 * It counts all failures of a subscription. For a stream that lives long, let it begin again:
 * `resetAfterUptime(60_000, exponentialBackoff())` after a connection that held for a minute, `resetOn(isHealthy, ..)` at a
 * value.
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * preview(exponentialBackoff({ jitter: false })) // => { delays: [2000, 4000, 8000, 16000], reason: 'retries' }
 * preview(exponentialBackoff({ base: 100, cap: 300 }), { random: 1 }).delays // => [150, 300, 300, 300]
 *
 * @example
 * // the delay that a server asks for, within a deadline
 * const policy = exponentialBackoff({ base: 100, jitter: false, retryAfter: true, maxElapsed: 10_000 });
 * preview(policy, { failures: 2, error: { retryAfter: 3000 } }).delays // => [3100, 3200]
 * preview(policy, { error: { retryAfter: 20_000 } }) // => { delays: [], reason: 'deadline' }
 */
export function exponentialBackoff(options: ExponentialBackoffOptions = {}): Policy {
  return backoff('exponentialBackoff', options);
}

/** {@link exponentialBackoff} under the name by which the user called it. */
export function backoff(where: string, options: ExponentialBackoffOptions): Policy {
  const settings = readOptions(where, options, rows);
  const { maxAttempts, base, factor, cap, jitter, maxElapsed, retryOn, retryAfter, maxRetryAfter } = settings;
  if (cap < base) rejectOption(where, 'cap', `at least base (${String(base)})`, cap);
  const draw = jitterDraw(where, 'jitter', jitter, cap);
  const matches = retryOn === undefined ? undefined : matcher(where, 'retryOn', retryOn);
  const read = retryAfter === true ? ownHint : retryAfter;

  const reduce = (state: State, signal: Signal): Verdict<State> => {
    const { kind, now, random } = signal;
    if (kind !== 'ask' && kind !== 'failure') return { state, wait: 0 };
    const { retries } = state;
    const since = maxElapsed === undefined ? null : (state.since ?? now);
    const rest = since === null ? Infinity : Number(maxElapsed) - (now - since);
    const started = since === state.since ? state : { retries, since };
    if (kind === 'ask') return { state: started, wait: 0, atMost: Math.max(0, rest) };
    const { error } = signal;
    if (matches !== undefined && !matches(error)) return { state: started, wait: Infinity, reason: 'error' };
    if (retries >= maxAttempts - 1) return { state: started, wait: Infinity, reason: 'retries' };
    const next = { retries: retries + 1, since };
    const hint = read ? hintOf(where, 'retryAfter', read, error) : 0;
    const wait = afterHint(hint, draw(exponentialDelay(base, factor, retries), random));
    if (hint > maxRetryAfter) return { state: next, wait: Infinity, reason: 'hint' };
    if (wait > rest) return { state: next, wait: Infinity, reason: 'deadline' };
    return since === null ? { state: next, wait } : { state: next, wait, atMost: rest };
  };
  return {
    initial,
    handles: maxElapsed === undefined ? ['failure'] : ['ask', 'failure'],
    reduce,
    word: [reduce, 'exponentialBackoff', settings],
  };
}

const rows = {
  maxAttempts: [count, 5, 1],
  base: [milliseconds, 2000],
  factor: [number, 2, 1],
  cap: [milliseconds, 60_000],
  jitter: [jitterRange, true],
  maxElapsed: [milliseconds, undefined],
  retryOn: [matcher, undefined],
  retryAfter: [checkHint, false],
  maxRetryAfter: [milliseconds, aMinute],
} as const;

interface State {
  /** How many retries have been allowed. */
  readonly retries: number;
  /** When the deadline began: at the first signal. `null` without a deadline. */
  readonly since: number | null;
}

const initial: State = { retries: 0, since: null };
