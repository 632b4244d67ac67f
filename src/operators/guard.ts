import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import type { Gate } from '../live/gate.js';
import { areGates, isGate } from '../live/gates.js';
import { callable, rejectOption } from '../options.js';
import { readOptions } from '../readOptions.js';
import { checkScheduler, checkUntil, clockFrom, type ClockOptions, type StopOptions } from '../time/clock.js';
import { beginCall } from './beginCall.js';
import type { GuardHost } from './guardHost.js';
import { checkSuccessOn, proofOf, type SuccessOptions } from './successOptions.js';

/** Options of {@link guard}. */
export interface GuardOptions<T> extends SuccessOptions<T>, ClockOptions, StopOptions {
  /**
   * How many milliseconds, not seconds, a subscription waits at most to be admitted: at least 0, or Infinity. With 0 it is
   * rejected at once, and so is a wait that is known to be longer. Timers fire late, so allow a little more than the longest
   * expected wait. While a circuit is half-open, its wait is the rest of the probe timeout.
   *
   * @defaultValue 0
   */
  readonly maxWait?: number | undefined;
}

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
export function guard<T>(gates: Gate | readonly Gate[], options?: GuardOptions<T>): MonoTypeOperatorFunction<T> {
  return guarding('guard', gates, options);
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
  const host = hostOf<T>(where, gates, options);
  return (source) =>
    new Observable((consumer) => {
      if (!consumer.closed) beginCall<T>(host, source, consumer);
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

/** Many operators are made for one call each, without options, so nothing is read then. */
function hostOf<T>(
  where: string,
  gates: readonly [Gate, ...Gate[]],
  options: GuardOptions<T> | undefined,
): GuardHost<T> {
  const settings = options === undefined ? defaults : readOptions(where, options, rows);
  const { maxWait, successOn, until } = settings;
  return {
    entry: gates[0].enter(gates),
    gates,
    maxWait,
    until,
    proves: proofOf<T>(where, successOn),
    needsProof: typeof successOn === 'function',
    clock: clockFrom(where, settings),
  };
}

const rows = {
  maxWait: [checkMaxWait, 0],
  successOn: [checkSuccessOn, 'complete'],
  until: [checkUntil, undefined],
  scheduler: [checkScheduler, undefined],
  random: [callable, undefined],
} as const;

/** What is read where no options are given. */
const defaults = /* @__PURE__ */ readOptions<GuardOptions<any>, typeof rows>('guard', {}, rows);

function checkMaxWait(where: string, option: string, value: unknown): void {
  if (!(typeof value === 'number' && value >= 0))
    rejectOption(where, option, 'a number of milliseconds, at least 0, or Infinity', value);
}
