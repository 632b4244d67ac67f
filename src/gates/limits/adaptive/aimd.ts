import { readOptions } from '../../../readOptions.js';
import { callable, milliseconds, rejectOption } from '../../../options.js';
import { aCount, aNumber, countFrom, recordOf, orNull } from '../../parser.js';
import {
  adaptiveLimit,
  boundRows,
  boundsOf,
  lowered,
  onEndOf,
  startedSince,
  type AdaptiveLimitOptions,
  type EndedAttempt,
} from './adaptiveLimit.js';
import type { AdaptiveLimit, AdaptiveRule } from './rule.js';

/** Options of {@link aimd}. */
export interface AimdOptions extends AdaptiveLimitOptions {
  /**
   * An attempt that took longer counts as a failure: milliseconds, at least 1.
   *
   * @defaultValue no timeout: only failures lower the limit
   */
  readonly timeout?: number | undefined;
  /**
   * What the limit is multiplied by at a failure: above 0, below 1.
   *
   * @defaultValue 0.9
   */
  readonly backoff?: number | undefined;
}

interface State {
  readonly limit: number;
  /** How many good attempts have ended at this limit, while it was used. */
  readonly good: number;
  /** When the limit was lowered; `null` if that does not matter any more. */
  readonly since: number | null;
}

/**
 * A limit for {@link concurrencyLimit} that follows failures: additive increase, multiplicative decrease. It finds the limit
 * of a service that rejects what it cannot do. For a service that makes calls wait, use {@link vegas}, or give a `timeout`.
 *
 * - The limit grows by 1 when as many attempts as the limit have ended well, if at least half of it was used.
 * - A failure, and an attempt that took longer than `timeout`, multiplies it by `backoff` and lowers it by at least 1. This
 *   happens once for the attempts that ran together: those that started before the limit was lowered no longer count.
 * - An attempt whose consumer left says nothing, unless it had already taken longer than `timeout`.
 *
 * So the limit moves up and down between the capacity of the service and `backoff` times that.
 *
 * Sources: D. Chiu and R. Jain, "Analysis of the Increase and Decrease Algorithms for Congestion Avoidance in Computer
 * Networks" (1989); AIMDLimit of Netflix's concurrency-limits. Netflix lowers the limit at each failure, so a hundred
 * failures at once lower it to 1, and raises it at each success.
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const policy = concurrencyLimit({ limit: aimd({ initial: 10, max: 50 }) });
 * const slots = gate(policy, { name: 'slots' });
 * await lastValueFrom(throwError(() => new Error('busy')).pipe(guard(slots), catchError(() => EMPTY)), { defaultValue: 0 });
 * slots.state // => { running: 0, waiting: 0, free: 9, limit: 9 }
 */
export function aimd(options: AimdOptions = {}): AdaptiveLimit {
  const settings = readOptions('aimd', options, rows);
  const { timeout = Infinity, backoff, classify, ...given } = settings;
  const { initial, min, max } = boundsOf('aimd', given);

  const next = (state: State, ended: EndedAttempt): State => {
    const { limit, good, since } = state;
    const { end, took, running, now } = ended;
    if (end === 'bad' || took > timeout) {
      if (limit === min || (since !== null && !startedSince(since, ended))) return state;
      return { limit: lowered(limit, backoff, min), good: 0, since: now };
    }
    if (end === 'left' || limit === max || running * 2 < limit) return state;
    return good + 1 < limit ? { limit, good: good + 1, since } : { limit: limit + 1, good: 0, since };
  };
  const rule: AdaptiveRule<State> = {
    initial: { limit: initial, good: 0, since: null },
    max,
    limitOf: ({ limit }) => limit,
    onEnd: onEndOf('aimd', classify, next),
    resume: (state) => (state.since === null ? state : { ...state, since: null }),
    parse: recordOf({ limit: countFrom(min, max), good: aCount, since: orNull(aNumber) }, ({ limit, good }) =>
      good < limit ? undefined : 'good',
    ),
  };
  return adaptiveLimit(rule, 'aimd', settings);
}

function checkBackoff(where: string, option: string, value: unknown): void {
  if (!(typeof value === 'number' && value > 0 && value < 1)) rejectOption(where, option, 'above 0 and below 1', value);
}

const rows = {
  ...boundRows,
  timeout: [milliseconds, undefined, 1],
  backoff: [checkBackoff, 0.9],
  classify: [callable, undefined],
} as const;
