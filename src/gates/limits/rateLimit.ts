import { milliseconds, record, refuse, whole } from '../../options.js';
import type { Verdict } from '../../policy/policy.js';
import type { GatePolicy } from '../gatePolicy.js';
import { reader, type Test } from '../snapshot.js';
import { ahead, isQueue, joinQueue, leaveQueue, type Queue } from './queue.js';

/** Options of {@link rateLimit}. */
export interface RateLimitOptions {
  /** How many attempts may start in `per` milliseconds: a whole number, at least 1. */
  readonly limit: number;
  /** Milliseconds, at least 1. */
  readonly per: number;
  /**
   * How many may start at once after idleness: a whole number from 1 to `limit`; 1 unless told, which spaces them evenly.
   * In no time of `per` milliseconds do more than limit + burst - 1 start.
   */
  readonly burst?: number;
}

/** What people look at. */
export interface RateLimitView {
  /** In how many milliseconds an attempt would start that asks now: 0 = at once. */
  readonly retryAfter: number;
  /** How many were told to wait for their turn. */
  readonly waiting: number;
}

interface State {
  /** Since this instant `starts` have been counted: without sums of fractions there is no drift. */
  readonly since: number;
  readonly starts: number;
  /** Who was told to wait, and has not been passed over. */
  readonly waiting: Queue;
}

/**
 * At most `limit` attempts start in any `per` milliseconds, evenly spaced: one that asks too soon is told the wait until
 * its turn, with reason `'rate'`, and keeps that turn; who leaves gives it up, and all behind move up. First attempts and
 * retries alike.
 *
 * `burst` trades strictness for latency. With 1, never more than `limit` start in any `per`, whatever window the other
 * side counts in, but the second of two calls at once waits per / limit even after an hour of silence (or is rejected,
 * where nobody will wait), and what a timer is late is lost. With `limit`, the first `limit` calls of an idle client start at
 * once, but then up to 2 · limit - 1 in one `per`: for other sides that fill a bucket, not for those that count.
 *
 * A turn cannot be saved: an attempt that waits for something else when it comes is passed over, and starts next when it
 * asks again.
 *
 * Source: the generic gate rate algorithm (ITU-T I.371) with increment per / limit and tolerance
 * (burst - 1) · per / limit; turns are its instants for those who wait.
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
  if (burst > limit) refuse('rateLimit', 'burst', `at most limit (${String(limit)})`, burst);

  /** The instant of the n-th start from now on at an even pace. */
  const paced = ({ since, starts }: State, n: number): number => since + ((starts + n) * per) / limit;
  /** When somebody may start with so many before. */
  const turn = (state: State, place: number): number => paced(state, place + 1 - burst);
  const waitFor = (state: State, place: number, now: number): number => {
    const wait = turn(state, place) - now;
    return wait <= hair(now) ? 0 : Math.min(wait, Number.MAX_VALUE);
  };
  const asked = (state: State, ticket: number, now: number): Verdict<State> => {
    const { since, starts, waiting } = state;
    const place = ahead(waiting, ticket);
    const wait = waitFor(state, place, now);
    if (wait > 0) return { state: withWaiting(state, joinQueue(waiting, ticket)), wait, reason: 'rate' };
    // The turns of all who were before have come too: they are passed over.
    const behind = leaveQueue(waiting.slice(place), ticket);
    const isIdle = now > paced(state, 0);
    return { state: { since: isIdle ? now : since, starts: isIdle ? 1 : starts + 1, waiting: behind }, wait: 0 };
  };
  /** Nobody waits any more, and at most a burst has just been made. */
  const resumed = (state: State, now: number): State =>
    paced(state, -burst) > now
      ? { since: now, starts: burst, waiting: [] }
      : withWaiting(state, state.waiting.length === 0 ? state.waiting : []);

  const format = 'rxjs-reprise/rateLimit';
  const policy: GatePolicy<State, RateLimitView> = {
    initial: { since: Number.MIN_SAFE_INTEGER, starts: 0, waiting: [] },
    handles: ['ask', 'abandon', 'control'],
    reduce(state, signal) {
      switch (signal.kind) {
        case 'ask':
          return asked(state, signal.ticket, signal.now);
        case 'abandon':
          return { state: withWaiting(state, leaveQueue(state.waiting, signal.ticket)), wait: 0 };
        case 'control':
          return { state: signal.command.name === 'resume' ? resumed(state, signal.now) : state, wait: 0 };
        default:
          return { state, wait: 0 };
      }
    },
    format,
    view: (state, now) => ({ retryAfter: waitFor(state, state.waiting.length, now), waiting: state.waiting.length }),
    parse: reader(format, { since: 0, starts: isCount, waiting: isQueue }),
    // Who is not the next may sleep: it is woken when it is.
    wakes(before, after) {
      const [next] = after.waiting;
      if (next === undefined) return 'all';
      return next === before.waiting[0] ? [] : [next];
    },
  };
  return policy;
}

/** What rounding may make of an instant: who slept for exactly the wait has its turn. */
const hair = (now: number): number => 2 ** -50 * Math.max(1, Math.abs(now));

const withWaiting = (state: State, waiting: Queue): State =>
  waiting === state.waiting ? state : { since: state.since, starts: state.starts, waiting };

const isCount: Test = (value) => Number.isInteger(value) && (value as number) >= 0;
