import { callable, oneOf, record, rejectOption } from '../options.js';
import { needed, readOptions } from '../readOptions.js';
import type { Policy, Verdict } from '../policy/policy.js';
import {
  type Abandon,
  type Ask,
  type Cancel,
  type Control,
  type Failure,
  type Signal,
  type Success,
  type Value,
} from '../policy/signals.js';

/** Handlers of {@link gatePolicy}. A handler is pure, and returns the same state reference if nothing changes. */
export interface GateHandlers<S> {
  /** May an attempt start? A wait of 0 admits it, n lets it ask again in n milliseconds, Infinity rejects it. */
  readonly ask?: (state: S, signal: Ask) => Verdict<S>;
  /** An attempt produced a value. */
  readonly value?: (state: S, signal: Value) => S;
  /** An attempt completed, or its consumer left after a value. */
  readonly success?: (state: S, signal: Success) => S;
  /** An attempt failed. A gate ignores the wait; a retry that has this policy as a part waits for it. */
  readonly failure?: (state: S, signal: Failure) => Verdict<S>;
  /** The consumer of an attempt left before a value, or the attempt ended in a way that must not count. */
  readonly cancel?: (state: S, signal: Cancel) => S;
  /** A waiting attempt leaves the queue: it gave up, or another gate keeps it waiting, and then it may ask again. */
  readonly abandon?: (state: S, signal: Abandon) => S;
  /** The gate was restored from a snapshot: attempts that were running or waiting are gone, `now` may have gone back. */
  readonly resume?: (state: S, signal: Control) => S;
}

/** Options of {@link gatePolicy}. */
export interface GatePolicyOptions<S, V> {
  /**
   * The format of the snapshots, exactly as given: not empty, and different from that of every other policy. The limits
   * of this library use `rxjs-reprise/` and the name of their function.
   */
  readonly name: string;
  /** The first state, plain JSON. */
  readonly initial: S;
  /** What to do about each kind of signal. The policy handles exactly the kinds that have a handler. */
  readonly on: GateHandlers<S>;
  /** The status at the instant `now`, for `state` and `state$` of the gate. */
  readonly view: (state: S, now: number) => V;
  /**
   * Returns the state of a snapshot if it fits this policy, otherwise calls `reject`, which throws a TypeError. Its
   * optional argument describes what does not fit. The format and the version have been checked, and the state is copied.
   */
  readonly read: (state: unknown, reject: (got?: string) => never) => S;
  /**
   * When a handler receives `success`, if success is proven before the source of an attempt ends (`successOn`): at the
   * `'proof'`, or at the `'end'` of the source. A limit of what runs needs `'end'`, or it admits a call too early.
   *
   * @defaultValue 'proof'
   */
  readonly settlesAt?: 'proof' | 'end' | undefined;
  /**
   * What it limits: all `'attempts'`, or only `'retries'`. A limit of retries belongs in `gates` of `retryWithPolicy`. A
   * {@link guard} rejects it, because every call is a first attempt there.
   *
   * @defaultValue 'attempts'
   */
  readonly limits?: 'attempts' | 'retries' | undefined;
  /**
   * The tickets of the waiting calls that should ask again after this signal, or `'all'`. A limit that cannot predict
   * when it admits a call answers its ask with `Number.MAX_VALUE`, and wakes it here. A postponed ask wakes only calls that
   * are named, because `'all'` would make the waiting calls wake each other forever.
   *
   * @defaultValue no call: each asks again when its own wait has passed
   */
  readonly wakes?: ((before: S, after: S, signal: Signal) => readonly number[] | 'all') | undefined;
  /**
   * The options that its states depend on, such as the length of a window. When a gate is reconfigured, its state is kept if
   * the two policies have the same name and shape, and `read` accepts it.
   *
   * @defaultValue the states do not depend on any option
   */
  readonly shape?: string | number | undefined;
  /**
   * When a gate is reconfigured to this policy: its state, from that of a policy of the same name and another shape.
   *
   * @defaultValue `initial`
   */
  readonly adopt?: ((state: S, now: number, from: Policy) => S) | undefined;
  /**
   * Whether a new gate of this policy would answer in the same way from the instant `now` on: nothing runs or waits, and time
   * has taken out of the state what it held. {@link keyed} drops only gates at rest. Pure.
   *
   * @defaultValue whether the state is the same JSON as `initial`
   */
  readonly isAtRest?: ((state: S, now: number) => boolean) | undefined;
}

/** The handler of a kind of signal. Of all commands, a gate sends only `resume`. */
export const handlerOf = (kind: Signal['kind']): keyof GateHandlers<unknown> => (kind === 'control' ? 'resume' : kind);

export function checkOptions<S, V>(where: string, options: GatePolicyOptions<S, V>): void {
  const { on } = readOptions<GatePolicyOptions<S, V>, typeof rows>(where, options, rows);
  readOptions<GateHandlers<S>, typeof handlerRows>(where, on, handlerRows, [], 'on.');
}

function checkName(where: string, option: string, name: unknown): void {
  if (typeof name !== 'string' || name === '') rejectOption(where, option, 'a string, not empty', name, TypeError);
}

function checkInitial(where: string, option: string, initial: unknown): void {
  if (initial === undefined) rejectOption(where, option, 'a state of plain JSON', initial);
}

function checkShape(where: string, option: string, shape: unknown): void {
  if (typeof shape !== 'string' && typeof shape !== 'number')
    rejectOption(where, option, 'a string or a number', shape, TypeError);
}

const rows = {
  name: [checkName, needed],
  initial: [checkInitial, needed],
  on: [record, needed],
  view: [callable, needed],
  read: [callable, needed],
  settlesAt: [oneOf, undefined, ['proof', 'end']],
  limits: [oneOf, undefined, ['attempts', 'retries']],
  wakes: [callable, undefined],
  shape: [checkShape, undefined],
  adopt: [callable, undefined],
  isAtRest: [callable, undefined],
} as const;

const handler = [callable, undefined] as const;

const handlerRows = {
  ask: handler,
  value: handler,
  success: handler,
  failure: handler,
  cancel: handler,
  abandon: handler,
  resume: handler,
} as const;
