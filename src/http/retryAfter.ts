import { httpDate } from './httpDate.js';
import { isObject, maxErrors, wrappedIn, type Shape } from './wrapped.js';

/**
 * The delay that a server asks for, in milliseconds; `undefined` without a valid hint. Made for `hinted`:
 * `hinted(policy, { from: retryAfter })`.
 *
 * | header | valid value | result |
 * |---|---|---|
 * | `retry-after-ms` | decimal number | that many milliseconds |
 * | `Retry-After` | digits | that many seconds; `0` means *now* |
 * | `Retry-After` | date in one of the three formats of HTTP | the time until then; 0 for a date in the past |
 *
 * - The first valid row of the table decides: `retry-after-ms` is more precise.
 * - A malformed header is ignored, and so is a header that was sent more than once.
 * - A date is compared with the `Date` of the same headers, so that only the server's clock matters. Without a valid
 *   `Date`, it is compared with the local clock.
 *
 * | argument | headers |
 * |---|---|
 * | headers: `Headers`, Angular's `HttpHeaders`, axios's headers, a `Map`, an object | the argument |
 * | response or error of fetch, undici or Angular | `headers` |
 * | error of axios, got or ky | `response.headers` |
 * | `AjaxError` of RxJS | `xhr` |
 * | an error without a valid hint of its own | its `cause`; the `value` of a `FailedValueError` |
 *
 * Header names may have any case. Values in an object may be strings, numbers or arrays.
 *
 * It never throws. The result is a number from 0 to `Number.MAX_SAFE_INTEGER`. It can be years: limit it with `max` of
 * `hinted`. (`setTimeout` alone overflows at 25 days.)
 *
 * In a browser, scripts can read these headers of another origin only if the server sends
 * `Access-Control-Expose-Headers: Retry-After, Date`.
 *
 * Source: RFC 9110, §10.2.3 (Retry-After), §5.6.7 (dates), §6.6.1 (Date).
 *
 * @example
 * retryAfter(new Headers({ 'Retry-After': '120' })) // => 120_000
 * retryAfter({ 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT', date: 'Sun, 06 Nov 1994 08:49:07 GMT' }) // => 30_000
 * retryAfter({ response: { headers: { 'Retry-After': 'soon' } } }) // => undefined
 *
 * const policy = hinted(exponential(100), { from: retryAfter, max: 60_000 });
 * const error = { status: 429, headers: { 'Retry-After': '2' } };
 * preview(policy, { failures: 1, error }).delays // => [2100]
 */
export function retryAfter(source: unknown): number | undefined {
  try {
    let error = source;
    for (let examined = 0; isObject(error) && examined < maxErrors; examined += 1) {
      const hint = headersOf(error)
        .map(hintIn)
        .find((each) => each !== undefined);
      if (hint !== undefined) return hint;
      error = wrappedIn(error);
    }
  } catch {
    // A getter or a `get` method throws: there is no readable hint.
  }
  return undefined;
}

const isMethod = (value: unknown): value is (...args: unknown[]) => unknown => typeof value === 'function';

/** The objects that may contain headers: the source itself, then its fields. */
function headersOf(source: Shape): Shape[] {
  const { headers, response, xhr } = source;
  return [source, headers, isObject(response) ? response.headers : undefined, xhr].filter(isObject);
}

function hintIn(headers: Shape): number | undefined {
  const milliseconds = /^[ \t]*(\d+(?:\.\d+)?)[ \t]*$/.exec(valueOf(headers, 'retry-after-ms'));
  if (milliseconds !== null) return limitToSafe(Number(milliseconds[1]));
  const text = valueOf(headers, 'retry-after');
  const seconds = /^[ \t]*(\d+)[ \t]*$/.exec(text);
  if (seconds !== null) return limitToSafe(Number(seconds[1]) * 1000);
  const localNow = Date.now();
  const now = httpDate(valueOf(headers, 'date'), localNow) ?? localNow;
  const then = httpDate(text, now);
  return then === undefined ? undefined : Math.max(0, then - now);
}

/** Limits numbers with too many digits. */
const limitToSafe = (ms: number): number => Math.min(ms, Number.MAX_SAFE_INTEGER);

/** The value of a header that was sent exactly once; otherwise `''`, which is not a valid value. */
function valueOf(headers: Shape, name: string): string {
  const [value, ...more] = linesOf(headers, name)
    .flat()
    .filter((line) => line !== undefined && line !== null);
  return (typeof value === 'string' || typeof value === 'number') && more.length === 0 ? String(value) : '';
}

function linesOf(headers: Shape, name: string): unknown[] {
  const isName = (key: unknown): boolean => typeof key === 'string' && key.toLowerCase() === name;
  if (headers instanceof Map)
    return [...headers].flatMap(([key, value]: [unknown, unknown]) => (isName(key) ? [value] : []));
  if (isMethod(headers.get)) return [headers.get(name)];
  if (isMethod(headers.getAllResponseHeaders)) {
    const all = String(headers.getAllResponseHeaders());
    return [...all.matchAll(new RegExp(`^${name}:(.*)$`, 'gim'))].map(([, value]) => value);
  }
  return Object.keys(headers)
    .filter(isName)
    .map((key) => headers[key]);
}
