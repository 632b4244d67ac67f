import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import { callable } from '../../options.js';
import { assertMarbles } from './assertMarbles.js';
import { countSteps } from './stepLimit.js';
import { checkNotAsync, runInVirtualTime, virtualTimeSettings, type VirtualTimeOptions } from './virtualTime.js';

/** The argument of a test of {@link marbles}: the helpers of RxJS's `TestScheduler`, and the scheduler. */
export interface Marbles extends RunHelpers {
  readonly scheduler: TestScheduler;
}

/**
 * A marble test in virtual time, for any test runner: RxJS's `TestScheduler` in run mode, with {@link assertMarbles}. The
 * test fails if it is `async`, if the tested code uses promises, the real clock or real timers, or if a stream never ends.
 *
 * An `await` in the tested code is not detected, because it calls none of the watched functions. The code after it does
 * not run during the test.
 *
 * @param test receives the helpers (`cold`, `hot`, `expectObservable`, ...), then the arguments of the test runner
 * @param options see {@link VirtualTimeOptions}
 * @returns the function for `it(name, ..)`
 * @throws RangeError | TypeError naming the option and the value. The test throws an AssertionError, or an Error that names
 * the mistake and its remedy
 *
 * @example
 * const test = marbles(({ expectObservable }) => {
 *   const source = flaky.marble('-#', '-#', '-a|');
 *   expectObservable(source.pipe(retryWithPolicy(fixed(3)))).toBe('---------a|');
 * });
 * test()
 */
export function marbles<A extends unknown[]>(
  test: (m: Marbles, ...args: A) => void,
  options: VirtualTimeOptions = {},
): (...args: A) => void {
  callable('marbles', 'test', test);
  const settings = virtualTimeSettings('marbles', options);
  const run: (m: Marbles, ...args: A) => unknown = test;
  return (...args) => {
    runInVirtualTime('marbles', settings, () => {
      const scheduler = countSteps(new TestScheduler(assertMarbles));
      scheduler.run((helpers) => {
        checkNotAsync('marbles', run({ ...helpers, scheduler }, ...args));
      });
    });
  };
}
