/**
 * Why there is a no: `retries` (the limit is reached), `deadline` (`within`), `error` (not an error to retry), `hint`
 * (the server asks for a longer wait than allowed), `declined` (`retryPolicy`), `open`, `half-open` and `isolated` (a
 * circuit), `budget` (`retryBudget`), `tokens` (`retryQuota`), `throttle` (`retryThrottle` and `adaptiveThrottle`),
 * `rate` (`rateLimit`), `concurrency` (all places are taken), `fatal` (an error that is never retried), `rejected` (a
 * policy that gives no reason), or a word of your own policy.
 */
export type Reason =
  | 'retries'
  | 'deadline'
  | 'error'
  | 'hint'
  | 'declined'
  | 'open'
  | 'half-open'
  | 'isolated'
  | 'budget'
  | 'tokens'
  | 'throttle'
  | 'rate'
  | 'concurrency'
  | 'fatal'
  | 'rejected'
  | (string & {});

/**
 * Our own "no": an attempt was not admitted, and the source was not subscribed.
 * It is never retried by `retryWithPolicy`, which hands it on as it is.
 *
 * It carries no stack trace: a rejection says nothing about the code that asked, and it has to be cheap, because it is
 * made most often when something is already wrong.
 *
 * @example
 * const rejection = new RejectedError('deadline', 250);
 * rejection.message // => 'rejected: deadline; ask again in 250 ms'
 * rejection.retryAfter // => 250
 */
export class RejectedError extends Error {
  /** Why, in the word of the policy that said no. */
  readonly reason: Reason;
  /** In how many milliseconds it may be asked again; 0 = at any time, Infinity = not at all. */
  readonly retryAfter: number;
  /** The name of the gate that rejected; `undefined` if it was the stream's own policy. */
  readonly by: string | undefined;

  constructor(reason: Reason, retryAfter: number = Infinity, by?: string) {
    const { stackTraceLimit } = trace;
    trace.stackTraceLimit = 0;
    super();
    trace.stackTraceLimit = stackTraceLimit;
    this.reason = reason;
    this.retryAfter = retryAfter;
    this.by = by;
  }

  override get name(): string {
    return 'RejectedError';
  }

  override get message(): string {
    const by = this.by === undefined ? '' : ` by ${this.by}`;
    return `rejected${by}: ${this.reason}${soon(this.retryAfter)}`;
  }
}

/**
 * A circuit is not letting attempts through: the rejection of a circuit breaker.
 *
 * @example
 * const error = new CircuitOpenError('payments', 'open', 12_000, new Error('connection refused'));
 * error.message // => 'circuit payments is open; ask again in 12000 ms'
 * error instanceof RejectedError // => true
 */
export class CircuitOpenError extends RejectedError {
  /** The circuit's name. */
  readonly circuit: string;
  /** The circuit's phase: `'open'`, `'half-open'` (all its probes are out), or `'isolated'`. */
  readonly state: string;
  /** What opened it: the error of that call; `undefined` if it was opened by hand, by a slow call or restored. */
  override readonly cause: unknown;

  constructor(circuit: string, state: string, retryAfter: number, cause?: unknown) {
    super(state, retryAfter, circuit);
    this.circuit = circuit;
    this.state = state;
    this.cause = cause;
  }

  override get name(): string {
    return 'CircuitOpenError';
  }

  override get message(): string {
    return `circuit ${this.circuit} is ${this.state}${soon(this.retryAfter)}`;
  }
}

/** Our own rejections, and an abort that somebody asked for. */
export const isFinal = (error: unknown): boolean =>
  error instanceof RejectedError || (error as { readonly name?: unknown } | null | undefined)?.name === 'AbortError';

const soon = (ms: number): string => (ms > 0 && ms < Infinity ? `; ask again in ${String(ms)} ms` : '');

/** Where V8 keeps how many frames a new error records; other engines ignore it. */
const trace: ErrorConstructor & { stackTraceLimit?: number | undefined } = Error;
