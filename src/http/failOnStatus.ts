import { HttpError, type ResponseLike } from './httpError.js';

/**
 * Makes an {@link HttpError} of a response whose status is 400 or more, and of the error response of fetch. Made for `failOn`
 * of `action`. It does not read the body.
 *
 * Redirects and `304 Not Modified` are not errors, and neither is an opaque response, whose status scripts may not read.
 *
 * @returns `undefined` if the response is good
 * @throws TypeError if the value has no status: it is not a response
 *
 * @example
 * failOnStatus(new Response('hello')) // => undefined
 * failOnStatus(new Response(null, { status: 503, statusText: 'Service Unavailable' }))?.message // => '503 Service Unavailable'
 *
 * const load = action((url: string) => ({ signal }) => fetch(url, { signal }), { failOn: failOnStatus });
 */
export function failOnStatus<R extends ResponseLike & { readonly type?: unknown }>(
  response: R,
): HttpError<R> | undefined {
  const { status, statusCode, type } = Object(response) as ResponseLike & { readonly type?: unknown };
  const code = status ?? statusCode;
  if (typeof code !== 'number') {
    throw new TypeError(`failOnStatus: the value must be a response with a status, got ${nameOf(response)}`);
  }
  return code >= 400 || type === 'error' ? new HttpError(response) : undefined;
}

const nameOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? 'an object without a status' : String(value);
