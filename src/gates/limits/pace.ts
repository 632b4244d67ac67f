/*
 * The even pace of a rate limit: the instants at which attempts may start. It is counted in blocks of `limit` starts.
 *
 * Timers are late, so an attempt may start after its turn. The attempts behind it then follow more closely, until they are
 * on time again. After a block, the greatest lateness in it is added to all later turns. So each start comes at least `per`
 * after the start that was `limit` starts before it, and lateness costs at most itself once in a block.
 */

/** What a pace keeps. */
export interface Pace {
  /** The instant from which the starts of this block are counted. Counting avoids the drift of summed fractions. */
  readonly since: number;
  readonly starts: number;
  /** The greatest lateness of these starts, in milliseconds. */
  readonly late: number;
}

/** At most `limit` starts in any `per` milliseconds. */
export interface Rate {
  readonly limit: number;
  readonly per: number;
}

/** Before the first start. */
export const unpaced: Pace = { since: Number.MIN_SAFE_INTEGER, starts: 0, late: 0 };

/** The instant of the start that has `ahead` starts ahead of it, `early` places sooner than the even pace. */
export function instantOf({ limit, per }: Rate, { since, starts, late }: Pace, ahead: number, early = 0): number {
  const count = starts + ahead;
  return since + ((count - early) * per) / limit + (count >= limit ? late : 0);
}

/** The pace after a start at `now` of an attempt that has waited, or has come just now. */
export function paceAfter(rate: Rate, pace: Pace, now: number, hasWaited: boolean): Pace {
  const lateness = now - instantOf(rate, pace, 0);
  const isOnPace = lateness <= Math.max(pace.late, hasWaited ? mostLate(rate) : 0);
  return isOnPace ? counted(rate, pace, lateness) : restarted(rate, now, 1);
}

/** A new pace, with that many starts just made: at least 1, at most `limit`. */
export const restarted = (rate: Rate, now: number, starts: number): Pace =>
  counted(rate, { since: now, starts: starts - 1, late: 0 }, 0);

/** A new pace whose next start is after `wait`, or one interval from now if that is sooner. */
export const startingIn = (rate: Rate, wait: number, now: number, burst: number): Pace =>
  restarted(rate, now + Math.min(0, wait - rate.per / rate.limit), burst);

/** Whether the next start begins a new pace. */
export const isOver = (rate: Rate, pace: Pace, now: number): boolean =>
  now - instantOf(rate, pace, 0) > Math.max(pace.late, mostLate(rate));

/** How long the attempt with so many others ahead waits for its instant. */
export function waitFor(rate: Rate, pace: Pace, ahead: number, burst: number, now: number): number {
  const wait = instantOf(rate, pace, ahead, burst - 1) - now;
  return wait <= tolerance(now) ? 0 : Math.min(wait, Number.MAX_VALUE);
}

/** For rounding: an attempt that waited exactly for its wait must be admitted. */
const tolerance = (now: number): number => 2 ** -50 * Math.max(1, Math.abs(now));

/** A start that is later is not the lateness of a timer. It begins a new pace, so that no burst follows it. */
export const mostLate = ({ per }: Rate): number => Math.min(per / 10, 25);

function counted({ limit, per }: Rate, { since, starts, late }: Pace, lateness: number): Pace {
  const latest = Math.max(late, lateness);
  return starts + 1 < limit
    ? { since, starts: starts + 1, late: latest }
    : { since: since + per + latest, starts: 0, late: 0 };
}
