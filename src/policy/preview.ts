import { rejectOption, whole } from '../options.js';
import { anything, readOptions } from '../readOptions.js';
import type { Reason } from '../reasons.js';
import { checkPolicy, step, type Policy, type Verdict } from './policy.js';
import type { Ask, Signal } from './signals.js';

/** Options of {@link preview}. */
export interface PreviewOptions {
  /**
   * After how many failures to stop: a whole number, at least 0.
   *
   * @defaultValue as many as the array `random` has draws, otherwise 10
   */
  readonly failures?: number | undefined;
  /**
   * The error of each attempt: a value, or a function of the attempt's number.
   *
   * @defaultValue an Error
   */
  readonly error?: unknown;
  /**
   * The draws in [0, 1]: one for all failures, an array with one for each, or a function.
   *
   * @defaultValue 0.5
   */
  readonly random?: (number | readonly number[] | (() => number)) | undefined;
}

/** The result of {@link preview}. */
export interface Preview {
  /** The milliseconds before each retry. */
  readonly delays: number[];
  /** Why the policy said no, `'rejected'` if it gave no reason; `undefined` if it did not say no. */
  readonly reason: Reason | undefined;
}

/**
 * Shows, without waiting, what a policy does if every attempt fails at once: each delay until it says no, and the reason.
 * Time passes only in the waits. `random: 0` and `random: 1` give the earliest and the latest schedule (exactly, except
 * for {@link smoothExponential} and {@link followedBy}).
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
  const {
    error = new Error('preview'),
    random,
    ...rest
  } = readOptions('preview', options, {
    failures: [whole, undefined, 0],
    error: [anything, undefined],
    random: [anything, 0.5],
  });
  const { failures = Array.isArray(random) ? random.length : 10 } = rest;
  const draws = drawsFrom(random, failures);
  const errorOf = typeof error === 'function' ? (error as (attempt: number) => unknown) : () => error;

  const stream = new PreviewedStream(policy);
  const delays: number[] = [];
  let verdict = stream.ask({ kind: 'ask', ticket: 1, random: draws[0] ?? 0, attempt: 1 });
  for (const [index, random] of draws.entries()) {
    if (verdict.wait === Infinity) break;
    const attempt = index + 1;
    const error = errorOf(attempt);
    verdict = stream.send({ kind: 'failure', ticket: attempt, now: stream.now, random, took: 0, error });
    if (verdict.wait === Infinity) break;
    const { wait } = verdict;
    stream.pass(wait);
    verdict = stream.ask({ kind: 'ask', ticket: attempt + 1, random, attempt: attempt + 1, error });
    if (verdict.wait < Infinity) delays.push(saturate(wait + verdict.wait));
  }
  return { delays, reason: verdict.wait === Infinity ? (verdict.reason ?? 'rejected') : undefined };
}

/** One stream that follows a policy in simulated time. */
class PreviewedStream {
  now = 0;
  private state: unknown;

  constructor(private readonly policy: Policy) {
    this.state = policy.initial;
  }

  send(signal: Signal): Verdict {
    const verdict = step(this.policy, this.state, signal);
    this.state = verdict.state;
    return verdict;
  }

  /** Asks until the attempt is admitted or rejected. The wait of the answer is the sum of all postponements. */
  ask(ask: Omit<Ask, 'now'>): Verdict {
    let waited = 0;
    for (let asked = 0; asked < 10_000; asked += 1) {
      const verdict = this.send({ ...ask, now: this.now });
      if (verdict.wait === 0) return { state: this.state, wait: waited };
      if (verdict.wait === Infinity) return verdict;
      waited += verdict.wait;
      this.pass(verdict.wait);
    }
    throw new RangeError('preview: the policy postponed one attempt 10 000 times; it never admits it');
  }

  pass(ms: number): void {
    this.now = saturate(this.now + ms);
  }
}

/** However long the waits, their sum stays a finite number. */
const saturate = (ms: number): number => Math.min(Number.MAX_VALUE, ms);

function drawsFrom(random: NonNullable<PreviewOptions['random']>, failures: number): number[] {
  const draw = (index: number): unknown => {
    if (typeof random === 'function') return random();
    return Array.isArray(random) ? random[index] : random;
  };
  return Array.from({ length: failures }, (_, index) => {
    const value = draw(index);
    return isDraw(value) ? value : rejectOption('preview', 'random', 'a draw in [0, 1] for each failure', value);
  });
}

const isDraw = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;
