import { record, refuse, whole } from '../options.js';
import type { Reason } from '../errors.js';
import { checkPolicy, step, type Policy, type Verdict } from './policy.js';
import type { Ask, Signal } from './signals.js';

/** Options of {@link preview}. */
export interface PreviewOptions {
  /** After how many failures to stop looking: a whole number; 10 unless told, or as many as `random` has draws. */
  readonly failures?: number;
  /** What each attempt fails with: a value, or a function of the attempt's number; an Error unless told. */
  readonly error?: unknown;
  /** The draws in [0, 1]: one for all, an array with one for each failure, or a function; 0.5 unless told. */
  readonly random?: number | readonly number[] | (() => number);
}

/** What {@link preview} saw. */
export interface Preview {
  /** The milliseconds before each retry. */
  readonly delays: number[];
  /** Why the policy said no, `'rejected'` if it gave no reason; `undefined` if it never did. */
  readonly reason: Reason | undefined;
}

/**
 * What a policy would do if every attempt failed at once, without waiting: each delay until it says no, and why it did.
 * Time passes only in the waits. `random: 0` and `random: 1` are the earliest and the latest schedule (exact, but for
 * {@link smoothExponential} and {@link followedBy}).
 *
 * @throws RangeError | TypeError if an option is out of range, if the policy answers a wait that is not a number of at
 * least 0, or if it postpones one attempt 10 000 times
 *
 * @example
 * preview(both(exponential(100), retries(2))) // => { delays: [100, 200], reason: 'retries' }
 * preview(jittered('full', fixed(100)), { random: [0, 0.25, 0.5] }).delays // => [0, 25, 50]
 */
export function preview(policy: Policy, options: PreviewOptions = {}): Preview {
  checkPolicy('preview', 'policy', policy);
  record('preview', options);
  const { error = new Error('preview'), random = 0.5 } = options;
  const { failures = Array.isArray(random) ? random.length : 10 } = options;
  whole('preview', 'failures', failures, 0);
  const draws = drawn(random, failures);
  const errorOf = typeof error === 'function' ? (error as (attempt: number) => unknown) : () => error;

  let state = policy.initial;
  let now = 0;
  const told = (signal: Signal): Verdict => {
    const verdict = step(policy, state, signal);
    state = verdict.state;
    return verdict;
  };
  /** However long the waits, the time stays a number. */
  const pass = (ms: number): void => {
    now = Math.min(Number.MAX_VALUE, now + ms);
  };
  const admitted = (ask: Omit<Ask, 'now'>): Verdict => {
    let waited = 0;
    for (let asked = 0; asked < 10_000; asked += 1) {
      const verdict = told({ ...ask, now });
      if (verdict.wait === 0) return { state, wait: waited };
      if (verdict.wait === Infinity) return verdict;
      waited += verdict.wait;
      pass(verdict.wait);
    }
    throw new RangeError('preview: policy must let an attempt start in the end, got 10 000 postponements of one');
  };

  const delays: number[] = [];
  let verdict = admitted({ kind: 'ask', ticket: 1, random: draws[0] ?? 0, attempt: 1 });
  for (const [index, random] of draws.entries()) {
    if (verdict.wait === Infinity) break;
    const attempt = index + 1;
    const error = errorOf(attempt);
    verdict = told({ kind: 'failure', ticket: attempt, now, random, took: 0, error });
    if (verdict.wait === Infinity) break;
    const { wait } = verdict;
    pass(wait);
    verdict = admitted({ kind: 'ask', ticket: attempt + 1, random, attempt: attempt + 1, error });
    if (verdict.wait < Infinity) delays.push(Math.min(Number.MAX_VALUE, wait + verdict.wait));
  }
  return { delays, reason: verdict.wait === Infinity ? (verdict.reason ?? 'rejected') : undefined };
}

function drawn(random: NonNullable<PreviewOptions['random']>, failures: number): number[] {
  const draw = (index: number): unknown => {
    if (typeof random === 'function') return random();
    return Array.isArray(random) ? random[index] : random;
  };
  return Array.from({ length: failures }, (_, index) => {
    const value = draw(index);
    return isDraw(value) ? value : refuse('preview', 'random', 'a draw in [0, 1] for each failure', value);
  });
}

const isDraw = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;
