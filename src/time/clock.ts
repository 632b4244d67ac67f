import { asyncScheduler, type SchedulerLike } from 'rxjs';
import type { Clock } from '../engine/ledger.js';
import { rejectOption } from '../options.js';

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
  readonly scheduler?: SchedulerLike | undefined;
  /**
   * The source of random numbers in [0, 1).
   *
   * @defaultValue `Math.random`
   */
  readonly random?: (() => number) | undefined;
}

/** How waits are ended from outside. */
export interface StopOptions {
  /**
   * Ends all waits when it aborts, for an orderly shutdown. From then on nothing is retried: a stream that waits for a retry
   * ends at once with its last error, and one that waits for its first attempt with a {@link RejectedError}; the reason is
   * `'stopped'`. Attempts that run are not interrupted.
   *
   * @defaultValue never
   */
  readonly until?: AbortSignal | undefined;
}

/** A clock that can also make delays. */
export interface SchedulerClock extends Clock {
  readonly scheduler: SchedulerLike;
}

/** The clock for these options, which are checked. */
export function clockFrom(
  where: string,
  { scheduler = asyncScheduler, random = Math.random }: ClockOptions,
): SchedulerClock {
  return { scheduler, now: monotonicNow(where, scheduler), random: checkedRandom(where, random) };
}

/** Throws unless `value` can be the option `until`. */
export function checkUntil(where: string, option: string, value: unknown): void {
  if (typeof (value as Partial<AbortSignal> | null)?.addEventListener !== 'function')
    rejectOption(where, option, 'an AbortSignal', value, TypeError);
}

/**
 * The scheduler's clock, made monotonic. RxJS schedulers read the wall clock, and a wall clock that is set back an hour
 * would make every deadline an hour longer. After a step back, the time since the first reading is that of the platform's
 * stopwatch. Without one, and in virtual time, the step takes no time at all.
 *
 * @throws RangeError | TypeError if the scheduler's time is not a finite number. The next reading is not affected.
 */
export function monotonicNow(where: string, scheduler: SchedulerLike): () => number {
  let last = Infinity;
  let latest = -Infinity;
  let lost = 0;
  let base: number | undefined;
  return () => {
    const now = scheduler.now();
    if (!Number.isFinite(now)) rejectOption(where, 'the answer of scheduler.now', 'a finite number', now);
    // So it is at the first reading, too.
    if (now < last) {
      const measured = stopwatch(now);
      base ??= now - measured;
      lost = Math.max(latest, base + measured) - now;
    }
    last = now;
    return (latest = now + lost);
  };
}

/** Whole milliseconds that no setting of a clock changes; 0 if `now` is no time of a wall clock, which is after 1973. */
const stopwatch = (now: number): number =>
  now > 1e11 ? Math.floor((globalThis as Partial<typeof globalThis>).performance?.now() ?? 0) : 0;

/** Throws unless `value` has a clock and can make a delay. */
export function checkScheduler(where: string, option: string, value: unknown): void {
  const scheduler = value as Partial<SchedulerLike> | null | undefined;
  if (typeof scheduler?.now !== 'function' || typeof scheduler.schedule !== 'function') {
    rejectOption(where, option, 'an RxJS scheduler', value, TypeError);
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
