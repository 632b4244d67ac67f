import { AssertionError } from '../assertion/assertionError.js';
import { deepEqual } from '../assertion/deepEqual.js';
import { errorFields } from '../assertion/errorFields.js';
import { formatTable, formatValue } from '../assertion/format.js';
import { diagram, type TimedNotification } from './diagram.js';

/**
 * Compares what a `TestScheduler` recorded with what is expected: `new TestScheduler(assertMarbles)`. The error shows both
 * as diagrams, one below the other. Values and errors are equal if they are identical, or instances of the same class with
 * equal fields; errors must also have equal names, messages and causes.
 *
 * @throws AssertionError with both diagrams as `actual` and `expected`; if the diagrams are equal, with the first
 * notifications that differ
 *
 * @example
 * new TestScheduler(assertMarbles).run(({ cold, expectObservable }) => {
 *   expectObservable(cold('-a|').pipe(delay(2))).toBe('---(a|)');
 * });
 */
export function assertMarbles(actual: unknown, expected: unknown): void {
  if (deepEqual(plainSubscriptions(actual), plainSubscriptions(expected))) return;
  const [got, wanted] = [diagram(actual), diagram(expected)];
  if (got === undefined || wanted === undefined || got === wanted) throw contentError(actual, expected);
  const failure = unexpectedFailure(actual, expected);
  const error = failure === undefined ? '' : `\n${formatTable([['error', ...describe(failure)]])}\n`;
  const text = `${formatTable(diagramRows(wanted, got))}\n${error}`;
  throw new AssertionError(`marbles: the stream is not as expected\n\n${text}`, got, wanted);
}

/** RxJS's subscription logs are instances of an internal class. Those of `flaky` are plain, and equal if the fields are. */
const plainSubscriptions = (list: unknown): unknown =>
  Array.isArray(list) ? list.map((each: unknown) => (isSubscription(each) ? { ...each } : each)) : list;

const isSubscription = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && 'subscribedFrame' in value;

/** The error notification of the stream, if it differs from the expected one. */
function unexpectedFailure(actual: unknown, expected: unknown): TimedNotification | undefined {
  const [got, wanted] = [actual, expected].map((list) =>
    (list as readonly unknown[]).filter(isTimed).find(({ notification }) => notification.kind === 'E'),
  );
  return deepEqual(got?.notification.error, wanted?.notification.error) ? undefined : got;
}

/** Both diagrams. If each is one line, a mark shows the first difference. */
function diagramRows(wanted: string, got: string): string[][] {
  const linesOf = (label: string, text: string): string[][] =>
    text.split('\n').map((line, index) => [index === 0 ? label : '', line]);
  const rows = [...linesOf('expected', wanted), ...linesOf('got', got)];
  if (rows.length > 2) return rows;
  const column = `${wanted} `.split('').findIndex((symbol, index) => symbol !== got[index]);
  return [...rows, ['', `${' '.repeat(column)}^`]];
}

/** The error for equal diagrams whose values or errors differ. */
function contentError(actual: unknown, expected: unknown): AssertionError {
  const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
  const [gotList, wantedList] = [listOf(actual), listOf(expected)];
  const index = wantedList.findIndex((each, at) => !deepEqual(gotList[at], each));
  const [got, wanted] = [gotList[index], wantedList[index]];
  const text = formatTable([
    ['expected', ...describe(wanted)],
    ['got', ...describe(got)],
  ]);
  return new AssertionError(`marbles: the diagram is as expected, but its contents differ\n\n${text}\n`, got, wanted);
}

/** The time of a notification, and its value, or its error with all fields. */
function describe(event: unknown): string[] {
  if (!isTimed(event)) return [formatValue(event)];
  const { frame, notification } = event;
  const content = notification.kind === 'E' ? notification.error : notification.value;
  const fields = content instanceof Error ? ` ${formatValue(fieldsOf(content))}` : '';
  const className = content instanceof Error ? content.constructor.name : '';
  const classText = className !== '' && className !== (content as Error).name ? ` (a ${className})` : '';
  return [`at ${String(frame)} ms`, `${formatValue(content)}${classText}${fields === ' {}' ? '' : fields}`];
}

/** The fields of an error that its first words and its stack do not show. */
function fieldsOf(error: Error): Readonly<Record<string, unknown>> {
  const keys = errorFields(error).filter((key) => key !== 'name' && key !== 'message');
  return Object.fromEntries(keys.map((key) => [key, Reflect.get(error, key) as unknown]));
}

const isTimed = (event: unknown): event is TimedNotification =>
  typeof event === 'object' && event !== null && 'frame' in event && 'notification' in event;
