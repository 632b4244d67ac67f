import { config, VirtualTimeScheduler, type Observable } from 'rxjs';
import { vi, type MockInstance } from 'vitest';
import {
  circuit,
  type Circuit,
  type CircuitOptions,
  type Policy,
  type RetryEvent,
  type RetryOptions,
  type Signal,
} from 'rxjs-reprise';

/*
 * What a spec of streams needs around it: policies that listen, virtual
 * time and what happened in it, and what RxJS reports as unhandled.
 */

/** `policy`, with every signal that it is sent written down. */
export function recorded<S>(policy: Policy<S>, log: Signal[]): Policy<S> {
  return {
    ...policy,
    reduce: (state, signal) => {
      log.push(signal);
      return policy.reduce(state, signal);
    },
  };
}

/** Hears everything, and allows everything. */
export const attentive: Policy = { initial: null, reduce: (state) => ({ state, wait: 0 }) };

/** The kinds of what was heard. */
export const kinds = (log: readonly Signal[]): string[] => log.map(({ kind }) => kind);

/** Hears everything and answers `wait` to a signal of that kind, 0 to any other. */
export function answering(kind: Signal['kind'], wait: unknown): Policy {
  return { initial: null, reduce: (state, signal) => ({ state, wait: signal.kind === kind ? (wait as number) : 0 }) };
}

/** A scheduler of virtual time, with what is asked of it. */
export function watched(): { scheduler: VirtualTimeScheduler; now: MockInstance; schedule: MockInstance } {
  const scheduler = new VirtualTimeScheduler();
  return { scheduler, now: vi.spyOn(scheduler, 'now'), schedule: vi.spyOn(scheduler, 'schedule') };
}

interface Played {
  readonly events: readonly RetryEvent[];
  readonly values: readonly unknown[];
  /** How it ended; `undefined` if it has not. */
  readonly end: { readonly error: unknown } | 'complete' | undefined;
}

/** Subscribes, and lets all of virtual time pass. */
export function played(
  build: (options: Required<Pick<RetryOptions, 'scheduler' | 'observe'>>) => Observable<unknown>,
): Played {
  const scheduler = new VirtualTimeScheduler();
  const events: RetryEvent[] = [];
  const values: unknown[] = [];
  let end: Played['end'];
  build({ scheduler, observe: (event) => events.push(event) }).subscribe({
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

/** What RxJS reports as unhandled because of `act`. */
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

/** A circuit with one place for a probe, which is free. */
export function halfOpen(options: CircuitOptions = {}): Circuit {
  const live = circuit({ threshold: 1, ...options });
  live.open();
  live.halfOpen();
  return live;
}

/** Half-open, the place free and nothing counted: a permit that leaks shows as `retryAfter`. */
export const untouched = { phase: 'half-open', failures: 0, successes: 0, retryAfter: 0 };

interface Outcome<T> {
  readonly values: T[];
  end: unknown;
}

/** What a stream emits by now, and how it has ended: `'complete'`, its error, or `'pending'`. */
export function outcome<T>(stream: Observable<T>): Outcome<T> {
  const seen: Outcome<T> = { values: [], end: 'pending' };
  stream.subscribe({
    next: (value) => seen.values.push(value),
    error: (error: unknown) => (seen.end = error),
    complete: () => (seen.end = 'complete'),
  });
  return seen;
}
