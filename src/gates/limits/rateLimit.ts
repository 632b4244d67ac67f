import { count, milliseconds, rejectOption, whole } from '../../options.js';
import { needed, readOptions } from '../../readOptions.js';
import type { Policy, Verdict } from '../../policy/policy.js';
import type { Ask, Signal } from '../../policy/signals.js';
import { worded } from '../../policy/word.js';
import { gatePolicy, type GatePolicy } from '../gatePolicy.js';
import { aNumber, countFrom, numberFrom, recordOf, valueThat } from '../parser.js';
import { stateReader } from '../snapshot.js';
import {
  countAhead,
  emptyQueue,
  firstInQueue,
  hasTicket,
  isQueue,
  joinUpTo,
  leaveQueue,
  queueBehind,
  type Queue,
} from './queue.js';
import { instantOf, isOver, mostLate, paceAfter, restarted, startingIn, unpaced, waitFor, type Pace } from './pace.js';

/** Options of {@link rateLimit}. */
export interface RateLimitOptions {
  /** How many attempts may start in `per` milliseconds: a whole number, at least 1. */
  readonly limit: number;
  /** Milliseconds, not seconds, at least 1. */
  readonly per: number;
  /**
   * How many attempts may start at once after idle time: a whole number from 1 to `limit`. The default spaces them evenly.
   * At most limit + burst - 1 attempts start in any `per` milliseconds.
   *
   * @defaultValue 1
   */
  readonly burst?: number | undefined;
  /**
   * How many attempts may wait at once: a whole number, at least 0, or Infinity. A further attempt is rejected at once with
   * reason `'queue-full'`.
   *
   * @defaultValue Infinity
   */
  readonly maxWaiting?: number | undefined;
}

/** The status of a {@link rateLimit}. */
export interface RateLimitView {
  /** In how many milliseconds an attempt would start if it asked now; 0 = at once. */
  readonly retryAfter: number;
  /** How many attempts wait for their turn. */
  readonly waiting: number;
}

interface State extends Pace {
  /** The attempts that wait for their turn, without those that missed it. */
  readonly waiting: Queue;
}

/**
 * At most `limit` attempts start in any `per` milliseconds, evenly spaced by default. An attempt that asks too early
 * waits for its turn, with reason `'rate'`, and keeps that turn. If it gives up, or another gate makes it wait longer, all
 * attempts behind it move up. First attempts and retries count alike.
 *
 * The lateness of timers is made up for: an attempt that starts up to 25 ms late does not delay the ones behind it. Only the
 * greatest lateness of `limit` starts is lost: a rate of 1000 per second with timers that are 3 ms late gives 997.
 *
 * `burst` trades strictness for latency. With 1, never more than `limit` attempts start in any `per`, whatever window the
 * other side uses. But the second of two simultaneous calls waits per / limit even after an hour of idle time (or is
 * rejected, if its operator does not wait). With `limit`, the first `limit` calls of an idle client start at once, but then
 * up to 2 · limit - 1 may start in one `per`. That suits a server with a token bucket, not one that counts calls.
 *
 * A turn cannot be saved. If its attempt waits for another gate when the turn comes, the attempts behind may overtake it,
 * and it starts next when it asks again.
 *
 * Source: GCRA (ITU-T I.371) with increment per / limit and tolerance (burst - 1) · per / limit. Turns are its instants.
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * preview(both(fixed(100), rateLimit({ limit: 2, per: 1000 })), { failures: 3 }).delays // => [500, 500, 500]
 * preview(rateLimit({ limit: 2, per: 1000, burst: 2 }), { failures: 3 }).delays // => [0, 500, 500]
 */
export function rateLimit(options: RateLimitOptions): GatePolicy<unknown, RateLimitView> {
  const settings = readOptions('rateLimit', options, {
    limit: [whole, needed, 1],
    per: [milliseconds, needed, 1],
    burst: [whole, 1, 1],
    maxWaiting: [count, Infinity, 0],
  });
  const { limit, per, burst, maxWaiting } = settings;
  if (burst > limit) rejectOption('rateLimit', 'burst', `at most limit (${String(limit)})`, burst);
  const rate = { limit, per };

  const waitOf = (state: State, ahead: number, now: number): number => waitFor(rate, state, ahead, burst, now);
  const onAsk = (state: State, { ticket, now }: Ask): Verdict<State> => {
    const { waiting } = state;
    const wait = waitOf(state, countAhead(waiting, ticket), now);
    if (wait > 0) {
      const queue = joinUpTo(maxWaiting, waiting, ticket);
      return queue === undefined
        ? { state, wait: Infinity, reason: 'queue-full' }
        : { state: withWaiting(state, queue), wait, reason: 'rate' };
    }
    const pace = paceAfter(rate, state, now, hasTicket(waiting, ticket));
    // The turns of all attempts ahead have come too, and they have missed them.
    return { state: { ...pace, waiting: queueBehind(waiting, ticket) }, wait: 0 };
  };
  /** At most one burst counts as just made. */
  const resume = (state: State, now: number): State =>
    instantOf(rate, state, 0, burst) > now
      ? { ...restarted(rate, now, burst), waiting: emptyQueue }
      : withWaiting(state, state.waiting.size === 0 ? state.waiting : emptyQueue);

  const policy = gatePolicy<State, RateLimitView>({
    name: 'rxjs-reprise/rateLimit',
    initial: { ...unpaced, waiting: emptyQueue },
    on: {
      ask: onAsk,
      abandon: (state, { ticket }) => withWaiting(state, leaveQueue(state.waiting, ticket)),
      resume: (state, { now }) => resume(state, now),
    },
    view: (state, now) => ({ retryAfter: waitOf(state, state.waiting.size, now), waiting: state.waiting.size }),
    read: stateReader(
      recordOf<State>({
        since: aNumber,
        starts: countFrom(0, limit - 1),
        late: numberFrom(0, mostLate(rate)),
        waiting: valueThat(isQueue),
      }),
    ),
    wakes: wakeNext,
    shape: `${String(limit)}/${String(per)}`,
    adopt: (state, now, from) => ({ ...state, ...startingIn(rate, nextIn(from, state, now), now, burst) }),
    isAtRest: (state, now) => state.waiting.size === 0 && isOver(rate, state, now),
  });
  return worded(policy, 'rateLimit', settings);
}

/** In how many milliseconds the next attempt would have started. */
const nextIn = (from: Policy, state: State, now: number): number =>
  (from as GatePolicy<State, RateLimitView>).view(withWaiting(state, emptyQueue), now).retryAfter;

/** Only the next attempt needs to be awake. The others are woken when they become the next. */
function wakeNext(before: State, after: State, { kind }: Signal): readonly number[] | 'all' {
  if (kind === 'control') return 'all';
  const next = firstInQueue(after.waiting, 1);
  return next[0] === firstInQueue(before.waiting, 1)[0] ? [] : next;
}

const withWaiting = (state: State, waiting: Queue): State =>
  waiting === state.waiting ? state : { ...state, waiting };
