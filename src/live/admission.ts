import { concatMap, defer, EMPTY, expand, filter, map, of, race, take, type Observable } from 'rxjs';
import type { SchedulerClock } from '../time/clock.js';
import { isForeseeable, wait } from '../time/wait.js';

/*
 * Waiting at the word of some gates.
 */

/** Who waits. */
interface Waiter {
  /** Whether a gate that rejected has changed meanwhile, so that nobody will wake who waits for it. */
  isOvertaken(): boolean;
  /** Emits when a gate that told it to wait wakes it. */
  wakes(): Observable<number | undefined>;
}

/**
 * Emits when an attempt is admitted that was told to wait `ms` milliseconds: it asks again when that has passed or a gate
 * wakes it, and so on, for as long as its maxWait lasts. What `ask` throws becomes the error.
 */
export function admission(
  ms: number,
  waiter: Waiter,
  settings: SchedulerClock,
  ask: () => number,
  maxWait: () => number = () => Infinity,
): Observable<0> {
  return of(ms).pipe(
    expand((left) => (left > 0 ? pause(left, waiter, settings, maxWait()).pipe(map(ask)) : EMPTY)),
    filter((left) => left === 0),
    take(1),
  );
}

/**
 * Waits `ms` milliseconds, or until one of the gates changes (which one may have done already) and then, at random, up to
 * a tenth of what remained, or of the time that the gate names. So recovery is not late, and those who waited do not come
 * all at once. Where nobody knew how long to wait, they come in order. Patience bounds it all.
 */
function pause(ms: number, waiter: Waiter, { scheduler, now, random }: SchedulerClock, maxWait: number): Observable<0> {
  const none = (): number => 0;
  return defer(() => {
    const begunAt = now();
    const left = (of: number): number => Math.max(0, begunAt + of - now());
    const woken = waiter.isOvertaken() ? of(undefined) : waiter.wakes();
    const late = woken.pipe(
      take(1),
      map((span = isForeseeable(ms) ? left(ms) : 0) => Math.min(span * random() * 0.1, left(maxWait))),
    );
    return race(wait(Math.min(ms, maxWait), scheduler, none), late).pipe(
      concatMap((more) => wait(more, scheduler, none)),
    );
  });
}
