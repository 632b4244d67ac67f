import type { TestScheduler } from 'rxjs/testing';
import { callable } from '../../options.js';
import { assertMarbles } from './assertMarbles.js';
import { countSteps } from './stepLimit.js';
import { checkNotAsync, runInVirtualTime, virtualTimeSettings, type VirtualTimeOptions } from './virtualTime.js';

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * The same as {@link marbles} for rxjs-marbles 7, based on its `configure`. The matchers of rxjs-marbles compare only the
 * name and message of errors; these tests compare errors as {@link assertMarbles} does.
 *
 * @param configure the function of rxjs-marbles
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
  const bind = (test: AnyFunction): AnyFunction => {
    callable('marbles', 'test', test);
    const checkedTest: AnyFunction = function (this: unknown, ...args) {
      const [{ scheduler }] = args as [{ readonly scheduler: TestScheduler }];
      countSteps(scheduler).assertDeepEqual = assertMarbles;
      checkNotAsync('marbles', Reflect.apply(test, this, args));
    };
    // rxjs-marbles and the test runner both choose the arguments by the length of the function.
    Object.defineProperty(checkedTest, 'length', { value: test.length });
    const run = configured.marbles(checkedTest) as AnyFunction;
    const runTest: AnyFunction = function (this: unknown, ...args) {
      return runInVirtualTime('marbles', settings, () => Reflect.apply(run, this, args));
    };
    return Object.defineProperty(runTest, 'length', { value: run.length });
  };
  return { marbles: bind as unknown as M };
}
