/** The server says "not now": too slow, too early, too many, broken down, no answer from behind. */
const statuses: ReadonlySet<unknown> = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * The network says so. Left out: `ENOTFOUND` (there is no such name), faults of a protocol or a certificate, and what
 * lacks on our own side (`EMFILE`, `EADDRINUSE`, a client that was closed).
 */
const codes: ReadonlySet<unknown> = new Set([
  // Nobody listens, or not any more
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'UND_ERR_SOCKET', 'ERR_STREAM_PREMATURE_CLOSE'],
  // The server drains this HTTP/2 connection; the next call makes another
  'ERR_HTTP2_GOAWAY_SESSION',
  // There is no way just now
  ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ENETRESET', 'EAI_AGAIN', 'ERR_NETWORK'],
  // Nobody answers in time
  ...['ETIMEDOUT', 'ESOCKETTIMEDOUT', 'ERR_SOCKET_CONNECTION_TIMEOUT'],
  ...['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'],
]);

/** Errors without a code, as "name: message": fetch in browsers (some tools append the host), axios in Node. */
const lost = new RegExp(
  `^TypeError: (?:${[
    'Failed to fetch|network error', // Chrome: no answer, half of one
    String.raw`NetworkError when attempting to fetch resource\.|Error in input stream`, // Firefox: the same
    String.raw`Load failed|The network connection was lost\.|The Internet connection appears to be offline\.`, // Safari
    String.raw`Could not connect to the server\.|The request timed out\.`, // Safari
    'Network request failed', // React Native
    'fetch failed|terminated', // Node, if somebody has dropped the cause
  ].join('|')})(?: \\(.*\\))?$|^AxiosError: stream has been aborted$`,
);

/** Aborts, by name; and our own rejections. */
const finalNames: ReadonlySet<unknown> = new Set([
  ...['AbortError', 'CanceledError', 'CancelError'],
  ...['RejectedError', 'CircuitOpenError'],
]);

/** Aborts, by code: DOM, Node, undici, axios, got. */
const finalCodes: ReadonlySet<unknown> = new Set([
  ...[20, 'ABORT_ERR', 'UND_ERR_ABORT', 'UND_ERR_ABORTED', 'ERR_CANCELED', 'ERR_ABORTED'],
]);

/** An XMLHttpRequest that was aborted, as RxJS's ajax and axios tell it. */
const finalTexts: ReadonlySet<string> = new Set(['AjaxError: aborted', 'AxiosError: Request aborted']);

/**
 * Whether the same call may well succeed later, in HTTP and on sockets. Made for `retryOn` and `onlyIf`.
 *
 * Yes: the statuses 408, 425, 429, 500, 502, 503 and 504; status 0, which is no answer at all; a connection that was
 * rejected, reset or cut short; no route; a DNS that says "try again"; a timeout. No: everything else, and always an
 * abort (somebody has left) and our own `RejectedError`, whatever caused them.
 *
 * It reads the shape of the errors of fetch (in Node and in browsers), axios, Angular, RxJS's ajax, undici, got, ky and
 * Node's sockets, and of a response: `status` or `statusCode`, its own or its `response`'s; `name`; `code`; what was
 * thrown together (`errors`, where one that is transient is enough and one that is final is not); then the same of its
 * `cause`. The first that decides is believed, so a status goes before a code. A status below 400 decides nothing: the
 * answer was good, and then its body broke off.
 *
 * Whether a call may be *repeated* it cannot know: retry what is idempotent, or carries a key. A browser tells a server
 * that is down and one that forbids the call (CORS) in the same words; both are transient here, so limit the retries.
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
    // A getter that throws: nobody can say.
    return false;
  }
}

type Shape = Readonly<Record<PropertyKey, unknown>>;

const isObject = (it: unknown): it is Shape => typeof it === 'object' && it !== null;

/** `seen` is whom has been asked: errors may be each other's cause, or more than anybody would read. */
function mayPass(it: unknown, seen: Set<unknown>): boolean {
  if (!isObject(it) || isFinal(it) || seen.has(it) || seen.size === 32) return false;
  seen.add(it);
  const status = statusOf(it);
  if (status === 0) return !isFinal(it.error) && !isOpaque(it);
  if (status >= 400) return statuses.has(status);
  if (it.name === 'TimeoutError' || codes.has(it.code)) return true;
  const { errors, cause } = it;
  if (Array.isArray(errors)) return !errors.some(isFinal) && errors.some((one) => mayPass(one, seen));
  return isObject(cause) ? mayPass(cause, seen) : lost.test(inWords(it));
}

/** The status of the answer; NaN, which is neither high nor low, where there is none. */
function statusOf({ status, statusCode, response }: Shape): number {
  const said = isObject(response) ? [response.status, response.statusCode] : [];
  return [status, statusCode, ...said].find((it) => typeof it === 'number') ?? NaN;
}

/** A response that succeeded, of which a script may not even know the status. */
const isOpaque = ({ type }: Shape): boolean => type === 'opaque' || type === 'opaqueredirect';

/** Whether it is an abort or a rejection, by its own name or that of one of its classes. */
function isFinal(it: unknown): boolean {
  if (!isObject(it)) return false;
  if (finalCodes.has(it.code) || it.type === 'abort' || finalTexts.has(inWords(it))) return true;
  return classesOf(it).some((part) => finalNames.has(Reflect.get(part, 'name', it)));
}

/** An object and its prototypes: as many as matter, since a Proxy may have ever more. */
function classesOf(it: object | null, most = 16): object[] {
  return it === null || most === 0 ? [] : [it, ...classesOf(Object.getPrototypeOf(it) as object | null, most - 1)];
}

const inWords = ({ name, message }: Shape): string => [name, message].filter((it) => typeof it === 'string').join(': ');
