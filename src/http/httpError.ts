/**
 * A response as {@link HttpError} needs it: of fetch, or with `statusCode` of undici and Node.
 */
export interface ResponseLike {
  readonly status?: number;
  readonly statusCode?: number;
  readonly statusText?: string;
  readonly statusMessage?: string | undefined;
  readonly headers?: unknown;
  readonly url?: string | null | undefined;
}

/**
 * A response whose status is an error. `isTransient` and `retryAfter` read its `status`, its `headers` and, if it was given
 * one, its `body`.
 *
 * The message and `url` contain neither the user and password of the address nor its query and fragment, which often contain
 * secrets. The whole address is in `response.url`.
 *
 * @example
 * const error = new HttpError({ status: 503, statusText: 'Service Unavailable', url: 'https://example.com/a?key=1' });
 * error.message // => '503 Service Unavailable for https://example.com/a'
 * isTransient(error) // => true
 */
export class HttpError<R extends ResponseLike = ResponseLike> extends Error {
  /** The status of the response; 0 if it has none. */
  readonly status: number;
  /** The reason phrase; `''` in HTTP/2 and HTTP/3, which have none. */
  readonly statusText: string;
  /** The headers, the same reference. */
  readonly headers: R['headers'];
  /** The address without user, password, query and fragment; `undefined` if the response has none. */
  readonly url: string | undefined;
  /** The response, the same reference. Its body has not been read. */
  readonly response: R;
  /** The body, if you have read it: an object, or a text of JSON. */
  readonly body: unknown;

  /**
   * @param body what you have read of the response, for codes such as `insufficient_quota`
   * @throws TypeError if `response` is not an object, such as `new HttpError(503)`
   */
  constructor(response: R, body?: unknown) {
    const given: unknown = response;
    if (typeof given !== 'object' || given === null)
      throw new TypeError(`HttpError: response must be a response with a status, got ${String(given)}`);
    const { status = response.statusCode ?? 0, statusText = response.statusMessage ?? '' } = response;
    const url = withoutSecrets(response.url);
    const what = [String(status), statusText].filter((part) => part !== '').join(' ');
    super(url === undefined ? what : `${what} for ${url}`);
    this.status = status;
    this.statusText = statusText;
    this.headers = response.headers;
    this.url = url;
    this.response = response;
    this.body = body;
  }

  override get name(): string {
    return 'HttpError';
  }
}

/** `https://user:password@host/path?query#fragment` without the user, the password, the query and the fragment. */
function withoutSecrets(url: string | null | undefined): string | undefined {
  const [address = ''] = (url ?? '').split(/[?#]/, 1);
  return address === '' ? undefined : address.replace(/^([a-z][a-z\d+.-]*:)?\/\/[^/]*@/i, '$1//');
}
