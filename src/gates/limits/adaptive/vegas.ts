import { callable, number, rejectOption } from '../../../options.js';
import { readOptions } from '../../../readOptions.js';
import { adaptiveLimit, boundRows, boundsOf, onEndOf, type AdaptiveLimitOptions } from './adaptiveLimit.js';
import { vegasRounds } from './vegasRounds.js';
import type { VegasState } from './vegasState.js';
import type { AdaptiveLimit } from './rule.js';

/** Options of {@link vegas}. */
export interface VegasOptions extends AdaptiveLimitOptions {
  /**
   * The limit grows while fewer calls than this wait in the service: a finite number, at least 0.
   *
   * @defaultValue the square root of the limit
   */
  readonly alpha?: number | undefined;
  /**
   * The limit shrinks while more calls than this wait in the service: a finite number, at least `alpha`.
   *
   * @defaultValue twice the square root of the limit, or twice `alpha`
   */
  readonly beta?: number | undefined;
}

/**
 * A limit for {@link concurrencyLimit} that follows how long calls take. It keeps a short queue in the service: between
 * `alpha` and `beta` calls. It needs neither a timeout nor failures to find the limit.
 *
 * The calls that waited in the service are estimated for each *round* of as many calls as the limit, at least 10, from the
 * mean time that they took and the mean time at low load:
 *
 * queue = limit · (1 - unloaded / took)
 *
 * - Below `alpha` the limit grows by its square root, if at least half of it was used. Above `beta` it shrinks by its square
 *   root.
 * - A failure multiplies the limit by 0.9, at most once for the calls that ran together. The time that it took does not
 *   count.
 * - A call whose consumer left counts if it already took longer than a call at low load.
 * - `unloaded` is measured in a *probe*: half of the calls may run for a round, and half of that again as long as calls become
 *   faster by a third. There is a probe in the beginning, every 30 rounds, and when the limit has halved since the last
 *   one. So the limit follows a service that becomes slower without a queue, and does not shrink without end. A faster
 *   round between two probes lowers `unloaded` by a fifth of the difference.
 *
 * Sources: L. Brakmo and L. Peterson, "TCP Vegas" (1995), for the estimate; VegasLimit of Netflix's concurrency-limits for
 * calls in place of packets. Netflix takes the fastest call as `unloaded`, and a probe takes any call. Here both are means,
 * and a probe lowers the load, because a single fast call would keep the limit low, and a busy probe would raise it.
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const policy = concurrencyLimit({ limit: vegas({ initial: 4, max: 50 }) });
 * policy.view(policy.initial, 0) // => { running: 0, waiting: 0, free: 4, limit: 4 }
 */
export function vegas(options: VegasOptions = {}): AdaptiveLimit {
  const settings = readOptions('vegas', options, rows);
  const { alpha, beta, classify, ...given } = settings;
  if (beta !== undefined && beta < (alpha ?? 0))
    rejectOption('vegas', 'beta', `at least alpha (${String(alpha)})`, beta);
  const { next, ...rule } = vegasRounds(boundsOf('vegas', given), (limit) => {
    const low = alpha ?? Math.min(Math.sqrt(limit), beta ?? Infinity);
    return [low, beta ?? 2 * low];
  });
  return adaptiveLimit<VegasState>({ ...rule, onEnd: onEndOf('vegas', classify, next) }, 'vegas', settings);
}

const rows = {
  ...boundRows,
  alpha: [number, undefined, 0],
  beta: [number, undefined, 0],
  classify: [callable, undefined],
} as const;
