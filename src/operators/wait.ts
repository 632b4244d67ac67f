import {
  concatMap,
  defer,
  map,
  merge,
  Observable,
  of,
  race,
  take,
  type SchedulerAction,
  type SchedulerLike,
} from 'rxjs';
import type { Cell, CellSettings } from './cell.js';

/** The longest delay of a timer, in milliseconds: one above it fires at once. */
const longest = 2 ** 31 - 1;

/**
 * Waits `ms` milliseconds and then asks `more` how much longer: 0 = emit and complete, n = n milliseconds more. What
 * `more` throws becomes the error. Leaving it clears the timer.
 *
 * A wait of 0 asks in the same turn, unless it `hops` through the scheduler. Waits longer than a timer can measure are
 * chained in pieces; one that could not end in 285 000 years (2⁵³ ms) schedules nothing.
 */
export function wait(ms: number, scheduler: SchedulerLike, more: () => number, hops: boolean = ms > 0): Observable<0> {
  return new Observable((subscriber) => {
    let left = ms;
    let piece = Math.min(left, longest);

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
      if (left <= Number.MAX_SAFE_INTEGER) this.schedule(undefined, piece);
    }

    if (subscriber.closed || (!hops && ends())) return undefined;
    piece = Math.min(left, longest);
    const action = left <= Number.MAX_SAFE_INTEGER ? scheduler.schedule(elapse, piece) : undefined;
    isScheduling = false;
    return action;
  });
}

/**
 * Waits `ms` milliseconds at the word of some cells: until that has passed, or until one of them changes (which one may
 * have done already) and then, at random, up to a tenth of what remained, or of the time that the cell names. So recovery is not late, and those who waited do not come all at once.
 */
export function pause(
  ms: number,
  { cells, scheduler, now, random }: CellSettings & { readonly cells: readonly Cell[] },
  isOvertaken: boolean,
): Observable<0> {
  const none = (): number => 0;
  return defer(() => {
    const endsAt = now() + ms;
    const woken = isOvertaken ? of(undefined) : merge(...cells.map((cell) => cell.wakes));
    const late = woken.pipe(
      take(1),
      map((span = Math.max(0, endsAt - now())) => span * random() * 0.1),
    );
    return race(wait(ms, scheduler, none), late).pipe(concatMap((more) => wait(more, scheduler, none)));
  });
}
