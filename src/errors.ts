import { isRejection, rejectionMark } from './finality.js';
import type { Reason } from './reasons.js';

/**
 * An attempt was rejected by this library, and the source was not subscribed. `retryWithPolicy` never retries this error;
 * it passes it on unchanged.
 *
 * It has no stack trace: the trace would say nothing about the rejection, and it is expensive. Most rejections happen when
 * something is already wrong.
 *
 * `instanceof` does not recognize a rejection of another copy of this library; `isRejection` does.
 *
 * @example
 * const rejection = new RejectedError('deadline', 250);
 * rejection.message // => 'rejected: deadline, retry after 250 ms'
 * rejection.retryAfter // => 250
 */
export class RejectedError extends Error {
  /** Why: the reason that the policy gave. */
  readonly reason: Reason;
  /** After how many milliseconds to try again: 0 = at any time, Infinity = never. */
  readonly retryAfter: number;
  /** The name of the gate that rejected; `undefined` if it was the stream's own policy. */
  readonly by: string | undefined;

  /** @param message by default made of the other three */
  constructor(reason: Reason, retryAfter: number = Infinity, by?: string, message?: string) {
    const frames = limitTrace(0);
    super(message ?? `rejected${by === undefined ? '' : ` by ${by}`}: ${reason}${hintText(retryAfter)}`);
    limitTrace(frames);
    this.reason = reason;
    this.retryAfter = retryAfter;
    this.by = by;
  }

  override get name(): string {
    return 'RejectedError';
  }

  /** @internal */
  get [rejectionMark](): string {
    return this.name;
  }
}

/**
 * The rejection of a circuit breaker: the circuit does not admit attempts.
 *
 * @example
 * const error = new CircuitOpenError('payments', 'open', 12_000, new Error('connection refused'));
 * error.message // => 'circuit payments is open, retry after 12000 ms'
 * error instanceof RejectedError // => true
 */
export class CircuitOpenError extends RejectedError {
  /** The name of the circuit. */
  readonly circuit: string;
  /** The phase of the circuit: `'open'`, `'half-open'` (all probes are running or settled), or `'isolated'`. */
  readonly state: string;
  /** The error that opened it; `undefined` if a command, a slow call or a restored snapshot did. */
  override readonly cause: unknown;

  constructor(circuit: string, state: string, retryAfter: number, cause?: unknown) {
    super(state, retryAfter, circuit, `circuit ${circuit} is ${state}${hintText(retryAfter)}`);
    this.circuit = circuit;
    this.state = state;
    this.cause = cause;
  }

  override get name(): string {
    return 'CircuitOpenError';
  }
}

/**
 * The source completed, and `onComplete: 'retry'` makes that a failure.
 *
 * @example new ClosedError().message // => 'the source completed'
 */
export class ClosedError extends Error {
  constructor() {
    super('the source completed');
  }

  override get name(): string {
    return 'ClosedError';
  }
}

/**
 * A run of {@link repeatWithPolicy} completed: what the policy receives as the error of its `failure`. It never ends a
 * stream.
 *
 * @example
 * const unfinished = ({ value }: CompletedError<string>) => value !== 'done';
 * const policy = onlyIf(unfinished, both(fixed(5000), retries(100)));
 * preview(policy, { error: new CompletedError('busy'), failures: 2 }).delays // => [5000, 5000]
 * preview(policy, { error: new CompletedError('done') }).delays // => []
 */
export class CompletedError<T = unknown> extends Error {
  /** The last value of the run; `undefined` if it emitted none. */
  readonly value: T | undefined;

  constructor(value?: T) {
    super('the run completed');
    this.value = value;
  }

  override get name(): string {
    return 'CompletedError';
  }
}

const hintText = (ms: number): string => (ms > 0 && ms < Infinity ? `, retry after ${String(ms)} ms` : '');

/**
 * V8 records that many frames in a new error. Returns the number from before. Where there is no limit, or it is protected,
 * nothing changes.
 */
function limitTrace(frames: number | undefined): number | undefined {
  try {
    const { stackTraceLimit } = trace;
    if (stackTraceLimit !== undefined) trace.stackTraceLimit = frames;
    return stackTraceLimit;
  } catch {
    return undefined;
  }
}

const trace: { stackTraceLimit?: number | undefined } = Error as object;

/** The reason of a retry that ends with an error that is never retried. */
export const finalReason = (error: unknown): Reason => (isRejection(error) ? (error as RejectedError).reason : 'fatal');
