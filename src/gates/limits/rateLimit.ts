import { milliseconds, record, rejectOption, whole } from '../../options.js';
import type { Verdict } from '../../policy/policy.js';
import type { Ask } from '../../policy/signals.js';
import { gatePolicy, type GatePolicy } from '../gatePolicy.js';
import { stateReader, type Test } from '../snapshot.js';
import {
  countAhead,
  emptyQueue,
  firstInQueue,
  hasTicket,
  isQueue,
  joinQueue,
  leaveQueue,
  queueBehind,
  type Queue,
} from './queue.js';

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
  /** The instant from which `starts` are counted, up to `limit`. Counting avoids the drift of summed fractions. */
  readonly since: number;
  readonly starts: number;
  /** The greatest lateness of these starts. It delays all starts after them. */
  readonly late: number;
  /** The attempts that wait for their turn, without those that missed it. */
  readonly waiting: Queue;
}

/**
 * At most `limit` attempts start in any `per` milliseconds, evenly spaced by default. An attempt that asks too early
 * waits for its turn, with reason `'rate'`, and keeps that turn. If it gives up, all attempts behind it move up. First
 * attempts and retries count alike.
 *
 * Timers are late, so an attempt may start after its turn. The attempts behind it then follow more closely, until they are
 * on time again. After `limit` starts, the greatest lateness of these starts is added to all later turns: a rate of
 * 1000 per second with timers that are 3 ms late gives 997.
 *
 * `burst` trades strictness for latency. With 1, never more than `limit` attempts start in any `per`, whatever window the
 * other side uses. But the second of two simultaneous calls waits per / limit even after an hour of idle time (or is
 * rejected, if its operator does not wait). With `limit`, the first `limit` calls of
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

  /** The turn of an attempt with that many attempts ahead of it, `early` starts sooner than the even pace. */
  const turnOf = ({ since, starts, late }: State, ahead: number, early: number): number => {
    const count = starts + ahead;
    return since + ((count - early) * per) / limit + (count >= limit ? late : 0);
  };
  /** A start that is later is not the lateness of a timer. It begins a new count, so that no burst follows it. */
  const mostLate = Math.min(per / 10, 25);
  const waitOf = (state: State, ahead: number, now: number): number => {
    const wait = turnOf(state, ahead, burst - 1) - now;
    return wait <= tolerance(now) ? 0 : Math.min(wait, Number.MAX_VALUE);
  };
  const onAsk = (state: State, { ticket, now }: Ask): Verdict<State> => {
    const { waiting } = state;
    const wait = waitOf(state, countAhead(waiting, ticket), now);
    if (wait > 0) return { state: withWaiting(state, joinQueue(waiting, ticket)), wait, reason: 'rate' };
    // The turns of all attempts ahead have come too, and they have missed them.
    const behind = queueBehind(waiting, ticket);
    const lateness = now - turnOf(state, 0, 0);
    const isLate = lateness <= Math.max(state.late, hasTicket(waiting, ticket) ? mostLate : 0);
    return { state: isLate ? started(state, lateness, behind) : restarted(now, 1, behind), wait: 0 };
  };
  /** One more start. After `limit` starts the count begins again, later by their greatest lateness. */
  const started = ({ since, starts, late }: State, lateness: number, waiting: Queue): State => {
    const latest = Math.max(late, lateness);
    return starts + 1 < limit
      ? { since, starts: starts + 1, late: latest, waiting }
      : { since: since + per + latest, starts: 0, late: 0, waiting };
  };
  /** A new count after idle time, with that many starts just made. */
  const restarted = (now: number, starts: number, waiting: Queue): State =>
    started({ since: now, starts: starts - 1, late: 0, waiting }, 0, waiting);
  /** No attempt waits, and at most one burst counts as just made. */
  const resume = (state: State, now: number): State =>
    turnOf(state, 0, burst) > now
      ? restarted(now, burst, emptyQueue)
      : withWaiting(state, state.waiting.size === 0 ? state.waiting : emptyQueue);

  return gatePolicy<State, RateLimitView>({
    name: 'rxjs-reprise/rateLimit',
    initial: { since: Number.MIN_SAFE_INTEGER, starts: 0, late: 0, waiting: emptyQueue },
    on: {
      ask: onAsk,
      abandon: (state, { ticket }) => withWaiting(state, leaveQueue(state.waiting, ticket)),
      resume: (state, { now }) => resume(state, now),
    },
    view: (state, now) => ({ retryAfter: waitOf(state, state.waiting.size, now), waiting: state.waiting.size }),
    read: stateReader({ since: 0, starts: isCount, late: isLateness, waiting: isQueue }),
    wakes: wakeNext,
  });
}

/** Only the next attempt needs to be awake. The others are woken when they become the next. */
function wakeNext(before: State, after: State): readonly number[] | 'all' {
  const next = firstInQueue(after.waiting, 1);
  if (next.length === 0) return 'all';
  return next[0] === firstInQueue(before.waiting, 1)[0] ? [] : next;
}

/** For floating-point rounding: a call that waited exactly for its wait must be admitted. */
const tolerance = (now: number): number => 2 ** -50 * Math.max(1, Math.abs(now));

const withWaiting = (state: State, waiting: Queue): State =>
  waiting === state.waiting ? state : { since: state.since, starts: state.starts, late: state.late, waiting };

const isLateness: Test = (value) => typeof value === 'number' && value >= 0 && value < Infinity;

const isCount: Test = (value) => Number.isInteger(value) && (value as number) >= 0;
