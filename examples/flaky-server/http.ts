import { retryAfter } from 'rxjs-reprise/http';

/*
 * Which responses are failures. `isTransient` of `rxjs-reprise/http` decides which of these failures are retried.
 */

/** The server responded with an error status. */
export class HttpError extends Error {
  override readonly name = 'HttpError';

  constructor(
    readonly status: number,
    statusText: string,
    /** The `Retry-After` of the response in milliseconds. `hinted` waits at least that long. */
    readonly retryAfter?: number,
  ) {
    super(`${String(status)} ${statusText}`);
  }
}

/** The error for a failed response, or `undefined` for a good one. `fetch` also resolves with a 503. */
export function httpError(response: Response): HttpError | undefined {
  if (response.ok) return undefined;
  // The body is not read, so release the connection.
  void response.body?.cancel();
  return new HttpError(response.status, response.statusText, retryAfter(response));
}

/** The JSON of a good response. */
export async function readJson(response: Response): Promise<unknown> {
  const error = httpError(response);
  if (error !== undefined) throw error;
  return response.json();
}
