import { AssertionError } from '../report/assertion.js';
import { diagram, type Framed } from './diagram.js';
import { same } from '../report/same.js';
import { shown, table } from '../report/text.js';

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
