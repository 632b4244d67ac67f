import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import type { Gate } from '../live/gate.js';
import { areGates, isGate } from '../live/gates.js';
import { isKeyed } from '../live/isKeyed.js';
import type { KeyedGates } from '../live/keyedGates.js';
import { rejectOption } from '../options.js';
import { beginCall } from './beginCall.js';
import { guardHost, guardSettings, type GuardOptions, type GuardSettings, type KeyOption } from './guardOptions.js';

/**
 * Asks gates before the source is subscribed. Each subscription is one call. It starts if all gates admit it, and all gates
 * receive how it ends. If one gate rejects the call, no other gate is charged. A call that is not admitted within `maxWait`
 * ends with a {@link RejectedError} (`reason`, `retryAfter`, `by`), and the source is not subscribed.
 *
 * ```
 * source         -a|
 * first          -a|
 * second         ---a|        waits for the only slot
 * third          ---#         its maxWait of 3 ms ends
 * subscriptions  ^-!
 *                --^-!
 * ```
 *
 * - Permission is asked at `subscribe`, so operators above (`retry`, `repeat`) ask anew each time.
 * - An error is a failure, a completion a success. Unsubscribing after a value is a success too (`take(1)`,
 *   `firstValueFrom`); unsubscribing before any value is a cancel. The gates receive it before the consumer does.
 * - Calls that wait for a {@link concurrencyLimit} are admitted in the order in which they asked. A wait ends early when a
 *   gate changes. Unsubscribing ends the wait and gives up the slot.
 * - Every call is a first attempt here. A {@link retryBudget} limits retries, so it belongs in `gates` of
 *   {@link retryWithPolicy}.
 *
 * @param gates a gate, or an array of distinct gates: what `circuit()` and `gate()` make
 * @throws RangeError | TypeError naming the option and the value. Into the stream: a {@link RejectedError}, which is a
 * {@link CircuitOpenError} where a circuit rejects; what a predicate throws.
 *
 * @example
 * const slots = gate(concurrencyLimit({ limit: 1 }), { name: 'printer' });
 * const print = (page: string) => timer(5).pipe(map(() => page), guard(slots, { maxWait: 1000 }));
 * await lastValueFrom(merge(print('one'), print('two'), print('three')).pipe(toArray())) // => ['one', 'two', 'three']
 */
export function guard<T>(gates: Gate | readonly Gate[], options?: GuardOptions<T>): MonoTypeOperatorFunction<T>;
/** The same with the gate of a key, see {@link keyed}. The key is read for each subscription. */
export function guard<T>(gates: KeyedGates<any>, options: GuardOptions<T> & KeyOption): MonoTypeOperatorFunction<T>;
export function guard<T>(
  gates: Gate | readonly Gate[] | KeyedGates<any>,
  options?: GuardOptions<T> & Partial<KeyOption>,
): MonoTypeOperatorFunction<T> {
  if (!isKeyed(gates)) return guarding('guard', gates, options);
  return guardingEach('guard', gates, options?.key, guardSettings('guard', options, ['key']), checkedGates);
}

/** {@link guard} under the name by which the user called it. */
export function guarding<T>(
  where: string,
  given: unknown,
  options: GuardOptions<T> | undefined,
): MonoTypeOperatorFunction<T> {
  const gates = checkedGates(where, given);
  if (isGate(options) || areGates(options))
    throw new TypeError(`${where}: gates must be one argument, as in ${where}([rate, slots])`);
  const host = guardHost(gates, guardSettings(where, options));
  return (source) =>
    new Observable((consumer) => {
      if (!consumer.closed) beginCall<T>(host, source, consumer);
    });
}

/** The same with the gate of a key. `gatesOf` checks each gate once. */
export function guardingEach<T>(
  where: string,
  given: KeyedGates,
  key: unknown,
  settings: GuardSettings<T>,
  gatesOf: (where: string, gate: Gate) => readonly [Gate, ...Gate[]],
): MonoTypeOperatorFunction<T> {
  const hostFor = given.perCall(where, key, (gate) => guardHost(gatesOf(where, gate), settings));
  return (source) =>
    new Observable((consumer) => {
      if (!consumer.closed) beginCall<T>(hostFor(), source, consumer);
    });
}

function checkedGates(where: string, given: unknown): readonly [Gate, ...Gate[]] {
  const [first, ...others] = isGate(given) ? [given] : areGates(given) ? given : [];
  if (first === undefined) {
    const wanted = 'a gate or an array of distinct gates (from circuit() or gate())';
    return rejectOption(where, 'gates', wanted, given, TypeError);
  }
  const gates = [first, ...others] as const;
  const idle = gates.find(({ policy }) => policy.limits === 'retries');
  if (idle !== undefined) {
    throw new TypeError(
      `${where}: ${idle.title} only limits retries, and every call is a first attempt here. Pass it to retryWithPolicy, as gates`,
    );
  }
  return gates;
}
