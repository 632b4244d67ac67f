import { untilChange, type Verdict } from '../../policy/policy.js';
import { recordOf, valueThat, type Parser } from '../parser.js';
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

/*
 * The attempts that run and those that wait, as a value. The limit is an argument, because it may follow the service.
 */

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

export interface Slots {
  readonly running: Queue;
  readonly waiting: Queue;
}

export const concurrencyFormat = 'rxjs-reprise/concurrencyLimit';

export const noSlots: Slots = { running: emptyQueue, waiting: emptyQueue };

export function askForSlot(slots: Slots, limit: number, maxWaiting: number, ticket: number): Verdict<Slots> {
  const { running, waiting } = slots;
  if (hasTicket(running, ticket)) return { state: slots, wait: 0 };
  if (hasSlot(slots, limit, ticket))
    return { state: { running: joinQueue(running, ticket), waiting: leaveQueue(waiting, ticket) }, wait: 0 };
  const queue = joinUpTo(maxWaiting, waiting, ticket);
  return queue === undefined
    ? { state: slots, wait: Infinity, reason: 'queue-full' }
    : { state: withQueues(slots, running, queue), wait: untilChange, reason: 'concurrency' };
}

/** The slots after an attempt has ended; the same reference if it did not run. */
export const releaseSlot = (slots: Slots, ticket: number): Slots =>
  withQueues(slots, leaveQueue(slots.running, ticket), slots.waiting);

/** The slots after a waiting attempt gave up. */
export const abandonSlot = (slots: Slots, ticket: number): Slots =>
  withQueues(slots, slots.running, leaveQueue(slots.waiting, ticket));

/** The slots on another machine, where no attempt runs or waits. */
export const clearSlots = (slots: Slots): Slots => (slots.running.size + slots.waiting.size === 0 ? slots : noSlots);

export const viewSlots = ({ running, waiting }: Slots, limit: number): ConcurrencyLimitView => ({
  running: running.size,
  waiting: waiting.size,
  free: Math.max(0, limit - running.size - waiting.size),
  limit,
});

/** The waiting attempts that have a slot and had none before. */
export const wokenBySlots = (before: Slots, limitBefore: number, after: Slots, limit: number): readonly number[] =>
  firstInQueue(after.waiting, limit - after.running.size).filter((ticket) => !hasSlot(before, limitBefore, ticket));

/** No attempt runs and waits. More may run than there are slots, because the limit may have been higher. */
export const slotsParser = (): Parser<Slots> =>
  recordOf({ running: valueThat(isQueue), waiting: valueThat(isQueue) }, ({ running, waiting }) =>
    firstInQueue(running, running.size).some((ticket) => hasTicket(waiting, ticket)) ? 'waiting' : undefined,
  );

/** The slots in a state of a fixed or of an adaptive limit. */
export const slotsIn = (state: Slots | { readonly slots: Slots }): Slots => ('slots' in state ? state.slots : state);

const hasSlot = ({ running, waiting }: Slots, limit: number, ticket: number): boolean =>
  countAhead(waiting, ticket) < limit - running.size;

const withQueues = (slots: Slots, running: Queue, waiting: Queue): Slots =>
  running === slots.running && waiting === slots.waiting ? slots : { running, waiting };
