import { deepStrictEqual } from 'node:assert';
import type { Observable } from 'rxjs';

/*
 * The jobs that are given to all alike, and how one sees that they were done.
 */

/** How often a source was called, since the check began. */
export const tally = { calls: 0 };

let outcome: unknown;
const observer = {
  next(value: unknown): void {
    outcome = value;
  },
  error(error: unknown): void {
    outcome = error;
  },
};

/** Subscribes, and answers the last value or the error of a stream that ends at once. */
export function lastOf(source$: Observable<unknown>): unknown {
  outcome = undefined;
  source$.subscribe(observer);
  return outcome;
}

/** Checks what one run answered and, where it matters, how many calls it took. */
export function gives(expected: unknown, calls?: number): (answer: unknown) => void {
  return (answer) => {
    deepStrictEqual(answer, expected);
    if (calls !== undefined) deepStrictEqual(tally.calls, calls);
  };
}

/** Checks that one run was rejected, with such an error, and that the source was left alone. */
export function refuses(isRefusal: (error: unknown) => boolean): (answer: unknown) => void {
  return (answer) => {
    deepStrictEqual(isRefusal(answer), true);
    deepStrictEqual(tally.calls, 0);
  };
}

/** Makes a situation that grows old: anew where so many milliseconds have passed, and swept. */
export function fresh(ms: number, make: () => unknown): () => Promise<void> {
  let madeAt = -Infinity;
  return async () => {
    if (performance.now() - madeAt < ms) return;
    await make();
    globalThis.gc?.();
    madeAt = performance.now();
  };
}

/** For errors that were to be expected. */
export const same = <T>(it: T): T => it;
