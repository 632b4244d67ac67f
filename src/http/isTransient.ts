import { isFinal } from '../finality.js';
import { isNetworkMessage } from './networkMessages.js';
import { isObject, maxErrors, wrappedIn, type Shape } from './wrapped.js';

/** Timeout, too early, too many requests, a broken server or gateway. */
const transientStatuses: ReadonlySet<unknown> = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Network failures. Not included: `ENOTFOUND` (the name does not exist), faults of a protocol or a certificate, and
 * problems of the client itself (`EMFILE`, `EADDRINUSE`, a closed client).
 */
const transientCodes: ReadonlySet<unknown> = new Set([
  // Connection refused or lost
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'UND_ERR_SOCKET', 'ERR_STREAM_PREMATURE_CLOSE'],
  // The same in older versions of Bun
  ...['ConnectionRefused', 'ConnectionClosed'],
  // The server drains this HTTP/2 connection; the next call opens another one
  'ERR_HTTP2_GOAWAY_SESSION',
  // There is no route at the moment
  ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ENETRESET', 'EAI_AGAIN', 'ERR_NETWORK'],
  // Timeouts
  ...['ETIMEDOUT', 'ESOCKETTIMEDOUT', 'ERR_SOCKET_CONNECTION_TIMEOUT'],
  ...['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'],
  // Bun up to 1.2, which reports an unknown host as the first
  ...['ConnectionRefused', 'ConnectionClosed'],
]);

/**
 * Whether the same HTTP or socket call may succeed later. Made for `retryOn` and `onlyIf`.
 *
 * The first rule that applies decides:
 *
 * | error | transient |
 * |---|---|
 * | abort by the consumer; `RejectedError` or `CircuitOpenError` of this library | no |
 * | status 0, no response | as the error inside it, if there is one; otherwise yes, except for aborts and opaque responses, which succeeded |
 * | status 408, 425, 429, 500, 502, 503, 504 | yes |
 * | any other status from 400 on | no |
 * | `TimeoutError`; code of a timeout, of a connection refused, reset or cut short, of a missing route, of a DNS server that says "try again" | yes |
 * | several `errors` | yes, if one is transient and none is an abort or a rejection |
 * | a `cause`, the `value` of a `FailedValueError` | as the cause or the value |
 * | message of a failed fetch in a browser, in Deno or in Cloudflare Workers | yes |
 * | everything else | no |
 *
 * A status below 400 decides nothing: the response was successful, and then its body broke off.
 *
 * It reads `status` or `statusCode` of the error or of its `response`, then `name`, `code`, `errors`, `value`,
 * `cause` and `message`. This covers responses, and errors of fetch in Node, Deno, Bun and browsers, axios, Angular, RxJS's
 * ajax, undici, got, ky and Node's sockets.
 *
 * It cannot know whether a call may be *repeated*: retry calls that are idempotent or carry an idempotency key. A browser
 * reports a server that is down and a server that forbids the call (CORS) with the same error. Both are transient here, so
 * limit the retries. Firefox reports a connection that is reset within a body as an abort, which is not transient.
 *
 * Source of the statuses: RFC 9110 §15, RFC 8470 (425), RFC 6585 (429).
 *
 * @example
 * isTransient({ status: 503 }) // => true
 * isTransient({ response: { status: 400 }, code: 'ECONNRESET' }) // => false
 * isTransient(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })) // => true
 * isTransient(new TypeError('x is not a function')) // => false
 * isTransient(new CircuitOpenError('payments', 'open', 1000, { status: 503 })) // => false
 *
 * const policy = exponentialBackoff({ base: 100, maxAttempts: 4, retryOn: isTransient });
 * preview(policy, { error: { status: 404 } }).reason // => 'error'
 */
export function isTransient(error: unknown): boolean {
  try {
    return mayPass(error, new Set());
  } catch {
    // A getter throws: the error is not readable.
    return false;
  }
}

/** @param examined the errors that were examined before, each of which is examined once */
function mayPass(error: unknown, examined: Set<unknown>): boolean {
  if (!isObject(error) || isFinal(error) || examined.has(error) || examined.size === maxErrors) return false;
  examined.add(error);
  const status = statusOf(error);
  if (status === 0) return !isOpaque(error) && mayPassUnanswered(error.error, examined);
  if (status >= 400) return transientStatuses.has(status);
  if (error.name === 'TimeoutError' || transientCodes.has(error.code)) return true;
  const { errors } = error;
  if (Array.isArray(errors)) return !errors.some(isFinal) && errors.some((each) => mayPass(each, examined));
  const wrapped = wrappedIn(error);
  return isObject(wrapped) ? mayPass(wrapped, examined) : isNetworkMessage(messageOf(error));
}

/** Without a response, an error inside decides: Angular wraps whatever fetch throws. XMLHttpRequest has only an event. */
const mayPassUnanswered = (inside: unknown, examined: Set<unknown>): boolean =>
  isObject(inside) && typeof inside.message === 'string' ? mayPass(inside, examined) : !isFinal(inside);

/** The status of the response. Without one NaN, for which every comparison is false. */
function statusOf({ status, statusCode, response }: Shape): number {
  const ofResponse = isObject(response) ? [response.status, response.statusCode] : [];
  return [status, statusCode, ...ofResponse].find((value) => typeof value === 'number') ?? NaN;
}

/** A successful response whose status scripts may not read. */
const isOpaque = ({ type }: Shape): boolean => type === 'opaque' || type === 'opaqueredirect';

const messageOf = ({ name, message }: Shape): string =>
  [name, message].filter((part) => typeof part === 'string').join(': ');
