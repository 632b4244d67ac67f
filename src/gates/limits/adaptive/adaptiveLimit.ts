import { rejectOption, whole } from '../../../options.js';
import { isFinal } from '../../../finality.js';
import { classifier, type Outcome } from '../../outcome.js';
import { adaptiveSlots } from './adaptiveSlots.js';
import type { AdaptiveLimit, AdaptiveRule } from './rule.js';

/*
 * What the rules share: their options, and how the end of an attempt counts.
 */

/** Options of every rule. */
export interface AdaptiveLimitOptions {
  /**
   * The first limit: a whole number from `min` to `max`.
   *
   * @defaultValue 20, or the nearest number from `min` to `max`
   */
  readonly initial?: number | undefined;
  /**
   * The lowest limit: a whole number, at least 1.
   *
   * @defaultValue 1
   */
  readonly min?: number | undefined;
  /**
   * The highest limit: a whole number, at least `min`.
   *
   * @defaultValue 1000, or `min` if that is higher
   */
  readonly max?: number | undefined;
  /**
   * What an error says about the service. A `'failure'` means that it is overloaded, and lowers the limit. A `'success'` is
   * an answer in time, such as a 404. `'ignore'` is for errors that say nothing about the service. An error that it throws
   * ends the stream, and the attempt counts as a failure.
   *
   * @defaultValue `'ignore'` for aborts and our own rejections ({@link isFinal}), `'failure'` for every other error
   */
  readonly classify?: ((error: any) => Outcome) | undefined;
}

/** The limits of a rule, all given. */
export interface Bounds {
  readonly initial: number;
  readonly min: number;
  readonly max: number;
}

/** How an attempt ended, for a rule. */
export interface EndedAttempt {
  /** `'good'`: an answer. `'bad'`: a sign of overload. `'left'`: its consumer did not wait for it, and it took longer. */
  readonly end: 'good' | 'bad' | 'left';
  /** Milliseconds. */
  readonly took: number;
  readonly now: number;
  /** How many attempts ran, including this one. */
  readonly running: number;
}

/** The limit of a rule, and the name and the options of the function that made it. */
export function adaptiveLimit<S>(rule: AdaptiveRule<S>, name: string, options: object): AdaptiveLimit<S> {
  const { limitOf } = rule as { readonly limitOf: unknown };
  return { ...rule, toPolicy: (maxWaiting) => adaptiveSlots(rule, maxWaiting), word: [limitOf, name, options] };
}

/** The bounds that the options give. */
export function boundsOf(where: string, { initial, min = 1, max = Math.max(1000, min) }: AdaptiveLimitOptions): Bounds {
  if (max < min) rejectOption(where, 'max', `at least min (${String(min)})`, max);
  if (initial === undefined) return { initial: Math.min(max, Math.max(min, 20)), min, max };
  if (initial < min) rejectOption(where, 'initial', `at least min (${String(min)})`, initial);
  if (initial > max) rejectOption(where, 'initial', `at most max (${String(max)})`, initial);
  return { initial, min, max };
}

/** The limit after a sign of overload: at least one less. */
export const lowered = (limit: number, backoff: number, min: number): number =>
  Math.max(min, Math.min(limit - 1, Math.floor(limit * backoff)));

/** Returns the function that makes `onEnd` of a rule on ended attempts. */
export function onEndOf<S>(
  where: string,
  classify: AdaptiveLimitOptions['classify'] = defaultOutcome,
  next: (state: S, ended: EndedAttempt) => S,
): AdaptiveRule<S>['onEnd'] {
  const outcomeOf = classifier(where, classify);
  return (state, signal, running) => {
    const { took, now } = signal;
    if (signal.kind !== 'failure')
      return { state: next(state, { end: signal.kind === 'success' ? 'good' : 'left', took, now, running }) };
    const { outcome, thrown } = outcomeOf(signal.error);
    const after =
      outcome === 'ignore' ? state : next(state, { end: outcome === 'success' ? 'good' : 'bad', took, now, running });
    return thrown === undefined ? { state: after } : { state: after, thrown };
  };
}

const defaultOutcome = (error: unknown): Outcome => (isFinal(error) ? 'ignore' : 'failure');

/**
 * Whether an attempt started after the instant `since`. Only such an attempt has met the limit that was set then. Attempts
 * that start and end in the instant itself do not count, so that many of them are one piece of evidence.
 */
export const startedSince = (since: number, { now, took }: EndedAttempt): boolean => now > since && now - took >= since;

/** The rows of the options that `boundsOf` reads. */
export const boundRows: {
  readonly initial: readonly [typeof whole, undefined, 1];
  readonly min: readonly [typeof whole, 1, 1];
  readonly max: readonly [typeof whole, undefined, 1];
} = { initial: [whole, undefined, 1], min: [whole, 1, 1], max: [whole, undefined, 1] };
