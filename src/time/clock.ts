import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { callable, refuse } from '../options.js';

/*
 * Time and chance, the two things that a policy must be told, read so that they can be relied on.
 */

/** Where time and chance come from. */
export interface ClockOptions {
  /**
   * The clock, and the maker of delays; RxJS's `asyncScheduler` unless told. (`asapScheduler` leaves no turn to timers
   * while retries follow one another at once.)
   */
  readonly scheduler?: SchedulerLike;
  /** The source of chance: numbers in [0, 1); `Math.random` unless told. */
  readonly random?: () => number;
}

/** The same, complete and checked. */
export interface SchedulerClock {
  readonly scheduler: SchedulerLike;
  readonly now: () => number;
  readonly random: () => number;
}

export function clockFrom(
  where: string,
  { scheduler = asyncScheduler, random = Math.random }: ClockOptions,
): SchedulerClock {
  checkScheduler(where, scheduler);
  callable(where, 'random', random);
  return { scheduler, now: monotonicNow(scheduler), random: checkedRandom(where, random) };
}

/**
 * The scheduler's clock, made monotone. RxJS schedulers show the wall clock, and a wall clock that is set back an hour
 * would stretch every deadline by an hour: a step back counts as no time at all.
 */
export function monotonicNow(scheduler: SchedulerLike): () => number {
  let last = -Infinity;
  let lost = 0;
  return () => {
    const now = scheduler.now();
    if (now < last) lost += last - now;
    last = now;
    return now + lost;
  };
}

/** Throws unless `value` can tell the time and make a delay. */
export function checkScheduler(where: string, value: unknown): void {
  const it = value as Partial<SchedulerLike> | null;
  if (typeof it?.now !== 'function' || typeof it.schedule !== 'function') {
    refuse(where, 'scheduler', 'an RxJS scheduler', value, TypeError);
  }
}

/** `random` with its answers checked: a draw outside [0, 1) would bend every delay that is made of it. */
export function checkedRandom(where: string, random: () => number): () => number {
  return () => {
    const draw: unknown = random();
    if (typeof draw === 'number' && draw >= 0 && draw < 1) return draw;
    return refuse(where, 'the answer of random', 'a number in [0, 1)', draw);
  };
}
