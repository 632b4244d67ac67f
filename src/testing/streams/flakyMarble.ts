import { asyncScheduler, Observable, type SchedulerLike } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { isList, list, record, rejectOption } from '../../options.js';
import { anything, readOptions } from '../../readOptions.js';
import { checkScheduler } from '../../time/clock.js';
import { flakySource, nthStream, type FlakySource } from './flakySource.js';

/** Options of {@link flaky}`.marble`, as its last argument. */
export interface FlakyMarbleOptions<T> {
  /**
   * The value of each letter.
   *
   * @defaultValue each letter is its own value
   */
  readonly values?: Readonly<Record<string, T>> | undefined;
  /**
   * The error of `#`.
   *
   * @defaultValue the string 'error', as in RxJS
   */
  readonly error?: unknown;
  /**
   * The source's clock and timer.
   *
   * @defaultValue `asyncScheduler` of RxJS
   */
  readonly scheduler?: SchedulerLike | undefined;
}

/** `flaky.marble`: marble strings, then the options. */
export function flakyMarble<T>(...args: readonly unknown[]): FlakySource<T> {
  const last = args.at(-1);
  const hasOptions = args.length > 0 && typeof last !== 'string';
  if (isList(last)) rejectOption('flaky.marble', 'marbles', 'strings, one argument each', last, TypeError);
  if (hasOptions) record('flaky.marble', 'the last argument', last);
  const options = (hasOptions ? last : {}) as FlakyMarbleOptions<T>;
  const { values, error, scheduler } = readOptions<FlakyMarbleOptions<T>, typeof rows>('flaky.marble', options, rows);
  const marbles = hasOptions ? args.slice(0, -1) : args;
  list('flaky.marble', 'marbles', 'at least one marble string', marbles);
  const streams = marbles.map((marble) => marbleStream<T>(marble, { values, error, scheduler }));
  return flakySource((attempt) => nthStream(streams, attempt), { after: 0, scheduler });
}

const rows = {
  values: [anything, undefined],
  error: [anything, 'error'],
  scheduler: [checkScheduler, asyncScheduler],
} as const;

/** The stream of a marble string, one millisecond per column, in virtual or in real time. */
function marbleStream<T>(
  marble: unknown,
  {
    values,
    error,
    scheduler,
  }: {
    readonly values: FlakyMarbleOptions<T>['values'];
    readonly error: unknown;
    readonly scheduler: SchedulerLike;
  },
): Observable<T> {
  if (typeof marble !== 'string' || /[\^!]/.test(marble)) {
    rejectOption('flaky.marble', 'marbles', 'marble strings without ^ and !', marble, TypeError);
  }
  const messages = MillisecondScheduler.parseMarbles(marble, values, error, false, true);
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

/** A column is one millisecond, inside and outside of `run`. */
class MillisecondScheduler extends TestScheduler {
  static override frameTimeFactor = 1;
}
