import { count, whole } from '../../options.js';
import { needed, readOptions } from '../../readOptions.js';
import { untilChange, type Verdict } from '../../policy/policy.js';
import type { Ask, Signal } from '../../policy/signals.js';
import { gatePolicy, type GatePolicy } from '../gatePolicy.js';
import { recordOf, valueThat } from '../parser.js';
import { stateReader } from '../snapshot.js';
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
  /** How many attempts may run at once: a whole number, at least 1. */
  readonly limit: number;
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
}

interface State {
  readonly running: Queue;
  readonly waiting: Queue;
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
 * policy.view(state, 0) // => { running: 2, waiting: 1, free: 0 }
 */
export function concurrencyLimit(options: ConcurrencyLimitOptions): GatePolicy<unknown, ConcurrencyLimitView> {
  const { limit, maxWaiting } = readOptions('concurrencyLimit', options, {
    limit: [whole, needed, 1],
    maxWaiting: [count, Infinity, 0],
  });

  const hasSlot = ({ running, waiting }: State, ticket: number): boolean =>
    countAhead(waiting, ticket) < limit - running.size;
  /** The waiting attempts that have a slot. */
  const admissible = ({ running, waiting }: State): readonly number[] => firstInQueue(waiting, limit - running.size);
  const onAsk = (state: State, { ticket }: Ask): Verdict<State> => {
    const { running, waiting } = state;
    if (hasTicket(running, ticket)) return { state, wait: 0 };
    if (hasSlot(state, ticket))
      return { state: { running: joinQueue(running, ticket), waiting: leaveQueue(waiting, ticket) }, wait: 0 };
    const queue = joinUpTo(maxWaiting, waiting, ticket);
    return queue === undefined
      ? { state, wait: Infinity, reason: 'queue-full' }
      : { state: withQueues(state, running, queue), wait: untilChange, reason: 'concurrency' };
  };
  /** No attempt runs and waits. More may run than there are slots, because the limit may have been higher. */
  const contradiction = ({ running, waiting }: State): keyof State | undefined =>
    firstInQueue(running, running.size).some((ticket) => hasTicket(waiting, ticket)) ? 'waiting' : undefined;
  const release = (state: State, { ticket }: Signal): State =>
    withQueues(state, leaveQueue(state.running, ticket), state.waiting);
  return gatePolicy<State, ConcurrencyLimitView>({
    name: 'rxjs-reprise/concurrencyLimit',
    initial: empty,
    on: {
      ask: onAsk,
      success: release,
      failure: (state, signal) => ({ state: release(state, signal), wait: 0 }),
      cancel: release,
      abandon: (state, { ticket }) => withQueues(state, state.running, leaveQueue(state.waiting, ticket)),
      resume: (state) => (state.running.size + state.waiting.size === 0 ? state : empty),
    },
    view: ({ running, waiting }) => ({
      running: running.size,
      waiting: waiting.size,
      free: Math.max(0, limit - running.size - waiting.size),
    }),
    read: stateReader(recordOf({ running: valueThat(isQueue), waiting: valueThat(isQueue) }, contradiction)),
    settlesAt: 'end',
    wakes: (before, after, { kind }) =>
      kind === 'control' ? 'all' : admissible(after).filter((ticket) => !hasSlot(before, ticket)),
  });
}

const empty: State = { running: emptyQueue, waiting: emptyQueue };

const withQueues = (state: State, running: Queue, waiting: Queue): State =>
  running === state.running && waiting === state.waiting ? state : { running, waiting };
