import { count, isWhole, rejectOption } from '../../options.js';
import { needed, readOptions } from '../../readOptions.js';
import type { Signal } from '../../policy/signals.js';
import { worded } from '../../policy/word.js';
import { gatePolicy, type GatePolicy } from '../gatePolicy.js';
import { stateReader } from '../snapshot.js';
import { isAdaptiveLimit, type AdaptiveLimit } from './adaptive/rule.js';
import {
  abandonSlot,
  askForSlot,
  clearSlots,
  concurrencyFormat,
  noSlots,
  releaseSlot,
  slotsIn,
  slotsParser,
  viewSlots,
  wokenBySlots,
  type ConcurrencyLimitView,
  type Slots,
} from './slots.js';

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

/**
 * At most `limit` attempts run at once. Further attempts wait, with reason `'concurrency'`, for an unknown time. A free
 * slot goes to the attempt that has waited longest. If that one waits for another gate (a circuit, its turn in a
 * {@link rateLimit}), the slot goes to the one behind it.
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
  const settings = readOptions('concurrencyLimit', options, {
    limit: [checkLimit, needed],
    maxWaiting: [count, Infinity, 0],
  });
  const { limit, maxWaiting } = settings;
  if (typeof limit !== 'number') return worded(limit.toPolicy(maxWaiting), 'concurrencyLimit', settings);
  const release = (slots: Slots, { ticket }: Signal): Slots => releaseSlot(slots, ticket);
  const policy = gatePolicy<Slots, ConcurrencyLimitView>({
    name: concurrencyFormat,
    initial: noSlots,
    on: {
      ask: (slots, { ticket }) => askForSlot(slots, limit, maxWaiting, ticket),
      success: release,
      failure: (slots, signal) => ({ state: release(slots, signal), wait: 0 }),
      cancel: release,
      abandon: (slots, { ticket }) => abandonSlot(slots, ticket),
      resume: clearSlots,
    },
    view: (slots) => viewSlots(slots, limit),
    read: stateReader(slotsParser()),
    adopt: slotsIn,
    settlesAt: 'end',
    wakes: (before, after, { kind }) => (kind === 'control' ? 'all' : wokenBySlots(before, limit, after, limit)),
  });
  return worded(policy, 'concurrencyLimit', settings);
}

function checkLimit(where: string, option: string, value: unknown): void {
  if (!isAdaptiveLimit(value) && !isWhole(value, 1))
    rejectOption(where, option, 'a whole number, at least 1, or a limit such as vegas()', value);
}
