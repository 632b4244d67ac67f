import { milliseconds, record, rejectOption, whole } from '../../options.js';
import type { Verdict } from '../../policy/policy.js';
import type { Ask } from '../../policy/signals.js';
import { gatePolicy, type GatePolicy } from '../gatePolicy.js';
import { stateReader, type Test } from '../snapshot.js';
import { countAhead, isQueue, joinQueue, leaveQueue, type Queue } from './queue.js';

/** Options of {@link rateLimit}. */
export interface RateLimitOptions {
  /** How many attempts may start in `per` milliseconds: a whole number, at least 1. */
  readonly limit: number;
  /** Milliseconds, at least 1. */
  readonly per: number;
  /**
   * How many attempts may start at once after idle time: a whole number from 1 to `limit`. The default spaces them evenly.
   * At most limit + burst - 1 attempts start in any `per` milliseconds.
   *
   * @defaultValue 1
   */
  readonly burst?: number;
}

/** The status of a {@link rateLimit}. */
export interface RateLimitView {
  /** In how many milliseconds an attempt would start if it asked now; 0 = at once. */
  readonly retryAfter: number;
  /** How many attempts wait for their turn. */
  readonly waiting: number;
}

interface State {
  /** The instant from which `starts` are counted. Counting avoids the drift of summed fractions. */
  readonly since: number;
  readonly starts: number;
  /** The attempts that wait for their turn, without those that missed it. */
  readonly waiting: Queue;
}

/**
 * At most `limit` attempts start in any `per` milliseconds, evenly spaced by default. An attempt that asks too early
 * waits for its turn, with reason `'rate'`, and keeps that turn. If it gives up, all attempts behind it move up. First
 * attempts and retries count alike.
 *
 * `burst` trades strictness for latency. With 1, never more than `limit` attempts start in any `per`, whatever window the
 * other side uses. But the second of two simultaneous calls waits per / limit even after an hour of idle time (or is
 * rejected, if its operator does not wait), and the lateness of timers is lost. With `limit`, the first `limit` calls of
 * an idle client start at once, but then up to 2 · limit - 1 may start in one `per`. That suits a server with a token
 * bucket, not one that counts calls.
 *
 * A turn cannot be saved. If its attempt waits for another gate when the turn comes, the attempts behind may overtake it,
 * and it starts next when it asks again.
 *
 * Source: GCRA (ITU-T I.371) with increment per / limit and tolerance
 * (burst - 1) · per / limit. Turns are the instants that it gives to waiting attempts.
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * preview(both(fixed(100), rateLimit({ limit: 2, per: 1000 })), { failures: 3 }).delays // => [500, 500, 500]
 * preview(rateLimit({ limit: 2, per: 1000, burst: 2 }), { failures: 3 }).delays // => [0, 500, 500]
 */
export function rateLimit(options: RateLimitOptions): GatePolicy<unknown, RateLimitView> {
  record('rateLimit', options);
  const { limit, per, burst = 1 } = options;
  whole('rateLimit', 'limit', limit, 1);
  milliseconds('rateLimit', 'per', per, 1);
  whole('rateLimit', 'burst', burst, 1);
  if (burst > limit) rejectOption('rateLimit', 'burst', `at most limit (${String(limit)})`, burst);

  /** The instant of the n-th start from now on at an even pace. */
  const startAt = ({ since, starts }: State, n: number): number => since + ((starts + n) * per) / limit;
  /** The wait of an attempt with that many attempts ahead of it. */
  const waitOf = (state: State, ahead: number, now: number): number => {
    const wait = startAt(state, ahead + 1 - burst) - now;
    return wait <= tolerance(now) ? 0 : Math.min(wait, Number.MAX_VALUE);
  };
  const onAsk = (state: State, { ticket, now }: Ask): Verdict<State> => {
    const { since, starts, waiting } = state;
    const ahead = countAhead(waiting, ticket);
    const wait = waitOf(state, ahead, now);
    if (wait > 0) return { state: withWaiting(state, joinQueue(waiting, ticket)), wait, reason: 'rate' };
    // The turns of all attempts ahead have come too, and they have missed them.
    const behind = leaveQueue(waiting.slice(ahead), ticket);
    const isIdle = now > startAt(state, 0);
    return { state: { since: isIdle ? now : since, starts: isIdle ? 1 : starts + 1, waiting: behind }, wait: 0 };
  };
  /** No attempt waits, and at most one burst counts as just made. */
  const resume = (state: State, now: number): State =>
    startAt(state, -burst) > now
      ? { since: now, starts: burst, waiting: [] }
      : withWaiting(state, state.waiting.length === 0 ? state.waiting : []);

  return gatePolicy<State, RateLimitView>({
    name: 'rxjs-reprise/rateLimit',
    initial: { since: Number.MIN_SAFE_INTEGER, starts: 0, waiting: [] },
    on: {
      ask: onAsk,
      abandon: (state, { ticket }) => withWaiting(state, leaveQueue(state.waiting, ticket)),
      resume: (state, { now }) => resume(state, now),
    },
    view: (state, now) => ({ retryAfter: waitOf(state, state.waiting.length, now), waiting: state.waiting.length }),
    read: stateReader({ since: 0, starts: isCount, waiting: isQueue }),
    wakes: wakeNext,
  });
}

/** Only the next attempt needs to be awake. The others are woken when they become the next. */
function wakeNext(before: State, after: State): readonly number[] | 'all' {
  const [next] = after.waiting;
  if (next === undefined) return 'all';
  return next === before.waiting[0] ? [] : [next];
}

/** For floating-point rounding: a call that waited exactly for its wait must be admitted. */
const tolerance = (now: number): number => 2 ** -50 * Math.max(1, Math.abs(now));

const withWaiting = (state: State, waiting: Queue): State =>
  waiting === state.waiting ? state : { since: state.since, starts: state.starts, waiting };

const isCount: Test = (value) => Number.isInteger(value) && (value as number) >= 0;
