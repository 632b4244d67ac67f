import { asyncScheduler, concatMap, defer, throwError, type MonoTypeOperatorFunction, type SchedulerLike } from 'rxjs';
import { callable, isList, milliseconds, record, refuse } from '../../options.js';
import { checkScheduler, checkedRandom } from '../../time/clock.js';
import { wait } from '../../time/wait.js';
import { seededRandom } from '../../policy/seededRandom.js';

/** What befalls an attempt: milliseconds before it begins, an error in its place, or (`{}`) nothing. */
export interface Fault {
  /** Milliseconds that it begins or fails later, finite, at least 0; 0 unless told. */
  readonly latency?: number;
  /** What it fails with, in place of the source, which is not subscribed; it does not fail unless told. */
  readonly error?: unknown;
}

/** Options of {@link faults}. */
export interface FaultOptions {
  /** Whether anything is injected, or a function that is asked for each attempt; false unless told. */
  readonly enabled?: boolean | (() => boolean);
  /** Which share of the attempts fails, in [0, 1]; 0 unless told. */
  readonly rate?: number;
  /** What they fail with: a function of the attempt's number; an Error unless told. */
  readonly error?: (attempt: number) => unknown;
  /** How many milliseconds later an attempt begins or fails, or a function that is asked; 0 unless told. */
  readonly latency?: number | (() => number);
  /** Which share of the attempts is late, in [0, 1]; all unless told. */
  readonly latencyRate?: number;
  /** By script instead of by chance: a fault for each attempt; after the last one the source is healthy. */
  readonly script?: readonly Fault[];
  /** For the same chance on every run: a safe integer. */
  readonly seed?: number;
  /** The source of chance: numbers in [0, 1); `Math.random` unless told. Not with a seed. */
  readonly random?: () => number;
  /** The maker of delays; RxJS's `asyncScheduler` unless told. */
  readonly scheduler?: SchedulerLike;
}

/**
 * Injects failures and latency into a healthy source, by chance or by script, to see in a test or in a staging environment
 * that what is above copes. Off unless enabled. Put it where the call is, below the retry: each subscription is an attempt.
 *
 * ```
 * source                                      -a|
 * faults({ enabled: true, script: [{ error }, { latency: 2 }] })
 * first subscription                          #
 * second subscription                         ---a|
 * third subscription                          -a|
 * ```
 *
 * An operator value counts and draws for all of its attempts, so make it once and keep it. Two draws are made for each
 * attempt, for its failure and for its latency, whatever the rates: another latency does not change which attempts fail.
 * The model are Polly's chaos strategies (injection rate, fault and latency generators, enabled).
 *
 * @throws RangeError | TypeError naming the option and the value, when the operator is made. Into the stream: the error;
 * the same for what a function answers; what a function throws
 *
 * @example
 * const chaos = faults<string>({ enabled: true, rate: 0.5, seed: 7 });
 * const outcomes = [1, 2, 3, 4].map(() => firstValueFrom(of('ok').pipe(chaos)).catch((error) => error.message));
 * await Promise.all(outcomes)
 * // => ['faults: attempt 1 was made to fail', 'ok', 'ok', 'faults: attempt 4 was made to fail']
 */
export function faults<T>(options: FaultOptions = {}): MonoTypeOperatorFunction<T> {
  record('faults', options);
  const { enabled = false, scheduler = asyncScheduler } = options;
  if (typeof enabled !== 'boolean' && typeof enabled !== 'function') {
    refuse('faults', 'enabled', 'true, false or a function', enabled, TypeError);
  }
  checkScheduler('faults', scheduler);
  const faultOf = options.script === undefined ? byChance(options) : byScript(options.script, options);
  let attempt = 0;
  return (source) =>
    defer(() => {
      if (!(typeof enabled === 'function' ? enabled() : enabled)) return source;
      attempt += 1;
      const fault = faultOf(attempt);
      const { latency = 0 } = fault;
      const outcome = 'error' in fault ? throwError(() => fault.error) : source;
      return latency === 0 ? outcome : wait(latency, scheduler, () => 0).pipe(concatMap(() => outcome));
    });
}

function byScript(
  script: unknown,
  { rate, latency, latencyRate, error, seed, random }: FaultOptions,
): (attempt: number) => Fault {
  if (!isList(script)) return refuse('faults', 'script', 'an array of faults', script, TypeError);
  for (const [option, value] of Object.entries({ rate, latency, latencyRate, error, seed, random })) {
    if (value !== undefined) refuse('faults', option, 'left out where there is a script', value, TypeError);
  }
  const faults = script.map((fault, index): Fault => {
    record('faults', fault, `script[${String(index)}]`);
    const other = Object.keys(fault as Fault).find((key) => key !== 'latency' && key !== 'error');
    if (other !== undefined) refuse('faults', `script[${String(index)}]`, 'of latency and error', other, TypeError);
    const { latency: ms = 0 } = fault as Fault;
    milliseconds('faults', `script[${String(index)}].latency`, ms);
    return { ...(fault as Fault) };
  });
  return (attempt) => faults[attempt - 1] ?? {};
}

function byChance(options: FaultOptions): (attempt: number) => Fault {
  const { rate = 0, latency = 0, latencyRate = 1, error = injected } = options;
  share('rate', rate);
  share('latencyRate', latencyRate);
  callable('faults', 'error', error);
  if (typeof latency !== 'function') milliseconds('faults', 'latency', latency);
  const draw = checkedRandom('faults', chanceOf(options));
  const late = (): number => {
    const ms = typeof latency === 'function' ? latency() : latency;
    milliseconds('faults', 'the answer of latency', ms);
    return ms;
  };
  return (attempt) => {
    const [fails, isLate] = [draw() < rate, draw() < latencyRate];
    return { ...(isLate ? { latency: late() } : {}), ...(fails ? { error: error(attempt) } : {}) };
  };
}

const injected = (attempt: number): Error => new Error(`faults: attempt ${String(attempt)} was made to fail`);

function chanceOf({ seed, random }: FaultOptions): () => number {
  if (random !== undefined) callable('faults', 'random', random);
  if (seed === undefined) return random ?? Math.random;
  if (random !== undefined) refuse('faults', 'random', 'left out where there is a seed', random, TypeError);
  return seededRandom(seed);
}

function share(option: string, value: unknown): void {
  if (!(typeof value === 'number' && value >= 0 && value <= 1)) refuse('faults', option, 'a share in [0, 1]', value);
}
