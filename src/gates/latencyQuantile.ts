import { milliseconds, rejectOption } from '../options.js';
import { readOptions } from '../readOptions.js';
import { worded } from '../policy/word.js';
import { gatePolicy, type GatePolicy } from './gatePolicy.js';
import { countFrom, numberFrom, recordOf } from './parser.js';
import { stateReader } from './snapshot.js';

/*
 * Why not a histogram? An attempt that lost against its hedge was cancelled, so how long it would have taken is unknown. A
 * histogram without it forgets the slow attempts, its quantile sinks, more calls are hedged, and it sinks further. The
 * rule here needs only whether an attempt took longer than the delay, and a cancelled loser has told that.
 */

/** Options of {@link latencyQuantile}. */
export interface LatencyQuantileOptions {
  /**
   * The delay until enough attempts have been measured: milliseconds, from `min` to `max`.
   *
   * @defaultValue Infinity: no hedge until then
   */
  readonly initial?: number | undefined;
  /** The shortest delay: milliseconds, at least 1. @defaultValue 1 */
  readonly min?: number | undefined;
  /** The longest delay: milliseconds, at least `min`, or Infinity. @defaultValue Infinity */
  readonly max?: number | undefined;
}

/** The status of a {@link latencyQuantile}. */
export interface LatencyQuantileView {
  /** After how many milliseconds to hedge; Infinity while that is not known. */
  readonly delay: number;
  /** Whether enough attempts have been measured. */
  readonly isReady: boolean;
}

/** The longest attempt while it is not ready, then the quantile; and how many attempts count, at most as many as needed. */
interface State {
  readonly delay: number;
  readonly calls: number;
}

/** How far one attempt moves the delay, as a factor of e. */
const gain = 0.2;

/**
 * The delay of {@link hedge} that follows what attempts take: a moving quantile of the time to their first value. It
 * admits every attempt. Pass it to `gate`, once for each dependency, because the calls must share what they learn.
 *
 * The first estimate is the longest of the first 1 / (1 - q) attempts. Then an attempt that took longer than the delay makes
 * it longer, by the factor exp(0.2 · q), and one that took less makes it shorter, by exp(-0.2 · (1 - q)). So the share of
 * attempts that take longer is 1 - q in the long run, however the times are distributed and however they change: of n
 * attempts at most (1 - q) · n + 5 · ln(longest / first estimate) + 1, without `max`. At q = 0.95 a tenfold rise is followed
 * in 13 attempts, a tenfold fall in 231.
 *
 * A failed or cancelled attempt counts only if it took longer than the delay.
 *
 * Source: stochastic approximation (H. Robbins and S. Monro, 1951) with a constant gain on the logarithm; the bound is that
 * of I. Gibbs and E. Candès, "Adaptive Conformal Inference Under Distribution Shift" (2021), proposition 4.1.
 *
 * @param quantile above 0 and below 1: 0.95 hedges one call in twenty
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const usual = gate(latencyQuantile(0.5, { initial: 30 }), { name: 'users' });
 * usual.state // => { delay: 30, isReady: false }
 * const load$ = timer(20).pipe(hedge(usual));
 * await firstValueFrom(load$);
 * await firstValueFrom(load$);
 * usual.state.isReady // => true
 */
export function latencyQuantile(
  quantile: number,
  options: LatencyQuantileOptions = {},
): GatePolicy<unknown, LatencyQuantileView> {
  if (!(typeof quantile === 'number' && quantile > 0 && quantile < 1))
    rejectOption('latencyQuantile', 'quantile', 'a number above 0 and below 1', quantile);
  const settings = readOptions('latencyQuantile', options, {
    initial: [milliseconds, undefined],
    min: [milliseconds, 1, 1],
    max: [checkMax, Infinity],
  });
  const { initial, min, max } = settings;
  if (max < min) rejectOption('latencyQuantile', 'max', `at least min (${String(min)})`, max);
  if (initial !== undefined && !(initial >= min && initial <= max))
    rejectOption('latencyQuantile', 'initial', `from min (${String(min)}) to max (${String(max)})`, initial);

  const needed = Math.ceil(1 / (1 - quantile) - 1e-9);
  const longer = Math.exp(gain * quantile);
  const shorter = Math.exp(gain * (quantile - 1));
  const bounded = (delay: number): number => Math.min(max, Math.max(min, delay));

  const measure = (state: State, took: number): State => {
    const { delay: before, calls } = state;
    const delay = bounded(calls < needed ? Math.max(before, took) : before * (took > before ? longer : shorter));
    return delay === before && calls === needed ? state : { delay, calls: Math.min(needed, calls + 1) };
  };
  const measureLate = (state: State, { took }: { readonly took: number }): State =>
    took > state.delay ? measure(state, took) : state;
  const policy = gatePolicy<State, LatencyQuantileView>({
    name: 'rxjs-reprise/latencyQuantile',
    initial: unknownDelay,
    on: {
      success: (state, { took }) => measure(state, took),
      failure: (state, failure) => ({ state: measureLate(state, failure), wait: 0 }),
      cancel: measureLate,
      resume: (state) => state,
    },
    view: ({ delay, calls }) => {
      const isReady = calls === needed;
      return { delay: isReady ? delay : (initial ?? Infinity), isReady };
    },
    read: stateReader(
      recordOf<State>(
        { delay: numberFrom(0, Math.min(max, Number.MAX_VALUE)), calls: countFrom(0, needed) },
        ({ delay, calls }) => ((calls === 0 ? delay === 0 : delay >= min) ? undefined : 'delay'),
      ),
    ),
    shape: quantile,
    adopt: ({ delay, calls }) =>
      calls === 0 ? unknownDelay : { delay: bounded(delay), calls: Math.min(calls, needed) },
  });
  return worded(policy, 'latencyQuantile', quantile, settings);
}

const unknownDelay: State = { delay: 0, calls: 0 };

function checkMax(where: string, option: string, value: unknown): void {
  if (value !== Infinity) milliseconds(where, option, value, 1);
}
