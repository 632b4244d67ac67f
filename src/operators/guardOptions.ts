import type { Gate } from '../live/gate.js';
import { callable, rejectOption } from '../options.js';
import { readOptions } from '../readOptions.js';
import { checkScheduler, checkUntil, clockFrom, type ClockOptions, type StopOptions } from '../time/clock.js';
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

/** The option of an operator that has a gate for each key. */
export interface KeyOption {
  /** The key of the calls: a string that is not empty, or a function that is called for each subscription. */
  readonly key: string | (() => string);
}

/** What all subscriptions of one guard share, whatever its gates. */
export type GuardSettings<T> = Omit<GuardHost<T>, 'entry' | 'gates'>;

/**
 * Reads the options. `also` are options that the caller reads. Many operators are made for one call each, without options, so
 * nothing is read then.
 */
export function guardSettings<T>(
  where: string,
  options: GuardOptions<T> | undefined,
  also?: readonly string[],
): GuardSettings<T> {
  const settings = options === undefined ? defaults : readOptions(where, options, rows, also);
  const { maxWait, successOn, until } = settings;
  return {
    maxWait,
    until,
    proves: proofOf<T>(where, successOn),
    needsProof: typeof successOn === 'function',
    clock: clockFrom(where, settings),
  };
}

/** The settings with gates. */
export const guardHost = <T>(
  gates: readonly [Gate, ...Gate[]],
  { maxWait, until, proves, needsProof, clock }: GuardSettings<T>,
): GuardHost<T> => ({ entry: gates[0].enter(gates), gates, maxWait, until, proves, needsProof, clock });

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
