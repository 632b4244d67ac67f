import { record, whole } from '../check.js';
import { untilChange, type Verdict } from '../policy/policy.js';
import type { SharedPolicy } from '../policy/sharedPolicy.js';
import { reader } from '../policy/snapshot.js';
import { ahead, isLine, joined, left, type Line } from './line.js';

/** Options of {@link concurrency}. */
export interface ConcurrencyOptions {
  /** How many attempts may run at once: a whole number, at least 1. */
  readonly limit: number;
}

/** What people look at. */
export interface ConcurrencyView {
  readonly running: number;
  /** How many were told to wait. */
  readonly waiting: number;
  /** How many places nobody has, and nobody waits for. */
  readonly free: number;
}

interface State {
  readonly running: Line;
  readonly waiting: Line;
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
 * const policy = concurrency({ limit: 2 });
 * const ask = (call: number) => ({ kind: 'ask', call, now: 0, random: 0, attempt: 1 }) as const;
 * const state = [ask(1), ask(2), ask(3)].reduce((state, signal) => policy.reduce(state, signal).state, policy.initial);
 * policy.view(state, 0) // => { running: 2, waiting: 1, free: 0 }
 */
export function concurrency(options: ConcurrencyOptions): SharedPolicy<unknown, ConcurrencyView> {
  record('concurrency', options);
  const { limit } = options;
  whole('concurrency', 'limit', limit, 1);

  const hasPlace = ({ running, waiting }: State, call: number): boolean =>
    ahead(waiting, call) < limit - running.length;
  /** Those whose places are free. */
  const next = ({ running, waiting }: State): Line => waiting.slice(0, Math.max(0, limit - running.length));
  const asked = (state: State, call: number): Verdict<State> => {
    const { running, waiting } = state;
    if (hasPlace(state, call))
      return { state: { running: joined(running, call), waiting: left(waiting, call) }, wait: 0 };
    return { state: changed(state, running, joined(waiting, call)), wait: untilChange, reason: 'concurrency' };
  };
  const format = 'rxjs-reprise/concurrency';
  const policy: SharedPolicy<State, ConcurrencyView> = {
    initial: { running: [], waiting: [] },
    hears: ['ask', 'success', 'failure', 'cancel', 'abandon', 'control'],
    reduce(state, signal) {
      const { running, waiting } = state;
      switch (signal.kind) {
        case 'ask':
          return asked(state, signal.call);
        case 'success':
        case 'failure':
        case 'cancel':
          return { state: changed(state, left(running, signal.call), waiting), wait: 0 };
        case 'abandon':
          return { state: changed(state, running, left(waiting, signal.call)), wait: 0 };
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
    parse: reader(format, { running: isLine, waiting: isLine }),
    wakes: (before, after, { kind }) =>
      kind === 'control' ? 'all' : next(after).filter((call) => !hasPlace(before, call)),
  };
  return policy;
}

const changed = (state: State, running: Line, waiting: Line): State =>
  running === state.running && waiting === state.waiting ? state : { running, waiting };
