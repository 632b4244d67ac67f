import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import { callable } from '../../options.js';
import { assertMarbles } from './assertMarbles.js';
import { counting } from './effort.js';
import { inVirtualTime, refusePromise, virtualTimeSettings, type VirtualTimeOptions } from './virtualTime.js';

/** What a test of {@link marbles} is given: the helpers of RxJS's `TestScheduler`, and the scheduler. */
export interface Marbles extends RunHelpers {
  readonly scheduler: TestScheduler;
}

/**
 * A test in virtual time, for any runner: RxJS's `TestScheduler` in run mode, compared by {@link assertMarbles}. It
 * complains of what makes such tests lie: an `async` test, promises, the real clock, real timers, streams without an end.
 * An `await` in the code under test calls none of what is watched: what comes after it is not seen to be missing.
 *
 * @param test is given the helpers (`cold`, `hot`, `expectObservable`, ...), and what the runner hands over
 * @param options see {@link VirtualTimeOptions}
 * @returns the function for `it(name, ..)`
 * @throws RangeError | TypeError naming the option and the value. From the test: an AssertionError, or an Error that says
 * which pitfall it is and what to do instead
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
    inVirtualTime('marbles', settings, () => {
      const scheduler = counting(new TestScheduler(assertMarbles));
      scheduler.run((helpers) => {
        refusePromise('marbles', run({ ...helpers, scheduler }, ...args));
      });
    });
  };
}

/**
 * The same for rxjs-marbles 7: hand its `configure` over. What its own matchers leave of an error is its name and
 * message; here errors are compared as {@link assertMarbles} does.
 *
 * @param configure that of rxjs-marbles
 * @param options see {@link VirtualTimeOptions}
 * @throws as {@link marbles} does
 *
 * @example
 * const bound = bindMarbles(configure);
 * const test = bound.marbles((m) => {
 *   const source = m.cold('-#');
 *   m.expect(source.pipe(retryWithPolicy(both(fixed(3), retries(1))))).toBeObservable('-----#');
 *   m.expect(source).toHaveSubscriptions(['^!', '----^!']);
 * });
 * test()
 */
export function bindMarbles<M extends (test: any) => any>(
  configure: (configuration: any) => { readonly marbles: M },
  options: VirtualTimeOptions = {},
): { readonly marbles: M } {
  callable('bindMarbles', 'configure', configure);
  const settings = virtualTimeSettings('bindMarbles', options);
  const configured = configure({ run: true, frameworkMatcher: true, assertDeepEqual: assertMarbles });
  const bind = (test: Test): Test => {
    callable('marbles', 'test', test);
    const observed: Test = function (this: unknown, ...args) {
      const [{ scheduler }] = args as [{ readonly scheduler: TestScheduler }];
      counting(scheduler).assertDeepEqual = assertMarbles;
      const answer = Reflect.apply(test, this, args);
      refusePromise('marbles', answer);
    };
    // By its length rxjs-marbles, and by that of the answer the runner, decides what it is given.
    Object.defineProperty(observed, 'length', { value: test.length });
    const run = configured.marbles(observed) as Test;
    const ran: Test = function (this: unknown, ...args) {
      return inVirtualTime('marbles', settings, () => Reflect.apply(run, this, args));
    };
    return Object.defineProperty(ran, 'length', { value: run.length });
  };
  return { marbles: bind as unknown as M };
}

type Test = (...args: unknown[]) => unknown;
