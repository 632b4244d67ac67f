import type { Policy, Verdict } from '../policy/policy.js';
import { signalKinds, type Signal } from '../policy/signals.js';
import { checkOptions, handlerOf, type GatePolicyOptions } from './gatePolicyOptions.js';
import { kept, type Adopted } from './adopted.js';
import { readSnapshot } from './snapshot.js';

/**
 * A policy designed to be shared. It can be viewed, it can validate its own snapshots, and it decides which waiting calls
 * a change affects. {@link gatePolicy} builds one from handlers.
 */
export interface GatePolicy<S = unknown, V = unknown> extends Policy<S> {
  /** The `format` of its snapshots. */
  readonly format: string;
  /** The status at the instant `now`. Pure: it changes nothing. */
  view(state: S, now: number): V;
  /** The state in a snapshot. Throws a TypeError that begins with `where` if the snapshot does not fit this policy. */
  parse(where: string, snapshot: unknown): S;
  /**
   * When the gate receives how an attempt ends, if success is proven before its source ends (`successOn`): at that proof,
   * or when the source has ended. `'end'` is for limits of what runs.
   *
   * @defaultValue 'proof'
   */
  readonly settlesAt?: 'proof' | 'end';
  /**
   * What it limits: all `'attempts'`, or only `'retries'`.
   *
   * @defaultValue 'attempts'
   */
  readonly limits?: 'attempts' | 'retries';
  /** The tickets of the waiting calls that should ask again after this signal, or `'all'`. */
  wakes(before: S, after: S, signal: Signal): readonly number[] | 'all';
  /**
   * Whether the policy, which handles values, wants the next value of that attempt. It is asked when the attempt is
   * admitted, and again after each value that it receives.
   *
   * @defaultValue it wants all values of all attempts
   */
  expectsValue?(state: S, ticket: number): boolean;
  /**
   * Whether every ask in that state is admitted, leaves the state as it is and expects no value. A gate without listeners
   * then admits an attempt without asking.
   *
   * @defaultValue never
   */
  admits?(state: S): boolean;
  /** See {@link GatePolicyOptions}. */
  isAtRest?(state: S, now: number): boolean;
  /**
   * Reads its state where the policy is a part of another one, see {@link GatePolicyOptions}.
   *
   * @defaultValue `parse`, with a snapshot of that state
   */
  read?(state: unknown, reject: (got?: string) => never): S;
  /** @internal The policy of a gate that was not made for one. */
  readonly bare?: Policy;
  /** See {@link GatePolicyOptions}. */
  readonly shape?: string | number | undefined;
  /** See {@link GatePolicyOptions}. */
  adopt?(state: unknown, now: number, from: GatePolicy): Adopted;
}

/**
 * Builds a limit of your own for a {@link gate}: a policy from one handler per kind of signal. A signal without a handler
 * changes nothing. All limits of this library are built with it.
 *
 * `ask` and `failure` return a verdict, because their wait counts. The other handlers return the next state.
 *
 * @throws TypeError naming the option and the value, also for a handler that is not one of {@link GateHandlers}
 *
 * @example
 * // rejects all attempts after `limit` failures in all
 * const failureAllowance = (limit: number) =>
 *   gatePolicy({
 *     name: 'acme/failureAllowance',
 *     initial: limit,
 *     on: {
 *       ask: (left) => (left > 0 ? { state: left, wait: 0 } : { state: left, wait: Infinity, reason: 'allowance' }),
 *       failure: (left) => ({ state: Math.max(0, left - 1), wait: 0 }),
 *     },
 *     view: (left) => ({ left }),
 *     read: (state, reject) => (typeof state === 'number' ? state : reject()),
 *   });
 *
 * const policy = failureAllowance(2);
 * policy.handles // => ['ask', 'failure']
 * policy.view(policy.initial, 0) // => { left: 2 }
 * preview(both(fixed(100), policy)) // => { delays: [100], reason: 'allowance' }
 *
 * const printer = gate(policy, { name: 'printer' });
 * printer.snapshot() // => { format: 'acme/failureAllowance', version: 1, name: 'printer', state: 2 }
 */
export function gatePolicy<S, V>(options: GatePolicyOptions<S, V>): GatePolicy<S, V> {
  checkOptions('gatePolicy', options);
  const { name: format, initial, on, view, read, shape, adopt, isAtRest } = options;
  const { wakes = wakeNone, settlesAt = 'proof', limits = 'attempts' } = options;
  const {
    ask = admit,
    failure = admit,
    value = keep,
    success = keep,
    cancel = keep,
    abandon = keep,
    resume = keep,
  } = on;
  return {
    initial,
    handles: signalKinds.filter((kind) => on[handlerOf(kind)] !== undefined),
    reduce(state, signal): Verdict<S> {
      switch (signal.kind) {
        case 'ask':
          return ask(state, signal);
        case 'failure':
          return failure(state, signal);
        case 'value':
          return { state: value(state, signal), wait: 0 };
        case 'success':
          return { state: success(state, signal), wait: 0 };
        case 'cancel':
          return { state: cancel(state, signal), wait: 0 };
        case 'abandon':
          return { state: abandon(state, signal), wait: 0 };
        case 'control':
          return { state: signal.command.name === 'resume' ? resume(state, signal) : state, wait: 0 };
      }
    },
    format,
    view,
    parse: (where, snapshot) => readSnapshot(where, format, snapshot, 'this policy', read),
    wakes,
    settlesAt,
    limits,
    ...(isAtRest !== undefined && { isAtRest }),
    read,
    shape,
    ...(adopt && { adopt: (state, now, from) => kept(adopt(state as S, now, from)) }),
  };
}

const admit = <S>(state: S): Verdict<S> => ({ state, wait: 0 });

const keep = <S>(state: S): S => state;

const wakeNone = (): readonly number[] => [];

/** Whether a policy is designed to be shared. */
export const isGatePolicy = (policy: Policy): policy is GatePolicy =>
  'format' in policy && 'view' in policy && 'parse' in policy && 'wakes' in policy;
