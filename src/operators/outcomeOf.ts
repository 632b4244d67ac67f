import { hooks } from '../engine/retryHooks.js';
import type { Reason } from '../reasons.js';

/** How a stream that was retried ended with an error. */
export interface RetryOutcome {
  /** The option `name`: which operation it is. */
  readonly name: string;
  /** How many attempts were made; 0 if the first one was rejected. */
  readonly attempts: number;
  /** Milliseconds from the subscription to the end. */
  readonly elapsed: number;
  /** Why there was no further attempt, as in the event `gave-up` or `rejected`. */
  readonly reason: Reason;
}

/**
 * How the retried stream ended that ended with this error: how many attempts there were, how long they took, and why there
 * was no other one. The error itself is that of the source, unchanged.
 *
 * `undefined` if no retry has ended with it, or if it is no object: two equal strings are the same value. If the
 * same object has ended several streams, the answer is that of the last one. If retries are nested, it is that of the
 * outermost.
 *
 * @example
 * const load$ = throwError(() => new Error('busy')).pipe(retryWithPolicy(both(fixed(10), retries(2)), { name: 'users' }));
 * const error = await firstValueFrom(load$).catch((error: unknown) => error);
 * outcomeOf(error)?.attempts // => 3
 * outcomeOf(error)?.reason // => 'retries'
 */
export const outcomeOf = (error: unknown): RetryOutcome | undefined => outcomes.get(error as object);

/** From the import of this file on, all ends are noted. Nothing that a plain retry needs imports it. */
const outcomes: WeakMap<object, RetryOutcome> = /* @__PURE__ */ notedEnds();

function notedEnds(): WeakMap<object, RetryOutcome> {
  const noted = new WeakMap<object, RetryOutcome>();
  hooks.end = ({ plan: { clock, name }, begunAt }, attempts, error, reason) => {
    if (isObject(error)) noted.set(error, { name, attempts, elapsed: clock.now() - begunAt, reason });
  };
  return noted;
}

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';
