import { asyncScheduler, concatMap, EMPTY, Observable, of, tap, throwError, type SchedulerLike } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { list, milliseconds, count, record, refuse, isList } from '../../options.js';
import { checkScheduler } from '../../time/clock.js';
import { wait } from '../../time/wait.js';
import { attempted } from '../marbles/effort.js';
import { witness } from './happenings.js';

/** When a source was subscribed, and when it was left or had ended (Infinity: not yet), by its scheduler's clock. */
export interface SubscriptionLog {
  readonly subscribedFrame: number;
  readonly unsubscribedFrame: number;
}

/** A source that {@link flaky} makes. */
export interface Flaky<T> extends Observable<T> {
  /** One entry for each attempt, in order: what `expectSubscriptions` of RxJS takes. */
  readonly subscriptions: readonly SubscriptionLog[];
}

/**
 * What an attempt does: an Error is what it fails with, an observable is what it is, any other value it answers; a function
 * is such a value, and is not called.
 */
export type FlakyStep<T> = Error | Observable<T> | T;

/** How long its attempts take. */
export interface FlakyOptions {
  /** Milliseconds from the subscription to what it does; 0 = at once, in the same turn. 0 unless told. */
  readonly after?: number;
  /** Its clock, and the maker of delays; RxJS's `asyncScheduler` unless told. */
  readonly scheduler?: SchedulerLike;
}

/** So many failures, and then a value. */
export interface FlakyCount<T> extends FlakyOptions {
  /** A whole number, at least 0, or Infinity. */
  readonly failures: number;
  /** What it answers then; it completes without a value unless told. */
  readonly then?: T;
  /**
   * What it fails with: a thing, or a function of the attempt's number, so not a class. An Error with that number unless
   * told.
   */
  readonly error?: unknown;
}

/** What the letters of marbles stand for. */
export interface FlakyMarbles<T> extends Pick<FlakyOptions, 'scheduler'> {
  /** Of each letter; itself unless told. */
  readonly values?: Readonly<Record<string, T>>;
  /** Of `#`; the text `'error'` unless told, as in RxJS. */
  readonly error?: unknown;
}

/** Makes sources that fail as scripted. */
export interface FlakyMaker {
  /** One step for each attempt, the last one repeating. */
  <T>(steps: readonly FlakyStep<T>[], options?: FlakyOptions): Flaky<T>;
  /** So many failures, and then a value. */
  <T = never>(counted: FlakyCount<T>): Flaky<T>;
  /** One marble for each attempt, a column a millisecond, the last one repeating; in the end what letters stand for. */
  marble<T = string>(
    ...marbles: readonly [string, ...string[]] | readonly [string, ...string[], FlakyMarbles<T>]
  ): Flaky<T>;
}

/**
 * A cold source that fails as scripted, attempt by attempt, whoever subscribes; like a server, it goes on where it was.
 * It records its subscriptions, and {@link timeline} draws them. In virtual time its waits are virtual.
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
export const flaky: FlakyMaker = /* @__PURE__ */ Object.assign(scripted, { marble });

function scripted<T>(script: readonly FlakyStep<T>[] | FlakyCount<T>, options?: FlakyOptions): Flaky<T> {
  if (isList(script)) {
    list('flaky', 'steps', 'an array of at least one step', script);
    const steps = script.map(streamOf<T>);
    return source((attempt) => inTurn(steps, attempt), checked(options ?? {}));
  }
  if (Object(script) !== script) {
    refuse('flaky', 'steps', 'an array or { failures } (marbles: flaky.marble)', script, TypeError);
  }
  if (options !== undefined) {
    refuse('flaky', 'the second argument', 'left out: after and scheduler stand beside failures', options, TypeError);
  }
  const { failures, error = (attempt: number) => new Error(`flaky: attempt ${String(attempt)} failed`) } = script;
  count('flaky', 'failures', failures, 0);
  const errorOf = typeof error === 'function' ? (error as (attempt: number) => unknown) : (): unknown => error;
  const last = 'then' in script ? streamOf(script.then) : EMPTY;
  return source<T>((attempt) => (attempt > failures ? last : throwError(() => errorOf(attempt))), checked(script));
}

function marble<T>(...given: readonly unknown[]): Flaky<T> {
  const options = given.at(-1);
  const isBare = typeof options === 'string' || given.length === 0;
  if (isList(options)) refuse('flaky.marble', 'marbles', 'texts, an argument each', options, TypeError);
  if (!isBare) record('flaky.marble', options, 'the last argument');
  const { values, error = 'error', scheduler = asyncScheduler } = (isBare ? {} : options) as FlakyMarbles<T>;
  checkScheduler('flaky.marble', scheduler);
  const marbles = isBare ? given : given.slice(0, -1);
  list('flaky.marble', 'marbles', 'at least one marble', marbles);
  const streams = marbles.map((each) => drawn<T>(each, { values, error, scheduler }));
  return source((attempt) => inTurn(streams, attempt), { after: 0, scheduler });
}

function checked({ after = 0, scheduler = asyncScheduler }: FlakyOptions): Required<FlakyOptions> {
  milliseconds('flaky', 'after', after);
  checkScheduler('flaky', scheduler);
  return { after, scheduler };
}

const inTurn = <T>(streams: readonly Observable<T>[], attempt: number): Observable<T> =>
  streams.slice(0, attempt).reduce((_, stream) => stream);

function streamOf<T>(step: FlakyStep<T>): Observable<T> {
  if (step instanceof Error) return throwError(() => step);
  return step instanceof Observable ? step : of(step);
}

function source<T>(
  streamOf: (attempt: number) => Observable<T>,
  { after, scheduler }: Required<FlakyOptions>,
): Flaky<T> {
  const subscriptions: { subscribedFrame: number; unsubscribedFrame: number }[] = [];
  const stream = new Observable<T>((subscriber) => {
    attempted();
    const log = { subscribedFrame: scheduler.now(), unsubscribedFrame: Infinity };
    const attempt = subscriptions.push(log);
    subscriber.add(() => {
      log.unsubscribedFrame = scheduler.now();
    });
    const outcome = streamOf(attempt);
    const timed = after === 0 ? outcome : wait(after, scheduler, () => 0).pipe(concatMap(() => outcome));
    const seen = witness<T>();
    return (seen === undefined ? timed : timed.pipe(tap(seen))).subscribe(subscriber);
  });
  return Object.assign(stream, { subscriptions });
}

/** A marble as a stream whose columns are milliseconds, in virtual time or not. */
function drawn<T>(
  text: unknown,
  { values, error, scheduler }: { values: FlakyMarbles<T>['values']; error: unknown; scheduler: SchedulerLike },
): Observable<T> {
  if (typeof text !== 'string' || /[\^!]/.test(text)) {
    refuse('flaky.marble', 'marbles', 'texts of the marble alphabet without ^ and !', text, TypeError);
  }
  const messages = Milliseconds.parseMarbles(text, values, error, false, true);
  return new Observable((subscriber) => {
    for (const { frame, notification } of messages) {
      subscriber.add(
        scheduler.schedule(() => {
          if (notification.kind === 'N') subscriber.next(notification.value as T);
          else if (notification.kind === 'E') subscriber.error(notification.error);
          else subscriber.complete();
        }, frame),
      );
    }
  });
}

/** Inside and outside of `run` a column is one millisecond. */
class Milliseconds extends TestScheduler {
  static override frameTimeFactor = 1;
}
