import { asyncScheduler, EMPTY, Observable, of, throwError, type SchedulerLike } from 'rxjs';
import { count, isList, list, milliseconds, rejectOption } from '../../options.js';
import { anything, needed, readOptions } from '../../readOptions.js';
import { checkScheduler } from '../../time/clock.js';
import { flakyMarble, type FlakyMarbleOptions } from './flakyMarble.js';
import { flakySource, nthStream, type FlakySource } from './flakySource.js';

/**
 * One attempt of a {@link flaky} source: an Error fails the attempt, an Observable is its stream, any other value is
 * emitted before the attempt completes. A function is emitted as a value and is not called.
 */
export type FlakyStep<T> = Error | Observable<T> | T;

/** Options of {@link flaky}. */
export interface FlakyOptions {
  /**
   * Milliseconds between the subscription and the step. 0: synchronously.
   *
   * @defaultValue 0
   */
  readonly after?: number | undefined;
  /**
   * The source's clock and timer.
   *
   * @defaultValue `asyncScheduler` of RxJS
   */
  readonly scheduler?: SchedulerLike | undefined;
}

/** A number of failures, then a value. */
export interface FlakyFailures<T> extends FlakyOptions {
  /** How many attempts fail: a whole number, at least 0, or Infinity. */
  readonly failures: number;
  /**
   * The value of later attempts, which then complete.
   *
   * @defaultValue no value: they only complete
   */
  readonly then?: T;
  /**
   * The error of failed attempts: a value, or a function of the attempt's number. A class would be called as a function.
   *
   * @defaultValue an Error with the attempt's number
   */
  readonly error?: unknown;
}

/** The type of {@link flaky}. */
export interface FlakyFactory {
  /** One step for each attempt; the last one repeats. */
  <T>(steps: readonly FlakyStep<T>[], options?: FlakyOptions): FlakySource<T>;
  /** A number of failures, then a value. */
  <T = never>(failures: FlakyFailures<T>): FlakySource<T>;
  /** One marble string for each attempt, one millisecond per column; the last one repeats. Options come last. */
  marble<T = string>(
    ...marbles: readonly [string, ...string[]] | readonly [string, ...string[], FlakyMarbleOptions<T>]
  ): FlakySource<T>;
}

/**
 * Creates a cold source that fails as scripted, attempt by attempt. All subscribers share one script: like a server, the
 * source continues where it was. It records its subscriptions, and {@link timeline} draws them. In virtual time its delays
 * are virtual.
 *
 * ```
 * flaky([error, error, 'a'])               #  #  (a|)
 * flaky({ failures: 2, then: 'a' })        #  #  (a|)
 * flaky.marble('--#', '--#', '-a|')        --#  --#  -a|
 * ```
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const source = flaky({ failures: 2, then: 'ok' });
 * await firstValueFrom(source.pipe(retryWithPolicy(retries(2)))) // => 'ok'
 * source.subscriptions.length // => 3
 */
export const flaky: FlakyFactory = /* @__PURE__ */ Object.assign(createFlaky, { marble: flakyMarble });

function createFlaky<T>(script: readonly FlakyStep<T>[] | FlakyFailures<T>, options?: FlakyOptions): FlakySource<T> {
  if (isList(script)) {
    list('flaky', 'steps', 'an array of at least one step', script);
    const streams = script.map(streamOf<T>);
    return flakySource((attempt) => nthStream(streams, attempt), readOptions('flaky', options ?? {}, rows));
  }
  if (Object(script) !== script) {
    rejectOption('flaky', 'steps', 'an array or { failures } (for marbles, use flaky.marble)', script, TypeError);
  }
  if (options !== undefined) {
    const wanted = 'omitted with { failures }, which takes after and scheduler itself';
    rejectOption('flaky', 'the second argument', wanted, options, TypeError);
  }
  const own: Omit<FlakyFailures<T>, keyof FlakyOptions> = script;
  const settings = readOptions('flaky', own, failureRows, Object.keys(rows));
  const { failures, error = (attempt: number) => new Error(`flaky: attempt ${String(attempt)} failed`) } = settings;
  const errorOf = typeof error === 'function' ? (error as (attempt: number) => unknown) : (): unknown => error;
  const last = 'then' in script ? streamOf(script.then) : EMPTY;
  return flakySource<T>(
    (attempt) => (attempt > failures ? last : throwError(() => errorOf(attempt))),
    readOptions<FlakyOptions, typeof rows>('flaky', script, rows, Object.keys(failureRows)),
  );
}

const rows = { after: [milliseconds, 0], scheduler: [checkScheduler, asyncScheduler] } as const;

const failureRows = {
  failures: [count, needed, 0],
  error: [anything, undefined],
  then: [anything, undefined],
} as const;

function streamOf<T>(step: FlakyStep<T>): Observable<T> {
  if (step instanceof Error) return throwError(() => step);
  return step instanceof Observable ? step : of(step);
}
