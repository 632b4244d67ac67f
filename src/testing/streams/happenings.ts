import { asyncScheduler, type TapObserver } from 'rxjs';
import type { Happening } from './picture.js';

/*
 * What happened, as a list of plain events: what a timeline is drawn from. Sources that can be watched look here for who
 * watches; in virtual time that is one at a time.
 */

let watching: { readonly happenings: Happening[]; attempts: number } | undefined;

/** Runs `body`, and adds what sources do meanwhile to the list. */
export function watched<T>(happenings: Happening[], body: () => T): T {
  const before = watching;
  watching = { happenings, attempts: 0 };
  try {
    return body();
  } finally {
    watching = before;
  }
}

/** An observer that writes down the next attempt; `undefined` if nobody watches. */
export function witness<T>(): Partial<TapObserver<T>> | undefined {
  if (watching === undefined) return undefined;
  watching.attempts += 1;
  return noting(watching.happenings, watching.attempts);
}

/** An observer that writes down what a stream does. */
export function noting<T>(happenings: Happening[], attempt: number): Partial<TapObserver<T>> {
  const note = (kind: Happening['kind'], what?: unknown): void => {
    happenings.push({ at: asyncScheduler.now(), attempt, kind, what });
  };
  return {
    subscribe: () => {
      note('start');
    },
    next: (value) => {
      note('value', value);
    },
    error: (error: unknown) => {
      note('error', error);
    },
    complete: () => {
      note('complete');
    },
    unsubscribe: () => {
      note('left');
    },
  };
}
