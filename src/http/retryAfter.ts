import { httpDate } from './httpDate.js';

/**
 * How long the server asks us to stay away: its `Retry-After`, in milliseconds, or `undefined` where there is no hint.
 * Made for `hinted`: `hinted(policy, { from: retryAfter })`.
 *
 * It is read strictly, and whatever is malformed is no hint: a number of seconds, digits only (`0` is *now*), or a date
 * in one of the three forms of HTTP (a past one is *now*: 0). A date counts from the `Date` of the same headers, so that
 * the server's clock is compared with itself; without one, from ours. `retry-after-ms`, a decimal number of
 * milliseconds, goes before where it is well-formed, because it is finer.
 *
 * The headers may be a `Headers`, Angular's `HttpHeaders`, axios's, a `Map` or a plain record (whose values may be
 * strings, numbers or arrays); names in any case. Or what carries them: a response or an error with `headers`, with
 * `response.headers` (axios, got, ky), or with an `xhr` (RxJS's ajax). A header that was sent twice is malformed.
 *
 * It never throws, and the answer is a whole or decimal number of at least 0, at most `Number.MAX_SAFE_INTEGER`. It is
 * what the server said, and that may be years: bound it by `hinted`'s `max`. (A plain `setTimeout` overflows at 25 days.)
 *
 * In a browser, scripts see `Retry-After` and `Date` of another origin only if the server sends
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
    return placesOf(source)
      .map(hintIn)
      .find((hint) => hint !== undefined);
  } catch {
    // A getter or a `get` that throws: what cannot be read is no hint.
    return undefined;
  }
}

type Shape = Readonly<Record<PropertyKey, unknown>>;

const isObject = (it: unknown): it is Shape => typeof it === 'object' && it !== null;

const isMethod = (it: unknown): it is (...args: unknown[]) => unknown => typeof it === 'function';

/** Where headers may be: the source itself, and one level down. */
function placesOf(source: unknown): Shape[] {
  if (!isObject(source)) return [];
  const { headers, response, xhr } = source;
  return [source, headers, isObject(response) ? response.headers : undefined, xhr].filter(isObject);
}

function hintIn(headers: Shape): number | undefined {
  const finer = /^[ \t]*(\d+(?:\.\d+)?)[ \t]*$/.exec(field(headers, 'retry-after-ms'));
  if (finer !== null) return representable(Number(finer[1]));
  const text = field(headers, 'retry-after');
  const seconds = /^[ \t]*(\d+)[ \t]*$/.exec(text);
  if (seconds !== null) return representable(Number(seconds[1]) * 1000);
  const ours = Date.now();
  const now = httpDate(field(headers, 'date'), ours) ?? ours;
  const then = httpDate(text, now);
  return then === undefined ? undefined : Math.max(0, then - now);
}

/** However many digits were sent. */
const representable = (ms: number): number => Math.min(ms, Number.MAX_SAFE_INTEGER);

/** The value of a header that was sent once; `''`, which is no value of any we read, for none and for several. */
function field(headers: Shape, name: string): string {
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
