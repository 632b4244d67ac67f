import { config, map, VirtualTimeScheduler, type Observable, type SchedulerLike } from 'rxjs';
import { vi, type MockInstance } from 'vitest';
import {
  circuit,
  type Circuit,
  type CircuitOptions,
  type Gate,
  type Policy,
  type RetryEvent,
  type Signal,
} from 'rxjs-reprise';

/*
 * Helpers of the specs of streams: policies that log signals, virtual time and what happened in it, and what RxJS reports
 * as unhandled.
 */

/** `policy`, with every signal that it receives in a log. */
export function recorded<S>(policy: Policy<S>, log: Signal[]): Policy<S> {
  return {
    ...policy,
    reduce: (state, signal) => {
      log.push(signal);
      return policy.reduce(state, signal);
    },
  };
}

/** Handles all kinds of signals, and answers 0 to each. */
export const attentive: Policy = { initial: null, reduce: (state) => ({ state, wait: 0 }) };

/** The kinds of the signals in a log. */
export const kinds = (log: readonly Signal[]): string[] => log.map(({ kind }) => kind);

/** Handles all kinds of signals, and answers `wait` to those of `kind`, 0 to any other. */
export function answering(kind: Signal['kind'], wait: unknown): Policy {
  return { initial: null, reduce: (state, signal) => ({ state, wait: signal.kind === kind ? (wait as number) : 0 }) };
}

/** A scheduler of virtual time, and spies on its clock and its timers. */
export function watched(): { scheduler: VirtualTimeScheduler; now: MockInstance; schedule: MockInstance } {
  const scheduler = new VirtualTimeScheduler();
  return { scheduler, now: vi.spyOn(scheduler, 'now'), schedule: vi.spyOn(scheduler, 'schedule') };
}

interface Played {
  readonly events: readonly Turn[];
  readonly values: readonly unknown[];
  /** How it ended. `undefined` if it has not ended. */
  readonly end: { readonly error: unknown } | 'complete' | undefined;
}

/** An observer of what a retry changes: not of starts and successes. The events have no name. */
export const turns =
  (observe: (event: Turn) => void) =>
  (event: RetryEvent): void => {
    if (event.kind === 'attempt' || event.kind === 'succeeded') return;
    const turn: Omit<typeof event, 'name'> & { name?: string } = { ...event };
    delete turn.name;
    observe(turn as Turn);
  };

/** An event other than a start or a success, without its name. */
export type Turn =
  Exclude<RetryEvent, { readonly kind: 'attempt' | 'succeeded' }> extends infer E
    ? E extends unknown
      ? Omit<E, 'name'>
      : never
    : never;

/** Subscribes, lets all of virtual time pass, and returns what happened. */
export function played(
  build: (options: {
    readonly scheduler: SchedulerLike;
    readonly observe: (event: RetryEvent) => void;
  }) => Observable<unknown>,
): Played {
  const scheduler = new VirtualTimeScheduler();
  const events: Turn[] = [];
  const values: unknown[] = [];
  let end: Played['end'];
  build({ scheduler, observe: turns((event) => events.push(event)) }).subscribe({
    next: (value) => values.push(value),
    error: (error: unknown) => {
      end = { error };
    },
    complete: () => {
      end = 'complete';
    },
  });
  scheduler.flush();
  return { events, values, end };
}

/** What RxJS reports as unhandled as a result of `act`. */
export function unhandledBy(act: () => void): unknown[] {
  const errors: unknown[] = [];
  vi.useFakeTimers();
  config.onUnhandledError = (error) => errors.push(error);
  try {
    act();
    vi.runAllTimers();
    return errors;
  } finally {
    config.onUnhandledError = null;
    vi.useRealTimers();
  }
}

/**
 * Wakes every stream that waits for one of the gates, and lets all of virtual time pass. A stream that still listens asks
 * again: its source is subscribed, or the clock moves.
 */
export function wakeAll(gates: readonly Gate[], scheduler: VirtualTimeScheduler): void {
  for (const each of gates) each.restore(each.snapshot());
  scheduler.flush();
}

/** A half-open circuit. Its only probe has not started. */
export function halfOpen(options: CircuitOptions = {}): Circuit {
  const live = circuit({ threshold: 1, ...options });
  live.open();
  live.halfOpen();
  return live;
}

/** Half-open with its probe free and nothing counted. A probe that has leaked shows as `retryAfter`. */
export const untouched = { phase: 'half-open', failures: 0, successes: 0, retryAfter: 0 };

/** The events of a circuit for a picture: each as the first letter of its kind. */
export const drawnEvents = (live: Circuit): Observable<string> => live.events$.pipe(map(({ kind }) => kind.charAt(0)));

interface Outcome<T> {
  readonly values: T[];
  end: unknown;
}

/** What a stream has emitted by now, and its end: `'complete'`, its error, or `'pending'`. */
export function outcome<T>(stream: Observable<T>): Outcome<T> {
  const seen: Outcome<T> = { values: [], end: 'pending' };
  stream.subscribe({
    next: (value) => seen.values.push(value),
    error: (error: unknown) => (seen.end = error),
    complete: () => (seen.end = 'complete'),
  });
  return seen;
}
