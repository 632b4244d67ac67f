import { record, whole } from '../../options.js';
import { untilChange, type Verdict } from '../../policy/policy.js';
import type { GatePolicy } from '../gatePolicy.js';
import { reader } from '../snapshot.js';
import { ahead, isQueue, joinQueue, leaveQueue, type Queue } from './queue.js';

/** Options of {@link concurrencyLimit}. */
export interface ConcurrencyLimitOptions {
  /** How many attempts may run at once: a whole number, at least 1. */
  readonly limit: number;
}

/** What people look at. */
export interface ConcurrencyLimitView {
  readonly running: number;
  /** How many were told to wait. */
  readonly waiting: number;
  /** How many places nobody has, and nobody waits for. */
  readonly free: number;
}

interface State {
  readonly running: Queue;
  readonly waiting: Queue;
}

/**
 * At most `limit` attempts in flight in common. One more is told to wait, with reason `'concurrency'`, nobody knows how
 * long; when a place is free, it goes to the one that has waited longest. It is kept for that one also while it waits for
 * something else (a circuit, its turn in a {@link rateLimit}); so share it among calls that go to the same place.
 *
 * However an attempt ends, its place is free again. It does not matter whether it is a first one or a retry; between two
 * attempts a stream has no place.
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
  record('concurrencyLimit', options);
  const { limit } = options;
  whole('concurrencyLimit', 'limit', limit, 1);

  const hasPlace = ({ running, waiting }: State, ticket: number): boolean =>
    ahead(waiting, ticket) < limit - running.length;
  /** Those whose places are free. */
  const next = ({ running, waiting }: State): Queue => waiting.slice(0, Math.max(0, limit - running.length));
  const asked = (state: State, ticket: number): Verdict<State> => {
    const { running, waiting } = state;
    if (hasPlace(state, ticket))
      return { state: { running: joinQueue(running, ticket), waiting: leaveQueue(waiting, ticket) }, wait: 0 };
    return { state: changed(state, running, joinQueue(waiting, ticket)), wait: untilChange, reason: 'concurrency' };
  };
  const format = 'rxjs-reprise/concurrencyLimit';
  const policy: GatePolicy<State, ConcurrencyLimitView> = {
    initial: { running: [], waiting: [] },
    handles: ['ask', 'success', 'failure', 'cancel', 'abandon', 'control'],
    reduce(state, signal) {
      const { running, waiting } = state;
      switch (signal.kind) {
        case 'ask':
          return asked(state, signal.ticket);
        case 'success':
        case 'failure':
        case 'cancel':
          return { state: changed(state, leaveQueue(running, signal.ticket), waiting), wait: 0 };
        case 'abandon':
          return { state: changed(state, running, leaveQueue(waiting, signal.ticket)), wait: 0 };
        case 'control': {
          const isKept = signal.command.name !== 'resume' || running.length + waiting.length === 0;
          return { state: isKept ? state : policy.initial, wait: 0 };
        }
        default:
          return { state, wait: 0 };
      }
    },
    format,
    view: ({ running, waiting }) => ({
      running: running.length,
      waiting: waiting.length,
      free: Math.max(0, limit - running.length - waiting.length),
    }),
    parse: reader(format, { running: isQueue, waiting: isQueue }),
    wakes: (before, after, { kind }) =>
      kind === 'control' ? 'all' : next(after).filter((ticket) => !hasPlace(before, ticket)),
  };
  return policy;
}

const changed = (state: State, running: Queue, waiting: Queue): State =>
  running === state.running && waiting === state.waiting ? state : { running, waiting };
