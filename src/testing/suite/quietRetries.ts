import { asyncScheduler } from 'rxjs';
import { hooks } from '../../engine/retryHooks.js';
import { callable, milliseconds, whole } from '../../options.js';
import { readOptions } from '../../readOptions.js';
import { quietScheduler } from './quietScheduler.js';

/** Options of {@link quietRetries}. */
export interface QuietOptions {
  /**
   * How many attempts each call makes at most: a whole number, at least 1. With 1 nothing is retried, and a test of a failure
   * sees it at once.
   *
   * @defaultValue as many as the policy allows
   */
  readonly attempts?: number | undefined;
  /** How many milliseconds each wait really takes: at least 0. @defaultValue 0 */
  readonly delay?: number | undefined;
  /**
   * Calls back at the end of the suite, such as `afterAll` of Vitest or `after` of node:test.
   *
   * @defaultValue the global `afterAll` or `after`, if there is one
   */
  readonly afterAll?: ((restore: () => void) => unknown) | undefined;
}

/**
 * Turns all waits of this library to nothing, for a whole test suite: delays of retries, waits for gates, polls. Call it once,
 * in the setup file or at the top of a test file. It is restored by itself at the end of the suite.
 *
 * - It changes how long waits really take, not what policies decide: `asyncScheduler.now()` jumps to the end of each wait, so
 *   deadlines, windows and open circuits see the time that the waits should have taken. Waits end in the right order.
 * - Waits on another scheduler, in `marbles` and in RxJS's virtual time stay as they are. Timers of RxJS, such as `timeout` and
 *   `debounceTime`, are real.
 * - Only this entry of the library can do that, so code that runs in production cannot reach it.
 *
 * @returns a function that restores it earlier
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const restore = quietRetries({ attempts: 3 });
 * let calls = 0;
 * const load$ = defer(() => throwError(() => new Error(`failure ${++calls}`)));
 * const retried$ = load$.pipe(retryWithPolicy(exponential(60_000)), catchError((error) => of(error.message)));
 * await firstValueFrom(retried$) // => 'failure 3'
 * restore();
 */
export function quietRetries(options: QuietOptions = {}): () => void {
  const { attempts = Infinity, delay, afterAll } = readOptions('quietRetries', options, rows);
  const { stop } = hooks;
  const restoreScheduler = quietScheduler(asyncScheduler, delay);
  hooks.stop = (call) => call.attempt >= attempts || stop?.(call) === true;
  let isRestored = false;
  const restore = (): void => {
    if (isRestored) return;
    isRestored = true;
    hooks.stop = stop;
    restoreScheduler();
  };
  (afterAll ?? globalAfterAll())?.(restore);
  return restore;
}

const rows = {
  attempts: [whole, undefined, 1],
  delay: [milliseconds, 0, 0],
  afterAll: [callable, undefined],
} as const;

type AfterAll = NonNullable<QuietOptions['afterAll']>;

function globalAfterAll(): AfterAll | undefined {
  const { afterAll, after } = globalThis as { readonly afterAll?: AfterAll; readonly after?: AfterAll };
  return afterAll ?? after;
}
