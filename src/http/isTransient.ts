/** Timeout, too early, too many requests, a broken server or gateway. */
const transientStatuses: ReadonlySet<unknown> = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Network failures. Not included: `ENOTFOUND` (the name does not exist), faults of a protocol or a certificate, and
 * problems of the client itself (`EMFILE`, `EADDRINUSE`, a closed client).
 */
const transientCodes: ReadonlySet<unknown> = new Set([
  // Connection refused or lost
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'UND_ERR_SOCKET', 'ERR_STREAM_PREMATURE_CLOSE'],
  // The server drains this HTTP/2 connection; the next call opens another one
  'ERR_HTTP2_GOAWAY_SESSION',
  // There is no route at the moment
  ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ENETRESET', 'EAI_AGAIN', 'ERR_NETWORK'],
  // Timeouts
  ...['ETIMEDOUT', 'ESOCKETTIMEDOUT', 'ERR_SOCKET_CONNECTION_TIMEOUT'],
  ...['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'],
]);

/**
 * Network failures without a code, as "name: message": fetch in browsers, where some tools append the host, and axios in
 * Node.
 */
const transientMessage = new RegExp(
  `^TypeError: (?:${[
    'Failed to fetch|network error', // Chrome: no response; a part of a response
    String.raw`NetworkError when attempting to fetch resource\.|Error in input stream`, // Firefox: the same
    String.raw`Load failed|The network connection was lost\.|The Internet connection appears to be offline\.`, // Safari
    String.raw`Could not connect to the server\.|The request timed out\.`, // Safari
    'Network request failed', // React Native
    'fetch failed|terminated', // Node, if the cause was removed
  ].join('|')})(?: \\(.*\\))?$|^AxiosError: stream has been aborted$`,
);

/** Names of aborts, and of the errors of this library. */
const finalNames: ReadonlySet<unknown> = new Set([
  ...['AbortError', 'CanceledError', 'CancelError'],
  ...['RejectedError', 'CircuitOpenError'],
]);

/** Codes of aborts: DOM, Node, undici, axios, got. */
const finalCodes: ReadonlySet<unknown> = new Set([
  ...[20, 'ABORT_ERR', 'UND_ERR_ABORT', 'UND_ERR_ABORTED', 'ERR_CANCELED', 'ERR_ABORTED'],
]);

/** An aborted XMLHttpRequest, as RxJS's ajax and axios report it. */
const finalMessages: ReadonlySet<string> = new Set(['AjaxError: aborted', 'AxiosError: Request aborted']);

/**
 * Whether the same HTTP or socket call may succeed later. Made for `retryOn` and `onlyIf`.
 *
 * The first rule that applies decides:
 *
 * | error | transient |
 * |---|---|
 * | abort by the consumer; `RejectedError` or `CircuitOpenError` of this library | no |
 * | status 0, no response | yes, except for aborts and opaque responses, which succeeded |
 * | status 408, 425, 429, 500, 502, 503, 504 | yes |
 * | any other status from 400 on | no |
 * | `TimeoutError`; code of a timeout, of a connection refused, reset or cut short, of a missing route, of a DNS server that says "try again" | yes |
 * | several `errors` | yes, if one is transient and none is an abort or a rejection |
 * | a `cause` | as the cause |
 * | message of a failed fetch in a browser | yes |
 * | everything else | no |
 *
 * A status below 400 decides nothing: the response was successful, and then its body broke off.
 *
 * It reads `status` or `statusCode` of the error or of its `response`, then `name`, `code`, `errors`, `cause` and
 * `message`. This covers responses, and errors of fetch in Node and in browsers, axios, Angular, RxJS's ajax, undici, got,
 * ky and Node's sockets.
 *
 * It cannot know whether a call may be *repeated*: retry calls that are idempotent or carry an idempotency key. A browser
 * reports a server that is down and a server that forbids the call (CORS) with the same error. Both are transient here, so
 * limit the retries.
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

type Shape = Readonly<Record<PropertyKey, unknown>>;

const isObject = (value: unknown): value is Shape => typeof value === 'object' && value !== null;

/** How many errors are examined at most: errors can be each other's cause, or be created on each access. */
const maxErrors = 32;

/** @param examined the errors that were examined before, each of which is examined once */
function mayPass(error: unknown, examined: Set<unknown>): boolean {
  if (!isObject(error) || isFinal(error) || examined.has(error) || examined.size === maxErrors) return false;
  examined.add(error);
  const status = statusOf(error);
  if (status === 0) return !isFinal(error.error) && !isOpaque(error);
  if (status >= 400) return transientStatuses.has(status);
  if (error.name === 'TimeoutError' || transientCodes.has(error.code)) return true;
  const { errors, cause } = error;
  if (Array.isArray(errors)) return !errors.some(isFinal) && errors.some((each) => mayPass(each, examined));
  return isObject(cause) ? mayPass(cause, examined) : transientMessage.test(messageOf(error));
}

/** The status of the response. Without one NaN, for which every comparison is false. */
function statusOf({ status, statusCode, response }: Shape): number {
  const ofResponse = isObject(response) ? [response.status, response.statusCode] : [];
  return [status, statusCode, ...ofResponse].find((value) => typeof value === 'number') ?? NaN;
}

/** A successful response whose status scripts may not read. */
const isOpaque = ({ type }: Shape): boolean => type === 'opaque' || type === 'opaqueredirect';

/** Whether the error is an abort or a rejection, by its own name or by the name of one of its classes. */
function isFinal(error: unknown): boolean {
  if (!isObject(error)) return false;
  if (finalCodes.has(error.code) || error.type === 'abort' || finalMessages.has(messageOf(error))) return true;
  return prototypeChain(error).some((part) => finalNames.has(Reflect.get(part, 'name', error)));
}

/** An object and its prototypes, at most 16, because the prototypes of a Proxy can be endless. */
function prototypeChain(object: object | null, limit = 16): object[] {
  if (object === null || limit === 0) return [];
  return [object, ...prototypeChain(Object.getPrototypeOf(object) as object | null, limit - 1)];
}

const messageOf = ({ name, message }: Shape): string =>
  [name, message].filter((part) => typeof part === 'string').join(': ');
