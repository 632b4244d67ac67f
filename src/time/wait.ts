import {
  defer,
  fromEvent,
  Observable,
  of,
  race,
  take,
  tap,
  type SchedulerAction,
  type SchedulerLike,
  type Subscriber,
  type Subscription,
  type Unsubscribable,
} from 'rxjs';
import type { SchedulerClock } from './clock.js';

/**
 * The longest delay of a timer, in milliseconds (2³¹ - 1, almost 25 days). A platform timer with a longer delay overflows
 * and fires at once, so longer waits are made of several timers.
 */
const longestTimer = 2 ** 31 - 1;

/** Whether a wait ends by itself. One of more than 2⁵³ ms (285 000 years) means "until something changes". */
export const isForeseeable = (ms: number): boolean => ms <= Number.MAX_SAFE_INTEGER;

/** Is asked at the end of a wait how much longer to wait: 0 = no longer, n = n milliseconds more. */
export interface Asker {
  askAgain(): number;
}

/**
 * Waits `ms` milliseconds, and for as long as the `asker` then answers, if there is one. Then it emits and completes. What
 * the asker throws becomes the error. Unsubscribing clears the timer.
 *
 * A wait of 0 asks in the same turn, unless it `hops` through the scheduler. A wait that does not end by itself schedules
 * nothing.
 */
export const wait = (
  ms: number,
  { scheduler }: Pick<SchedulerClock, 'scheduler'>,
  asker?: Asker,
  hops: boolean = ms > 0,
): Observable<0> =>
  new Observable((subscriber) => {
    const waiting = new Wait(subscriber, scheduler, asker, ms);
    waiting.proceed(hops);
    return waiting;
  });

/** One wait. It is one object without closures, because many streams may wait at the same time. */
class Wait implements Unsubscribable {
  timer: Subscription | undefined;

  constructor(
    private readonly subscriber: Subscriber<0>,
    private readonly scheduler: SchedulerLike,
    private readonly asker: Asker | undefined,
    /** How many milliseconds are left. */
    public rest: number,
  ) {}

  /**
   * Waits the next piece, or asks if nothing is left. Each piece is a new action, because a virtual action that
   * is scheduled again keeps all pieces before it.
   */
  proceed(hops: boolean = this.rest > 0): void {
    const { scheduler, subscriber } = this;
    try {
      if (!hops && !subscriber.closed) this.rest = this.asker?.askAgain() ?? 0;
    } catch (error) {
      subscriber.error(error);
    }
    const { rest } = this;
    if (subscriber.closed) return;
    if (!hops && rest === 0) {
      subscriber.next(0);
      subscriber.complete();
    } else if (isForeseeable(rest)) this.timer = scheduler.schedule(elapse, pieceOf(rest), this);
  }

  unsubscribe(): void {
    this.timer?.unsubscribe();
  }
}

const pieceOf = (rest: number): number => Math.min(rest, longestTimer);

/** The work of every wait: a piece is over. */
export function elapse(this: SchedulerAction<Wait>, waiting?: Wait): void {
  // A scheduler that runs this within the call of schedule, as queueScheduler does with 0 ms, has not left the stack.
  if (waiting?.timer === undefined) this.schedule(waiting, 1);
  else {
    waiting.rest -= pieceOf(waiting.rest);
    waiting.proceed();
  }
}

/** No wait: emits and completes at once. */
export const immediately: Observable<0> = /* @__PURE__ */ new Observable<0>((subscriber) => {
  subscriber.next(0);
  subscriber.complete();
});

/**
 * The wait, or its early end when `until` aborts. `onAbort` is called then; what it throws is the error. Without `until` it
 * costs nothing.
 */
export const endedBy = <T>(
  until: AbortSignal | undefined,
  waiting: Observable<T>,
  onAbort?: () => unknown,
): Observable<unknown> =>
  until === undefined
    ? waiting
    : race(defer(() => (until.aborted ? of(0) : fromEvent(until, 'abort'))).pipe(take(1), tap(onAbort)), waiting);
