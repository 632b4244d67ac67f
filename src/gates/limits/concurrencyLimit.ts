import { count, isWhole, rejectOption } from '../../options.js';
import { needed, readOptions } from '../../readOptions.js';
import { untilChange, type Verdict } from '../../policy/policy.js';
import type { Ask, Cancel, Failure, Success } from '../../policy/signals.js';
import { gatePolicy, type GatePolicy } from '../gatePolicy.js';
import { recordOf, valueThat } from '../parser.js';
import { stateReader } from '../snapshot.js';
import type { AdaptiveLimit } from './adaptive/adaptiveLimit.js';
import {
  countAhead,
  emptyQueue,
  firstInQueue,
  hasTicket,
  isQueue,
  joinQueue,
  joinUpTo,
  leaveQueue,
  type Queue,
} from './queue.js';

/** Options of {@link concurrencyLimit}. */
export interface ConcurrencyLimitOptions {
  /**
   * How many attempts may run at once: a whole number, at least 1, or a limit that follows what calls take, {@link vegas}
   * or {@link aimd}.
   */
  readonly limit: number | AdaptiveLimit;
  /**
   * How many attempts may wait at once: a whole number, at least 0, or Infinity. A further attempt is rejected at once with
   * reason `'queue-full'`.
   *
   * @defaultValue Infinity
   */
  readonly maxWaiting?: number | undefined;
}

/** The status of a {@link concurrencyLimit}. */
export interface ConcurrencyLimitView {
  /** How many attempts are running. */
  readonly running: number;
  /** How many attempts are waiting. */
  readonly waiting: number;
  /** How many slots are free and not reserved for a waiting attempt. */
  readonly free: number;
  /** How many attempts may run at once. More run for a time after it has become lower. */
  readonly limit: number;
}

interface State {
  readonly running: Queue;
  readonly waiting: Queue;
  /** The state of a limit that adapts. */
  readonly adapted?: unknown;
}

/**
 * At most `limit` attempts run at once. Further attempts wait, with reason `'concurrency'`, for an unknown time. A free
 * slot goes to the attempt that has waited longest, and stays reserved for it while it waits for another gate (a circuit,
 * its turn in a {@link rateLimit}). So share a limit among calls that go to the same place.
 *
 * A slot becomes free however its attempt ends. First attempts and retries count alike. Between two attempts, a stream
 * holds no slot.
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const policy = concurrencyLimit({ limit: 2 });
 * const ask = (ticket: number) => ({ kind: 'ask', ticket, now: 0, random: 0, attempt: 1 }) as const;
 * const state = [ask(1), ask(2), ask(3)].reduce((state, signal) => policy.reduce(state, signal).state, policy.initial);
 * policy.view(state, 0) // => { running: 2, waiting: 1, free: 0, limit: 2 }
 */
export function concurrencyLimit(options: ConcurrencyLimitOptions): GatePolicy<unknown, ConcurrencyLimitView> {
  const { limit, maxWaiting } = readOptions('concurrencyLimit', options, {
    limit: [checkLimit, needed],
    maxWaiting: [count, Infinity, 0],
  });
  const aQueue = valueThat<Queue>(isQueue);
  const [most, adaptive] = typeof limit === 'number' ? [limit] : [limit.max, limit];
  const limitOf = ({ adapted }: State): number => adaptive?.limitOf(adapted) ?? most;
  const slotsOf = (state: State): number => limitOf(state) - state.running.size;
  const hasSlot = (state: State, ticket: number): boolean => countAhead(state.waiting, ticket) < slotsOf(state);
  /** The waiting attempts that have a slot. */
  const admissible = (state: State): readonly number[] => firstInQueue(state.waiting, slotsOf(state));
  const onAsk = (state: State, { ticket }: Ask): Verdict<State> => {
    const { running, waiting } = state;
    if (hasTicket(running, ticket)) return { state, wait: 0 };
    if (hasSlot(state, ticket))
      return { state: withQueues(state, joinQueue(running, ticket), leaveQueue(waiting, ticket)), wait: 0 };
    const queue = joinUpTo(maxWaiting, waiting, ticket);
    return queue === undefined
      ? { state, wait: Infinity, reason: 'queue-full' }
      : { state: withQueues(state, running, queue), wait: untilChange, reason: 'concurrency' };
  };
  /** No more run than there are slots, and no attempt runs and waits. */
  const contradiction = ({ running, waiting }: State): keyof State | undefined => {
    if (running.size > most) return 'running';
    return firstInQueue(running, most).some((ticket) => hasTicket(waiting, ticket)) ? 'waiting' : undefined;
  };
  /** The end of an attempt that does not run is late and changes nothing. */
  const release = (state: State, end: Success | Failure | Cancel): Verdict<State> => {
    const { running, waiting } = state;
    const rest = leaveQueue(running, end.ticket);
    if (adaptive === undefined || rest === running) return { state: withQueues(state, rest, waiting), wait: 0 };
    const { state: adapted, thrown } = adaptive.onEnd(state.adapted, end, running.size);
    return { state: { running: rest, waiting, adapted }, wait: 0, ...(thrown && { thrown }) };
  };
  const onResume = (state: State): State => {
    const adapted = adaptive?.resume(state.adapted);
    if (state.running.size + state.waiting.size === 0 && adapted === state.adapted) return state;
    return adaptive === undefined ? empty : { ...empty, adapted };
  };
  return gatePolicy<State, ConcurrencyLimitView>({
    name: 'rxjs-reprise/concurrencyLimit',
    initial: adaptive === undefined ? empty : { ...empty, adapted: adaptive.initial },
    on: {
      ask: onAsk,
      success: (state, signal) => release(state, signal).state,
      failure: release,
      cancel: (state, signal) => release(state, signal).state,
      abandon: (state, { ticket }) => withQueues(state, state.running, leaveQueue(state.waiting, ticket)),
      resume: onResume,
    },
    view: (state) => ({
      running: state.running.size,
      waiting: state.waiting.size,
      free: Math.max(0, slotsOf(state) - state.waiting.size),
      limit: limitOf(state),
    }),
    read: stateReader(
      recordOf({ running: aQueue, waiting: aQueue, ...(adaptive && { adapted: adaptive.parse }) }, contradiction),
    ),
    settlesAt: 'end',
    wakes: (before, after, { kind }) =>
      kind === 'control' ? 'all' : admissible(after).filter((ticket) => !hasSlot(before, ticket)),
  });
}

const empty: State = { running: emptyQueue, waiting: emptyQueue };

function withQueues(state: State, running: Queue, waiting: Queue): State {
  if (running === state.running && waiting === state.waiting) return state;
  const { adapted } = state;
  return adapted === undefined ? { running, waiting } : { running, waiting, adapted };
}

function checkLimit(where: string, option: string, value: unknown): void {
  const isAdaptive = typeof (value as Partial<AdaptiveLimit> | null | undefined)?.limitOf === 'function';
  if (!isAdaptive && !isWhole(value, 1))
    rejectOption(where, option, 'a whole number, at least 1, or a limit such as vegas()', value);
}
