import { hintOf } from './hint.js';
import { isObject, maxErrors, wrappedIn } from './wrapped.js';

/**
 * The delay that a server asks for, in milliseconds; `undefined` without a valid hint. Made for `hinted`:
 * `hinted(policy, { from: retryAfter })`.
 *
 * The first valid row decides:
 *
 * | hint | valid value | result |
 * |---|---|---|
 * | `retry-after-ms`, `x-ms-retry-after-ms`, `x-amz-retry-after`, `grpc-retry-pushback-ms` | decimal number | that many milliseconds |
 * | `Retry-After` | digits | that many seconds; `0` means *now* |
 * | `Retry-After` | date in one of the three formats of HTTP | the time until then; 0 for a date in the past |
 * | Google's `RetryInfo` in the details of an error | `'3.5s'`, or `seconds` and `nanos` | that long |
 * | the reset of a rate limit | see below | the time until then; 0 for a date in the past |
 *
 * Rate limits: `RateLimit`, `RateLimit-Reset`, `X-RateLimit-Reset`, `X-Rate-Limit-Reset`, the same with `-Reset-After` and
 * `-Retry-After`, `x-ratelimit-reset-requests`, `x-ratelimit-reset-tokens`, and `anthropic-ratelimit-*-reset` for `requests`,
 * `tokens`, `input-tokens` and `output-tokens`. The value is a number of seconds, seconds or milliseconds since 1970, a
 * duration such as `6m0s` or `120ms`, or a date of RFC 3339 or HTTP.
 *
 * - Servers send them with good responses too. They count with status 403, 429 and 503, and without a status.
 * - Only exhausted limits count, whose `remaining` is 0; of several, the longest wait. With status 429 and 503, limits that do
 *   not say what remains count if none is exhausted; of several, the shortest wait.
 * - A malformed header is ignored, and so is a header that was sent more than once.
 * - A date is compared with the `Date` of the same headers, so that only the server's clock matters. Without a valid
 *   `Date`, it is compared with the local clock.
 *
 * | argument | headers |
 * |---|---|
 * | headers: `Headers`, Angular's `HttpHeaders`, axios's headers, a `Map`, an object, a list of pairs, raw headers of Node or undici | the argument |
 * | response or error of fetch, undici, Angular, or an SDK | `headers` |
 * | error of axios, got, ky or Octokit | `response.headers` |
 * | `AjaxError` of RxJS | `xhr` |
 * | error of gRPC, of AWS, of the AI SDK | `metadata`, `$response.headers`, `responseHeaders` |
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
 * Source: RFC 9110, §10.2.3 (Retry-After), §5.6.7 (dates), §6.6.1 (Date); draft-ietf-httpapi-ratelimit-headers (RateLimit);
 * the documentation of the providers.
 *
 * @example
 * retryAfter(new Headers({ 'Retry-After': '120' })) // => 120_000
 * retryAfter({ 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT', date: 'Sun, 06 Nov 1994 08:49:07 GMT' }) // => 30_000
 * retryAfter({ response: { headers: { 'Retry-After': 'soon' } } }) // => undefined
 * retryAfter({ status: 429, headers: { 'x-ratelimit-reset-tokens': '6m0s' } }) // => 360_000
 *
 * const policy = hinted(exponential(100), { from: retryAfter, max: 60_000 });
 * const error = { status: 429, headers: { 'Retry-After': '2' } };
 * preview(policy, { failures: 1, error }).delays // => [2100]
 */
export function retryAfter(source: unknown): number | undefined {
  try {
    let error = source;
    for (let examined = 0; isObject(error) && examined < maxErrors; examined += 1) {
      const hint = hintOf(error);
      if (hint !== undefined) return hint;
      error = wrappedIn(error);
    }
  } catch {
    // A getter throws: there is no readable hint.
  }
  return undefined;
}
