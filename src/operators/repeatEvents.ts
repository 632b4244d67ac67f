import type { RetryEvent } from '../engine/retryEvents.js';
import type { CompletedError } from '../errors.js';
import type { Reason } from '../reasons.js';

/** Fields of every event. */
interface EventBase {
  /** The option `name`: which operation it is. */
  readonly name: string;
  /** The number of the run. The first is 1. */
  readonly run: number;
  /** Milliseconds since the stream was subscribed. */
  readonly elapsed: number;
}

/** A run starts: the source is subscribed. */
interface RunStarted extends EventBase {
  readonly kind: 'run';
}

/** A run completed. The next one starts after `wait` milliseconds, which begin now. */
interface Repeating extends EventBase {
  readonly kind: 'repeating';
  readonly wait: number;
  /** The last value of the run; `undefined` if it emitted none. */
  readonly value: unknown;
}

/** A run completed, and the policy or `until` said no: the stream completes. */
interface Completed extends EventBase {
  readonly kind: 'completed';
  readonly reason: Reason;
}

/** The run failed, and the stream ends with its error. */
interface Failed extends EventBase {
  readonly kind: 'failed';
  readonly error: unknown;
}

/** What happens to a stream that is repeated. */
export type RepeatEvent = RunStarted | Repeating | Completed | Failed;

/**
 * The event of a repeated stream for that of the retry that it is made of, if it has one. `isCompletion` says which errors
 * are completed runs.
 */
export function repeatEventOf(event: RetryEvent, isCompletion: (error: unknown) => boolean): RepeatEvent | undefined {
  const { kind, name, attempt: run, elapsed } = event;
  const base = { name, run, elapsed };
  if (kind === 'attempt') return { kind: 'run', ...base };
  if (kind === 'retrying')
    return { kind: 'repeating', ...base, wait: event.wait, value: (event.error as CompletedError).value };
  if (kind !== 'rejected' && kind !== 'gave-up') return undefined;
  if (!isCompletion(event.error)) return { kind: 'failed', ...base, error: event.error };
  // A run that is rejected after the first is followed by the end of the stream.
  return kind === 'gave-up' ? { kind: 'completed', ...base, reason: event.reason } : undefined;
}
