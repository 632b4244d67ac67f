import { asyncScheduler, type SchedulerLike } from 'rxjs';
import type { Clock } from '../engine/ledger.js';
import { callable, rejectOption } from '../options.js';

/*
 * The time and random numbers that policies receive in their signals, checked so that policies can rely on them.
 */

/** Where the time and random numbers come from. */
export interface ClockOptions {
  /**
   * The clock, and what makes delays. `asapScheduler` gives timers no turn while retries follow one another without a wait.
   *
   * @defaultValue RxJS's `asyncScheduler`
   */
  readonly scheduler?: SchedulerLike;
  /**
   * The source of random numbers in [0, 1).
   *
   * @defaultValue `Math.random`
   */
  readonly random?: () => number;
}

/** A clock that can also make delays. */
export interface SchedulerClock extends Clock {
  readonly scheduler: SchedulerLike;
}

/** The clock for these options. Throws unless they are valid. */
export function clockFrom(
  where: string,
  { scheduler = asyncScheduler, random = Math.random }: ClockOptions,
): SchedulerClock {
  checkScheduler(where, scheduler);
  callable(where, 'random', random);
  return { scheduler, now: monotonicNow(scheduler), random: checkedRandom(where, random) };
}

/**
 * The scheduler's clock, made monotonic. RxJS schedulers read the wall clock. A wall clock that is set back an hour would
 * make every deadline an hour longer, so a step back counts as no time at all.
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

/** Throws unless `value` has a clock and can make a delay. */
export function checkScheduler(where: string, value: unknown): void {
  const scheduler = value as Partial<SchedulerLike> | null | undefined;
  if (typeof scheduler?.now !== 'function' || typeof scheduler.schedule !== 'function') {
    rejectOption(where, 'scheduler', 'an RxJS scheduler', value, TypeError);
  }
}

/** `random` with its results checked: a number outside [0, 1) would distort every delay that is computed from it. */
export function checkedRandom(where: string, random: () => number): () => number {
  return () => {
    const draw: unknown = random();
    if (typeof draw === 'number' && draw >= 0 && draw < 1) return draw;
    return rejectOption(where, 'the answer of random', 'a number in [0, 1)', draw);
  };
}
