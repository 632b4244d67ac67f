import fc from 'fast-check';
import { CircuitOpenError, exponentialBackoff, FailedValueError, onlyIf, preview, RejectedError } from 'rxjs-reprise';
import { isTransient } from 'rxjs-reprise/http';
import { NEVER, TimeoutError, timeout, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';

/** An error with the fields that a library adds. */
const error = (fields: object, message = 'it failed'): Error => Object.assign(new Error(message), fields);
const typeError = (message: string, cause?: unknown): TypeError =>
  new TypeError(message, cause === undefined ? undefined : { cause });

const statuses = Array.from({ length: 500 }, (_, index) => 100 + index);
const permanent = [501, 505, 506, 507, 508, 510, 511, 525, 526];
const transient = statuses.filter(
  (status) => [408, 425, 429].includes(status) || (status >= 500 && !permanent.includes(status)),
);

describe('a status', () => {
  it.each<[string, (status: number) => unknown]>([
    ['of a response', (status) => ({ status, ok: false, type: 'basic', headers: new Headers() })],
    ['of an HttpErrorResponse', (status) => ({ name: 'HttpErrorResponse', status, ok: false, error: null })],
    [
      'of an AxiosError',
      (status) => error({ name: 'AxiosError', code: 'ERR_BAD_RESPONSE', status, response: { status } }),
    ],
    ['of an older AxiosError', (status) => error({ isAxiosError: true, response: { status, data: '' } })],
    ['of an AjaxError', (status) => error({ name: 'AjaxError', status, response: { status: 200 } })],
    ['of an error of undici', (status) => error({ code: 'UND_ERR_RESPONSE_STATUS_CODE', status, statusCode: status })],
    ['of an error of got', (status) => error({ name: 'HTTPError', response: { statusCode: status } })],
    ['of a cause', (status) => error({ cause: error({ status }) })],
    ['of the value that failOn rejected', (status) => new FailedValueError({ status, headers: new Headers() })],
    ['of such a value as a cause', (status) => error({ cause: new FailedValueError({ status }) })],
  ])('%s', (_, make) => {
    expect(statuses.filter((status) => isTransient(make(status)))).toEqual(transient);
  });

  it.each<[string, boolean, unknown]>([
    ['takes precedence over a code', false, { status: 400, code: 'ECONNRESET' }],
    ['takes precedence over a name', false, { status: 404, name: 'TimeoutError' }],
    ['takes precedence over the cause', false, { response: { status: 501 }, cause: { code: 'ECONNRESET' } }],
    ['that is transient takes precedence over a code', true, { status: 503, code: 'ENOTFOUND' }],
    ['of the error takes precedence over that of the response', false, { status: 404, response: { status: 503 } }],
    ['of the response is used if the error has none', true, { status: null, response: { status: 503 } }],
    ['that is not a number is ignored', false, { status: '503', response: 'status: 503' }],
    ['that is not a number leaves the decision to the code', true, { status: 'error', code: 'ECONNRESET' }],
    ['that HTTP does not have is not transient', false, { status: Infinity, code: 'ECONNRESET' }],
    ['that is NaN is ignored', true, { status: NaN, code: 'ECONNRESET' }],
    [
      'of success leaves the decision to the code: the body broke off',
      true,
      { response: { statusCode: 200 }, code: 'ECONNRESET' },
    ],
    [
      'of success with a body that cannot be parsed is not transient',
      false,
      { status: 200, error: { error: new SyntaxError('x') } },
    ],
    [
      'of a redirect leaves the decision to the code',
      false,
      { response: { statusCode: 302 }, code: 'ERR_TOO_MANY_REDIRECTS' },
    ],
  ])('%s', (_, expected, value) => {
    expect(isTransient(value)).toBe(expected);
  });
});

describe('status 0', () => {
  it.each<[string, boolean, unknown]>([
    [
      'an HttpErrorResponse, XHR, no connection',
      true,
      { name: 'HttpErrorResponse', status: 0, error: { type: 'error' } },
    ],
    ['an HttpErrorResponse, XHR, timeout', true, { name: 'HttpErrorResponse', status: 0, error: { type: 'timeout' } }],
    ['an HttpErrorResponse, XHR, abort', false, { name: 'HttpErrorResponse', status: 0, error: { type: 'abort' } }],
    [
      'an HttpErrorResponse, fetch',
      true,
      { name: 'HttpErrorResponse', status: 0, error: typeError('Failed to fetch') },
    ],
    ['an HttpErrorResponse, fetch, abort', false, { status: 0, error: new DOMException('left', 'AbortError') }],
    ['an HttpErrorResponse, fetch, timeout', true, { status: 0, error: new DOMException('late', 'TimeoutError') }],
    ['an HttpErrorResponse with a rejection', false, { status: 0, error: new RejectedError('retries') }],
    ['an HttpErrorResponse, fetch, half a body', true, { status: 0, error: typeError('network error') }],
    [
      'an HttpErrorResponse, fetch, connection refused',
      true,
      { status: 0, error: typeError('fetch failed', error({ code: 'ECONNREFUSED' })) },
    ],
    [
      'an HttpErrorResponse, fetch, no such host',
      false,
      { status: 0, error: typeError('fetch failed', error({ code: 'ENOTFOUND' })) },
    ],
    [
      'an HttpErrorResponse, an invalid URL',
      false,
      { status: 0, error: typeError('Failed to parse URL from http://[') },
    ],
    [
      'an HttpErrorResponse, a body that cannot be serialized',
      false,
      { status: 0, error: typeError('Converting circular structure to JSON') },
    ],
    ['an HttpErrorResponse, a response that is too large', false, { status: 0, error: new Error('NG0: too large') }],
    [
      'an HttpErrorResponse, an abort in another error',
      false,
      { status: 0, error: error({ cause: { name: 'AbortError' } }) },
    ],
    ['an AjaxError', true, error({ name: 'AjaxError', status: 0 }, 'ajax error')],
    ['an AjaxTimeoutError', true, error({ name: 'AjaxTimeoutError', status: 0 }, 'ajax timeout')],
    ['an AjaxError, abort', false, error({ name: 'AjaxError', status: 0 }, 'aborted')],
    ['the error response of fetch', true, Response.error()],
    ['an opaque response, which was successful', false, { status: 0, type: 'opaque' }],
    ['an opaque redirect', false, { status: 0, type: 'opaqueredirect' }],
  ])('%s', (_, expected, value) => {
    expect(isTransient(value)).toBe(expected);
  });
});

describe('a code', () => {
  const yes = [
    'ECONNREFUSED',
    'ECONNRESET',
    'ECONNABORTED',
    'EPIPE',
    'ETIMEDOUT',
    'ESOCKETTIMEDOUT',
    'EHOSTUNREACH',
    'EHOSTDOWN',
    'ENETUNREACH',
    'ENETDOWN',
    'ENETRESET',
    'EAI_AGAIN',
    'UND_ERR_CONNECT_TIMEOUT',
    'UND_ERR_HEADERS_TIMEOUT',
    'UND_ERR_BODY_TIMEOUT',
    'UND_ERR_SOCKET',
    'ERR_NETWORK',
    'ERR_SOCKET_CONNECTION_TIMEOUT',
    'ERR_STREAM_PREMATURE_CLOSE',
    'ERR_HTTP2_GOAWAY_SESSION',
    'ConnectionRefused',
    'ConnectionClosed',
  ];
  const no = [
    'ENOTFOUND',
    'EACCES',
    'EPERM',
    'EMFILE',
    'EADDRINUSE',
    'EADDRNOTAVAIL',
    'EPROTO',
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'HPE_INVALID_CONSTANT',
    'ERR_INVALID_URL',
    'ERR_BAD_REQUEST',
    'ERR_BAD_RESPONSE',
    'ERR_BAD_OPTION',
    'ERR_NOT_SUPPORT',
    'ERR_HTTP2_STREAM_ERROR',
    'ERR_HTTP2_SESSION_ERROR',
    'UND_ERR_INVALID_ARG',
    'UND_ERR_HEADERS_OVERFLOW',
    'UND_ERR_DESTROYED',
    'UND_ERR_CLOSED',
    'UND_ERR_RES_EXCEEDED_MAX_SIZE',
    'econnreset',
    'constructor',
    'ECONNRESET ',
    '',
    0,
    23,
    undefined,
    null,
    ['ECONNRESET'],
  ];

  it.each<[string, (code: unknown) => unknown]>([
    ['of an error', (code) => error({ code })],
    ['of a cause of fetch', (code) => typeError('fetch failed', error({ code }))],
    ['of a cause of a cause', (code) => error({ cause: error({ cause: { code } }) })],
    ['of an AxiosError', (code) => error({ name: 'AxiosError', isAxiosError: true, code, status: null })],
    ['of several addresses that failed', (code) => Object.assign(new AggregateError([]), { code })],
    [
      'of one of several addresses',
      (code) => typeError('fetch failed', new AggregateError([error({ code: 'X' }), { code }])),
    ],
  ])('%s', (_, make) => {
    expect([...no, ...yes].filter((code) => isTransient(make(code)))).toEqual(yes);
  });
});

describe('a timeout', () => {
  it("of RxJS's timeout", () => {
    const scheduler = new VirtualTimeScheduler();
    const errors: unknown[] = [];
    NEVER.pipe(timeout({ each: 1000, scheduler })).subscribe({ error: (error: unknown) => errors.push(error) });
    scheduler.flush();
    expect(errors).toEqual([expect.any(TimeoutError)]);
    expect(errors.map(isTransient)).toEqual([true]);
  });

  it.each<[string, unknown]>([
    ['AbortSignal.timeout', new DOMException('The operation was aborted due to timeout', 'TimeoutError')],
    ['got', error({ name: 'TimeoutError', code: 'ETIMEDOUT', event: 'request' })],
    ['ky', error({ name: 'TimeoutError', request: {} })],
    ['axios', error({ name: 'AxiosError', code: 'ECONNABORTED' }, 'timeout of 1000ms exceeded')],
    ['axios with clarifyTimeoutError', error({ name: 'AxiosError', code: 'ETIMEDOUT' }, 'timeout of 1000ms exceeded')],
    ['a cause', error({ cause: error({ name: 'TimeoutError' }) })],
  ])('of %s', (_, value) => {
    expect(isTransient(value)).toBe(true);
  });
});

describe('a message', () => {
  const hosts = ['', ' (api.example.com)', ' (10.0.0.1:8080)'];

  it.each([
    'Failed to fetch',
    'network error',
    'NetworkError when attempting to fetch resource.',
    'Error in input stream',
    'Error in body stream',
    'A network error occurred.',
    'error reading a body from connection',
    'Load failed',
    'The network connection was lost.',
    'The Internet connection appears to be offline.',
    'Could not connect to the server.',
    'The request timed out.',
    'Network request failed',
    'fetch failed',
    'terminated',
  ])('of fetch: %s', (message) => {
    expect(hosts.map((host) => isTransient(new TypeError(message + host)))).toEqual([true, true, true]);
    expect(isTransient(new Error(message))).toBe(false);
  });

  const sending = 'error sending request from 127.0.0.1:59052 for http://127.0.0.1:3000/ (127.0.0.1:3000)';
  const toUrl = 'error sending request for url (http://127.0.0.1:3000/)';
  it.each<[boolean, string]>([
    [true, 'Connection reset by peer (os error 104)'],
    [true, `${sending}: client error (SendRequest): connection closed before message completed`],
    [true, `${toUrl}: client error (Connect): tcp connect error: Connection refused (os error 111)`],
    [true, `${toUrl}: client error (Connect): tcp connect error: Connection refused (os error 61)`],
    [true, `${toUrl}: client error (Connect): tcp connect error: No route to host (os error 113)`],
    [
      true,
      `${toUrl}: client error (Connect): tcp connect error: An existing connection was closed by the peer. (os error 10054)`,
    ],
    [true, `${toUrl}: client error (Connect): dns error: Temporary failure in name resolution`],
    [
      false,
      `${toUrl}: client error (Connect): dns error: failed to lookup address information: Name or service not known`,
    ],
    [false, `${toUrl}: client error (Connect): received corrupt message of type InvalidContentType`],
    [false, `${sending}: client error (SendRequest): invalid HTTP version parsed`],
    [false, 'Permission denied (os error 13)'],
    [false, 'Too many open files (os error 24)'],
  ])('of Deno, as a cause or as the error: %s: %s', (expected, message) => {
    expect(isTransient(typeError('fetch failed', new Error(message)))).toBe(expected);
    expect(isTransient(typeError(message))).toBe(expected);
    expect(isTransient(error({ name: 'ParseError' }, message))).toBe(false);
  });

  it.each([
    'Fetch failed: Maximum number of redirects (20) reached',
    'Fetch failed: Requests to port 1 are blocked',
    "Invalid URL: 'http://[x'",
    "Url scheme 'foo' not supported",
  ])('of Deno, of a programming error: %s', (message) => {
    expect(isTransient(typeError(message))).toBe(false);
  });

  it('of Cloudflare Workers', () => {
    expect(isTransient(new Error('Network connection lost.'))).toBe(true);
  });

  it('of axios: stream has been aborted', () => {
    const fields = { name: 'AxiosError', code: 'ERR_BAD_RESPONSE' };
    expect(isTransient(error(fields, 'stream has been aborted'))).toBe(true);
    expect(isTransient(error(fields, 'maxContentLength size of 10 exceeded'))).toBe(false);
  });

  it.each([
    'x is not a function',
    "Cannot read properties of undefined (reading 'fetch')",
    'Failed to fetch dynamically imported module: https://example.com/a.js',
    'It Failed to fetch',
    'Failed to fetchx',
    'Failed to fetch\n(x)',
    'Failed to parse URL from /a',
    'Body is unusable: Body has already been read',
    'NetworkError when attempting to fetch resource!',
    '',
  ])('of a programming error: %s', (message) => {
    expect(isTransient(new TypeError(message))).toBe(false);
  });

  it.each<[string, boolean, unknown]>([
    ['a cause that is transient', true, { code: 'ECONNRESET' }],
    ['a cause that is not', false, { code: 'ENOTFOUND' }],
    ['a cause without a code', false, new Error('redirect count exceeded')],
    ['a cause that is an abort', false, new DOMException('left', 'AbortError')],
    ['a cause that is not an object', true, 'a string'],
  ])('is ignored if there is %s', (_, expected, cause) => {
    expect(isTransient(typeError('fetch failed', cause))).toBe(expected);
  });
});

describe('a network failure, in the words of each runtime', () => {
  const fetchFailed = (message: string): TypeError => typeError('fetch failed', new Error(message));
  const sending = 'error sending request for url (http://127.0.0.1:81/): client error (Connect): ';
  const sent = 'error sending request from 127.0.0.1:52 for http://127.0.0.1:81/ (127.0.0.1:81): client error ';
  const unexpectedly =
    'The socket connection was closed unexpectedly. For more information, pass `verbose: true` in the second argument to fetch()';
  const unable = 'Unable to connect. Is the computer able to access the url?';
  const socketError = Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });

  it.each<[runtime: string, situation: string, transient: boolean, error: unknown]>([
    ['Node', 'connection refused', true, typeError('fetch failed', error({ code: 'ECONNREFUSED' }))],
    ['Node', 'reset in the body', true, typeError('terminated', error({ code: 'ECONNRESET' }))],
    ['Node', 'half a body', true, typeError('terminated', socketError)],
    ['Node', 'unknown host', false, typeError('fetch failed', error({ code: 'ENOTFOUND' }))],
    ['Node', 'TLS to a plain port', false, typeError('fetch failed', error({ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }))],
    ['Node', 'aborted', false, new DOMException('This operation was aborted', 'AbortError')],
    ['Node', 'timeout', true, new DOMException('The operation was aborted due to timeout', 'TimeoutError')],

    [
      'Bun 1.4',
      'connection refused',
      true,
      Object.assign(typeError(`ECONNREFUSED: ${unable}`), { code: 'ECONNREFUSED' }),
    ],
    ['Bun 1.4', 'half a body', true, Object.assign(typeError(`ECONNRESET: ${unexpectedly}`), { code: 'ECONNRESET' })],
    [
      'Bun 1.4',
      'DNS, try again',
      true,
      Object.assign(typeError('getaddrinfo EAI_AGAIN a.example'), { code: 'EAI_AGAIN' }),
    ],
    [
      'Bun 1.4',
      'unknown host',
      false,
      Object.assign(typeError('getaddrinfo ENOTFOUND a.invalid'), { code: 'ENOTFOUND' }),
    ],
    [
      'Bun 1.4',
      'TLS to a plain port',
      false,
      Object.assign(typeError('EPROTO: The TLS handshake failed.'), { code: 'EPROTO' }),
    ],
    ['Bun 1.4', 'not HTTP', false, Object.assign(typeError('x'), { code: 'Malformed_HTTP_Response' })],
    ['Bun 1.2', 'connection refused, or unknown host', true, error({ code: 'ConnectionRefused' }, unable)],
    ['Bun 1.1', 'half a body', true, error({ code: 'ConnectionClosed' }, unexpectedly)],
    ['Bun', 'aborted', false, new DOMException('The operation was aborted.', 'AbortError')],
    ['Bun', 'timeout', true, new DOMException('The operation timed out.', 'TimeoutError')],

    [
      'Deno 2.9',
      'connection refused',
      true,
      fetchFailed(`${sending}tcp connect error: Connection refused (os error 111)`),
    ],
    ['Deno 2.9', 'reset before the head', true, fetchFailed('Connection reset by peer (os error 104)')],
    [
      'Deno 2.9',
      'reset while connecting',
      true,
      fetchFailed(`${sending}tcp connect error: Connection reset by peer (os error 104)`),
    ],
    [
      'Deno 2.9',
      'closed before the head',
      true,
      fetchFailed(`${sent}(SendRequest): connection closed before message completed`),
    ],
    ['Deno 2.9', 'no route', true, fetchFailed(`${sending}tcp connect error: Network is unreachable (os error 101)`)],
    [
      'Deno 2.9',
      'DNS, try again',
      true,
      fetchFailed(`${sending}dns error: failed to lookup address information: Temporary failure in name resolution`),
    ],
    [
      'Deno 2.9',
      'unknown host',
      false,
      fetchFailed(`${sending}dns error: failed to lookup address information: Name or service not known`),
    ],
    [
      'Deno 2.9',
      'TLS to a plain port',
      false,
      fetchFailed(`${sending}received corrupt message of type InvalidContentType`),
    ],
    ['Deno 2.9', 'not HTTP', false, fetchFailed(`${sent}(SendRequest): invalid HTTP version parsed`)],
    ['Deno 2.9', 'a forbidden port', false, typeError('Fetch failed: Requests to port 9 are blocked')],
    ['Deno', 'reset in the body, half a body', true, typeError('error reading a body from connection')],
    [
      'Deno 2.2',
      'connection refused',
      true,
      typeError(`${sending}tcp connect error: Connection refused (os error 111): Connection refused (os error 111)`),
    ],
    [
      'Deno 2.2',
      'reset before the head',
      true,
      typeError(
        `${sent}(SendRequest): connection error: Connection reset by peer (os error 104)`,
        new Error('Connection reset by peer (os error 104)'),
      ),
    ],
    [
      'Deno 2.2',
      'closed before the head',
      true,
      typeError(`${sent}(SendRequest): connection closed before message completed`),
    ],
    [
      'Deno 2.2',
      'DNS, try again',
      true,
      typeError(
        `${sending}dns error: failed to lookup address information: Temporary failure in name resolution: failed to lookup address information: Temporary failure in name resolution`,
      ),
    ],
    [
      'Deno 2.2',
      'no free local address',
      false,
      typeError(`${sending}tcp connect error: Cannot assign requested address (os error 99)`),
    ],
    ['Deno', 'aborted', false, new DOMException('The signal has been aborted', 'AbortError')],
    ['Deno', 'timeout', true, new DOMException('Signal timed out.', 'TimeoutError')],

    ['Chromium 156', 'any lost connection, unknown host, TLS to a plain port', true, typeError('Failed to fetch')],
    ['Chromium 156', 'aborted', false, new DOMException('signal is aborted without reason', 'AbortError')],
    ['Chromium 156', 'timeout', true, new DOMException('signal timed out', 'TimeoutError')],

    [
      'Firefox 153',
      'no connection, unknown host, TLS to a plain port',
      true,
      typeError('NetworkError when attempting to fetch resource.'),
    ],
    ['Firefox 153', 'half a body', true, typeError('Content-Length header of network response exceeds response Body.')],
    // Firefox reports a reset in the body with the very error of an abort.
    [
      'Firefox 153',
      'aborted, or reset in the body',
      false,
      new DOMException('The operation was aborted. ', 'AbortError'),
    ],
    ['Firefox 153', 'timeout', true, new DOMException('The operation timed out.', 'TimeoutError')],
  ])('%s: %s', (_, _situation, expected, value) => {
    expect(isTransient(value)).toBe(expected);
  });

  it('in Deno by the number of the operating system', () => {
    const numbers = Array.from({ length: 12_000 }, (_, number) => number);
    const isNetwork = (number: number): boolean => isTransient(fetchFailed(`it failed (os error ${String(number)})`));
    expect(numbers.filter(isNetwork)).toEqual([
      ...[32, 50, 51, 52, 53, 54, 60, 61, 64, 65], // EPIPE, macOS
      ...[100, 101, 102, 103, 104, 110, 111, 112, 113], // Linux
      ...[10050, 10051, 10052, 10053, 10054, 10060, 10061, 10064, 10065], // Windows
    ]);
  });
});

describe('several errors', () => {
  const [transientError, permanentError] = [error({ status: 503 }), error({ status: 404 })];
  const abort = new DOMException('aborted', 'AbortError');

  it.each<[string, boolean, unknown[]]>([
    ['all transient', true, [transientError, error({ code: 'ECONNRESET' })]],
    ['one of them transient', true, [permanentError, transientError]],
    ['none transient', false, [permanentError, error({})]],
    ['an empty list', false, []],
    ['one an abort', false, [transientError, abort]],
    ['one a rejection', false, [new RejectedError('open'), transientError]],
    ['a group of groups', true, [new AggregateError([permanentError]), new AggregateError([transientError])]],
  ])('%s', (_, expected, errors) => {
    expect(isTransient(new AggregateError(errors))).toBe(expected);
    expect(isTransient(error({ cause: { errors } }))).toBe(expected);
  });
});

describe('never transient', () => {
  class Overridden extends RejectedError {
    override get name(): string {
      return 'QuotaError';
    }
  }
  const causes = { code: 'ECONNRESET', cause: { code: 'ECONNRESET' } };

  it.each<[string, unknown]>([
    ['a rejection', new RejectedError('deadline', 250)],
    ['an open circuit', new CircuitOpenError('payments', 'open', 1000, error({ status: 503 }))],
    ['a rejection with status 503', Object.assign(new RejectedError('open'), { status: 503 })],
    ['a subclass with another name', Object.assign(new Overridden('quota'), { status: 503 })],
    [
      'a rejection with another name',
      Object.defineProperty(new RejectedError('quota'), 'name', { value: 'TimeoutError' }),
    ],
    [
      'a rejection of another copy of the library',
      Object.assign(new Error('busy'), { status: 503, [Symbol.for('rxjs-reprise.rejection')]: true }),
    ],
    [
      'a rejection as a cause',
      error({ cause: new CircuitOpenError('payments', 'open', 1000, error({ status: 503 })) }),
    ],
    ['an abort of the DOM', Object.assign(new DOMException('left', 'AbortError'), { cause: { code: 'ECONNRESET' } })],
    ['the reason of an AbortSignal', AbortSignal.abort().reason],
    [
      'an abort of Node, even because of a timeout',
      error({ name: 'AbortError', code: 'ABORT_ERR', cause: error({ name: 'TimeoutError' }) }),
    ],
    ['an abort, recognized only by its name', error({ ...causes, name: 'AbortError' })],
    ['an abort of axios', error({ name: 'CanceledError', code: 'ERR_CANCELED', cause: causes })],
    ['an abort of axios, recognized only by its code', error({ code: 'ERR_CANCELED', cause: { code: 'ECONNRESET' } })],
    ['an abort of axios by the browser', error({ name: 'AxiosError', code: 'ECONNABORTED' }, 'Request aborted')],
    ['an abort of axios 0', { message: 'left', __CANCEL__: true }],
    ['an abort of undici', error({ name: 'AbortError', code: 'UND_ERR_ABORTED' })],
    [
      'an abort of undici, recognized only by its code',
      error({ code: 'UND_ERR_ABORTED', cause: { code: 'ECONNRESET' } }),
    ],
    ['an abort of undici with its general code', error({ code: 'UND_ERR_ABORT', cause: { code: 'ECONNRESET' } })],
    ['an abort of Node, recognized only by its code', error({ code: 'ABORT_ERR', cause: { code: 'ECONNRESET' } })],
    ['an abort of got', error({ name: 'RequestError', code: 'ERR_ABORTED', cause: { code: 'ECONNRESET' } })],
    ['a cancelled promise of got', error({ name: 'CancelError', ...causes })],
    ['an abort as an event', { type: 'abort', ...causes }],
    ['an abort with status 503', error({ name: 'AbortError', status: 503 })],
    ['an abort as a cause', error({ cause: new DOMException('left', 'AbortError') })],
    ['an error of RxJS', error({ name: 'EmptyError' }, 'no elements in sequence')],
    ['a programming error', new RangeError('x')],
    ['a successful response', new Response('good')],
    ['undefined', undefined],
    ['null', null],
    ['a string', 'ECONNRESET'],
    ['a number', 503],
    ['a function', Object.assign(() => 1, { status: 503 })],
    ['an empty object', {}],
  ])('%s', (_, value) => {
    expect(isTransient(value)).toBe(false);
  });

  it('but another error with the fields of a rejection is', () => {
    expect(isTransient(error({ status: 503, reason: 'Service Unavailable', retryAfter: 1000 }))).toBe(true);
  });

  it('but an error with the number 20 is, which databases use too', () => {
    expect(isTransient({ code: 20, cause: { code: 'ECONNRESET' } })).toBe(true);
  });
});

describe('never throws', () => {
  const throws = (): never => {
    throw new Error('not readable');
  };
  const throwing = (name: string): object => Object.defineProperty({}, name, { get: throws, enumerable: true });
  const circular: Record<string, unknown> = {};
  circular.cause = circular;
  const pair: Record<string, unknown> = { cause: { errors: [circular] } };
  (pair.cause as Record<string, unknown>).errors = [pair, pair.cause, circular, pair];
  const chain = (length: number): unknown =>
    Array.from({ length }).reduce<unknown>((cause) => ({ cause }), { code: 'ECONNRESET' });
  const endlessPrototypes: unknown = new Proxy({ status: 503 }, { getPrototypeOf: () => endlessPrototypes as object });
  const selfContaining: unknown = new Proxy(
    {},
    { get: (_, key) => (key === 'errors' ? Array.from({ length: 1000 }, (): unknown => selfContaining) : undefined) },
  );
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  const selfValued = { name: 'FailedValueError', value: {} };
  selfValued.value = selfValued;
  const endless = (): unknown =>
    new Proxy({}, { get: (_, key) => (key === 'errors' ? [endless(), endless(), endless()] : undefined) });

  it.each<[string, boolean, unknown]>([
    ['an error that is its own cause', false, circular],
    ['errors that cause each other', false, pair],
    ['31 causes', true, chain(31)],
    ['32 causes', false, chain(32)],
    ['a million causes', false, chain(1e6)],
    ['a million errors', false, { errors: Array.from({ length: 1e6 }, () => ({})) }],
    ['endless prototypes', true, endlessPrototypes],
    ['an error that contains itself a thousand times', false, selfContaining],
    ['endless new errors', false, endless()],
    ['a status that throws', false, throwing('status')],
    ['a code that throws', false, throwing('code')],
    ['a cause that throws', false, throwing('cause')],
    ['a value that throws', false, Object.defineProperty(new FailedValueError(1), 'value', { get: throws })],
    ['a value that contains its error', false, selfValued],
    ['a proxy that always throws', false, new Proxy({}, { get: throws, getPrototypeOf: throws })],
    ['a revoked proxy', false, revoked],
    ['a revoked proxy as a cause', false, error({ cause: revoked })],
    ['a revoked proxy without a response', false, { status: 0, error: revoked }],
    [
      'a name and a message that are not strings',
      true,
      { name: { toString: throws }, message: Object.create(null) as object, status: 503 },
    ],
    ['an error without a prototype', true, Object.assign(Object.create(null) as object, { status: 503 })],
  ])('%s', (_, expected, value) => {
    expect(isTransient(value)).toBe(expected);
  });

  it('and examines each error once', () => {
    let reads = 0;
    const errors: unknown[] = [];
    const group = Object.defineProperty({ cause: undefined }, 'errors', { get: () => (reads++, errors) });
    errors.push(group, { cause: group }, group);
    expect([isTransient(group), reads]).toEqual([false, 1]);
  });

  it('for any value', () => {
    const names = fc.constantFrom('status', 'code', 'name', 'message', 'cause', 'errors', 'response', 'error', 'type');
    const anything = fc.anything({
      key: fc.oneof(names, fc.string()),
      withMap: true,
      withNullPrototype: true,
      withBigInt: true,
    });
    fc.assert(
      fc.property(anything, (value) => typeof isTransient(value) === 'boolean'),
      { numRuns: 2000 },
    );
  });
});

describe('in a policy', () => {
  it.each([
    ['retryOn', exponentialBackoff({ base: 100, maxAttempts: 3, jitter: false, retryOn: isTransient })],
    ['onlyIf', onlyIf(isTransient, exponentialBackoff({ base: 100, maxAttempts: 3, jitter: false }))],
  ])('as %s', (_, policy) => {
    expect(preview(policy, { error: { status: 503 } })).toEqual({ delays: [100, 200], reason: 'retries' });
    expect(preview(policy, { error: { status: 404 } })).toEqual({ delays: [], reason: 'error' });
  });
});
