import { Observable, type SchedulerAction, type SchedulerLike } from 'rxjs';

/** The longest delay of a timer, in milliseconds: one above it fires at once. */
const longest = 2 ** 31 - 1;

/** Whether a wait can end by itself: one of more than 285 000 years (2⁵³ ms) cannot. */
export const isForeseeable = (ms: number): boolean => ms <= Number.MAX_SAFE_INTEGER;

/**
 * Waits `ms` milliseconds and then asks `more` how much longer: 0 = emit and complete, n = n milliseconds more. What
 * `more` throws becomes the error. Leaving it clears the timer.
 *
 * A wait of 0 asks in the same turn, unless it `hops` through the scheduler. Waits longer than a timer can measure are
 * chained in pieces; one that cannot end by itself schedules nothing.
 */
export function wait(ms: number, scheduler: SchedulerLike, more: () => number, hops: boolean = ms > 0): Observable<0> {
  return new Observable((subscriber) => {
    let left = ms;
    let piece: number;

    /** Whether it has ended. */
    function ends(): boolean {
      try {
        left = more();
      } catch (error) {
        subscriber.error(error);
        return true;
      }
      if (left > 0) return false;
      subscriber.next(0);
      subscriber.complete();
      return true;
    }
    let isScheduling = true;
    function elapse(this: SchedulerAction<void>): void {
      // A scheduler that runs it within the call, as queueScheduler does with 0 ms, has not left the stack.
      if (isScheduling) {
        this.schedule(undefined, 1);
        return;
      }
      left -= piece;
      if (left === 0 && ends()) return;
      piece = Math.min(left, longest);
      if (isForeseeable(left)) this.schedule(undefined, piece);
    }

    if (subscriber.closed || (!hops && ends())) return undefined;
    piece = Math.min(left, longest);
    const action = isForeseeable(left) ? scheduler.schedule(elapse, piece) : undefined;
    isScheduling = false;
    return action;
  });
}

/** No wait at all. */
export const immediately: Observable<0> = /* @__PURE__ */ new Observable<0>((subscriber) => {
  subscriber.next(0);
  subscriber.complete();
});
