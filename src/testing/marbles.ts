import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import { callable } from '../check.js';
import { AssertionError } from './assertion.js';
import { diagram, type Framed } from './diagram.js';
import { counting } from './effort.js';
import { same } from './same.js';
import { shown, table } from './text.js';
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
 * const bound = marblesWith(configure);
 * const test = bound.marbles((m) => {
 *   const source = m.cold('-#');
 *   m.expect(source.pipe(retryWithPolicy(both(fixed(3), retries(1))))).toBeObservable('-----#');
 *   m.expect(source).toHaveSubscriptions(['^!', '----^!']);
 * });
 * test()
 */
export function marblesWith<M extends (test: any) => any>(
  configure: (configuration: any) => { readonly marbles: M },
  options: VirtualTimeOptions = {},
): { readonly marbles: M } {
  callable('marblesWith', 'configure', configure);
  const settings = virtualTimeSettings('marblesWith', options);
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

/**
 * Compares what a `TestScheduler` saw with what was expected, for its constructor: `new TestScheduler(assertMarbles)`.
 * Differences are shown as diagrams, one under the other. Values and errors are the same if they are one thing, or of one
 * class and alike in all fields; of errors also in name, message and cause.
 *
 * @throws AssertionError with both diagrams as `actual` and `expected`, or what differs if the diagrams do not
 *
 * @example
 * new TestScheduler(assertMarbles).run(({ cold, expectObservable }) => {
 *   expectObservable(cold('-a|').pipe(delay(2))).toBe('---(a|)');
 * });
 */
export function assertMarbles(actual: unknown, expected: unknown): void {
  if (same(actual, expected)) return;
  const [seen, wanted] = [diagram(actual), diagram(expected)];
  if (seen !== undefined && wanted !== undefined && seen !== wanted) {
    const text = table(rows(wanted, seen));
    const failed = unexpectedError(actual, expected);
    const error = failed === undefined ? '' : `\n${table([['error', ...told(failed)]])}\n`;
    throw new AssertionError(`marbles: the stream is not as expected\n\n${text}\n${error}`, seen, wanted);
  }
  complainOfContents(actual, expected);
}

/** The failure of a stream that is not expected to fail so. */
function unexpectedError(actual: unknown, expected: unknown): Framed | undefined {
  const [is, should] = [actual, expected].map((list) =>
    (list as readonly unknown[]).filter(isFramed).find(({ notification }) => notification.kind === 'E'),
  );
  return same(is?.notification.error, should?.notification.error) ? undefined : is;
}

/** The two, and where they part if that can be pointed at. */
function rows(wanted: string, seen: string): string[][] {
  const under = (label: string, text: string): string[][] =>
    text.split('\n').map((line, index) => [index === 0 ? label : '', line]);
  const both = [...under('expected', wanted), ...under('got', seen)];
  if (both.length > 2) return both;
  const parts = `${wanted} `.split('').findIndex((letter, index) => letter !== seen[index]);
  return [...both, ['', `${' '.repeat(parts)}^`]];
}

function complainOfContents(actual: unknown, expected: unknown): never {
  const [seen, wanted] = [actual, expected].map((list) => (Array.isArray(list) ? (list as unknown[]) : [list])) as [
    unknown[],
    unknown[],
  ];
  const index = wanted.findIndex((each, index) => !same(seen[index], each));
  const [is, should] = [seen[index], wanted[index]];
  const text = table([
    ['expected', ...told(should)],
    ['got', ...told(is)],
  ]);
  throw new AssertionError(`marbles: the diagram is as expected, but not what is in it\n\n${text}\n`, is, should);
}

/** The instant, and the value or error with its fields. */
function told(event: unknown): string[] {
  if (!isFramed(event)) return [shown(event)];
  const { frame, notification } = event;
  const content = notification.kind === 'E' ? notification.error : notification.value;
  const fields = content instanceof Error ? ` ${shown(fieldsOf(content))}` : '';
  const name = content instanceof Error ? content.constructor.name : '';
  const renamed = name !== '' && name !== (content as Error).name ? ` (a ${name})` : '';
  return [`at ${String(frame)} ms`, `${shown(content)}${renamed}${fields === ' {}' ? '' : fields}`];
}

/** What else there is in an error, also hidden such as its cause, apart from what its first words tell and its stack. */
function fieldsOf(error: Error): Readonly<Record<string, unknown>> {
  const keys = Object.getOwnPropertyNames(error).filter((key) => !['name', 'message', 'stack'].includes(key));
  return Object.fromEntries(keys.map((key) => [key, (error as unknown as Record<string, unknown>)[key]]));
}

const isFramed = (event: unknown): event is Framed =>
  typeof event === 'object' && event !== null && 'frame' in event && 'notification' in event;
