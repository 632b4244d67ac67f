/**
 * Why a policy says no: `retries` (the limit is reached), `deadline` (`within`), `error` (not an error to retry),
 * `hint` (the server asks for a longer wait than allowed), `declined` (`retryPolicy`), or a word of your own policy.
 */
export type Reason = 'retries' | 'deadline' | 'error' | 'hint' | 'declined' | (string & {});

/**
 * Our own "no": an attempt was not admitted, and the source was not subscribed.
 * It is never retried by `retryWithPolicy`, which hands it on as it is.
 *
 * It carries no stack trace: a refusal says nothing about the code that asked, and it has to be cheap, because it is
 * made most often when something is already wrong.
 *
 * @example
 * const refusal = new RefusedError('deadline', 250);
 * refusal.message // => 'refused: deadline; ask again in 250 ms'
 * refusal.retryAfter // => 250
 */
export class RefusedError extends Error {
  override readonly name: string = 'RefusedError';
  /** Why, in the word of the policy that said no. */
  readonly reason: Reason;
  /** In how many milliseconds it may be asked again; Infinity = not at all. */
  readonly retryAfter: number;

  constructor(reason: Reason, retryAfter: number = Infinity) {
    const { stackTraceLimit } = trace;
    trace.stackTraceLimit = 0;
    super(`refused: ${reason}${retryAfter < Infinity ? `; ask again in ${String(retryAfter)} ms` : ''}`);
    trace.stackTraceLimit = stackTraceLimit;
    this.reason = reason;
    this.retryAfter = retryAfter;
  }
}

/** Where V8 keeps how many frames a new error records; other engines ignore it. */
const trace: ErrorConstructor & { stackTraceLimit?: number | undefined } = Error;
