import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import type { Policy } from '../policy/policy.js';
import { hedgeHost, type DelayGate, type HedgeOptions } from './hedgeOptions.js';
import { HedgeSubscription } from './hedgeSubscription.js';

/**
 * Subscribes to the source a second time while the first attempt is still silent, and takes the one that answers first. It
 * cuts the tail of what calls take, at the price of some more requests.
 *
 * ```
 * first attempt   ---------a|
 * second attempt  ---b|             a hedge of `fixed(4)`
 * hedge           -------(b|)
 * subscriptions   ^------!
 *                 ----^--!
 * ```
 *
 * - The policy says after how many milliseconds another attempt starts: it is asked at the start of each attempt, as after a
 *   failure without an error. `fixed(100)` waits 100 ms each time. A gate of {@link latencyQuantile} waits as long as most
 *   attempts take.
 * - The first value wins, and so does a completion without a value. The other attempts are unsubscribed before the
 *   consumer receives it, so a gate below them receives `cancel`, not a failure, and its slot is free.
 * - An attempt that fails waits for the others. If all fail, the stream ends with the error of the first attempt, as it would
 *   without hedges. An error before the first hedge ends the stream at once: a retry stands outside, or below.
 * - Only hedge what may run twice at the same time: reads, and writes with an idempotency key.
 *
 * @param policy after how many milliseconds to hedge: a policy, or a gate whose view has a `delay`
 * @throws RangeError | TypeError naming the option and the value. Into the stream: what the policy or a gate throws.
 *
 * @example
 * let calls = 0;
 * const load$ = defer(() => timer(++calls === 1 ? 5000 : 10).pipe(map(() => 'loaded')));
 * const budget = gate(retryBudget({ ratio: 0.05 }), { name: 'hedges' });
 * await firstValueFrom(load$.pipe(hedge(fixed(20), { budget }))) // => 'loaded'
 * calls // => 2
 */
export function hedge<T>(policy: Policy | DelayGate, options: HedgeOptions = {}): MonoTypeOperatorFunction<T> {
  const host = hedgeHost(policy, options);
  return (source) =>
    new Observable((consumer) => {
      if (!consumer.closed) new HedgeSubscription(host, source, consumer).start();
    });
}
