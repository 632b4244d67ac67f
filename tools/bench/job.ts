import { deepStrictEqual } from 'node:assert';
import type { Observable } from 'rxjs';

/*
 * The parts that the measured jobs share, and the checks that a job was done.
 */

/** The number of calls of the source since the check began. */
export const counter = { calls: 0 };

let outcome: unknown;
const observer = {
  next(value: unknown): void {
    outcome = value;
  },
  error(error: unknown): void {
    outcome = error;
  },
};

/** Subscribes to a synchronous stream and returns its last value or its error. */
export function lastOf(source$: Observable<unknown>): unknown {
  outcome = undefined;
  source$.subscribe(observer);
  return outcome;
}

/** Checks the result of one run and, if given, the number of calls. */
export function returns(expected: unknown, calls?: number): (result: unknown) => void {
  return (result) => {
    deepStrictEqual(result, expected);
    if (calls !== undefined) deepStrictEqual(counter.calls, calls);
  };
}

/** Checks that one run was rejected with the expected error, and that the source was not called. */
export function rejects(isExpected: (error: unknown) => boolean): (result: unknown) => void {
  return (result) => {
    deepStrictEqual(isExpected(result), true);
    deepStrictEqual(counter.calls, 0);
  };
}

/** Rebuilds a subject that ages: at most once per `ms` milliseconds, with a garbage collection after it. */
export function rebuildEvery(ms: number, build: () => unknown): () => Promise<void> {
  let builtAt = -Infinity;
  return async () => {
    if (performance.now() - builtAt < ms) return;
    await build();
    globalThis.gc?.();
    builtAt = performance.now();
  };
}

/** Turns an expected error into a result. */
export const asResult = <T>(error: T): T => error;
