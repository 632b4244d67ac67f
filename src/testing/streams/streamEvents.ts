import { asyncScheduler, type TapObserver } from 'rxjs';

/*
 * Records what streams do, for a timeline. Sources of `flaky` report to the current recording, if there is one. Recordings
 * are made in virtual time, so only one runs at a time.
 */

/** One event of an attempt, or of the whole stream. */
export interface StreamEvent {
  /** The time in milliseconds. */
  readonly at: number;
  /** The number of the attempt, from 1; 0 is the whole stream. */
  readonly attempt: number;
  readonly kind: 'start' | 'value' | 'error' | 'complete' | 'unsubscribe';
  /** The value or the error. */
  readonly content?: unknown;
}

let recording: { readonly events: StreamEvent[]; attempts: number } | undefined;

/** Runs `body` and adds the events of sources to the list. */
export function recordAttempts<T>(events: StreamEvent[], body: () => T): T {
  const outer = recording;
  recording = { events, attempts: 0 };
  try {
    return body();
  } finally {
    recording = outer;
  }
}

/** An observer that records the next attempt; `undefined` without a recording. */
export function attemptRecorder<T>(): Partial<TapObserver<T>> | undefined {
  if (recording === undefined) return undefined;
  recording.attempts += 1;
  return eventRecorder(recording.events, recording.attempts);
}

/** An observer that adds the events of a stream to the list. */
export function eventRecorder<T>(events: StreamEvent[], attempt: number): Partial<TapObserver<T>> {
  const add = (kind: StreamEvent['kind'], content?: unknown): void => {
    events.push({ at: asyncScheduler.now(), attempt, kind, content });
  };
  return {
    subscribe: () => {
      add('start');
    },
    next: (value) => {
      add('value', value);
    },
    error: (error: unknown) => {
      add('error', error);
    },
    complete: () => {
      add('complete');
    },
    unsubscribe: () => {
      add('unsubscribe');
    },
  };
}
