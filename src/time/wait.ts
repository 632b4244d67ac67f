import { Observable, type SchedulerAction, type SchedulerLike } from 'rxjs';

/**
 * The longest delay of a timer, in milliseconds (2³¹ - 1, almost 25 days). A platform timer with a longer delay overflows
 * and fires at once, so longer waits are made of several timers.
 */
const longestTimer = 2 ** 31 - 1;

/** Whether a wait ends by itself. One of more than 2⁵³ ms (285 000 years) means "until something changes". */
export const isForeseeable = (ms: number): boolean => ms <= Number.MAX_SAFE_INTEGER;

/**
 * Waits `ms` milliseconds, then asks `more` how much longer: 0 = emit and complete, n = wait n milliseconds more. What
 * `more` throws becomes the error. Unsubscribing clears the timer.
 *
 * A wait of 0 asks in the same turn, unless it `hops` through the scheduler. A wait that does not end by itself schedules
 * nothing.
 */
export function wait(ms: number, scheduler: SchedulerLike, more: () => number, hops: boolean = ms > 0): Observable<0> {
  return new Observable((subscriber) => {
    let rest = ms;
    let piece: number;

    /** Asks for more. Returns whether the wait has ended. */
    function ends(): boolean {
      try {
        rest = more();
      } catch (error) {
        subscriber.error(error);
        return true;
      }
      if (rest > 0) return false;
      subscriber.next(0);
      subscriber.complete();
      return true;
    }
    let isScheduling = true;
    function elapse(this: SchedulerAction<void>): void {
      // A scheduler that runs this within the call of schedule, as queueScheduler does with 0 ms, has not left the stack.
      if (isScheduling) {
        this.schedule(undefined, 1);
        return;
      }
      rest -= piece;
      if (rest === 0 && ends()) return;
      piece = Math.min(rest, longestTimer);
      if (isForeseeable(rest)) this.schedule(undefined, piece);
    }

    if (subscriber.closed || (!hops && ends())) return undefined;
    piece = Math.min(rest, longestTimer);
    const action = isForeseeable(rest) ? scheduler.schedule(elapse, piece) : undefined;
    isScheduling = false;
    return action;
  });
}

/** No wait: emits and completes at once. */
export const immediately: Observable<0> = /* @__PURE__ */ new Observable<0>((subscriber) => {
  subscriber.next(0);
  subscriber.complete();
});
