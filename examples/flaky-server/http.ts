import { retryAfter } from 'rxjs-reprise/http';

/*
 * Which responses are failures. `isTransient` of `rxjs-reprise/http` tells which of these are worth a retry.
 */

/** The error of a response that is a failure. */
export class HttpError extends Error {
  override readonly name = 'HttpError';

  constructor(
    readonly status: number,
    statusText: string,
    /** How long the server asks clients to wait, in milliseconds. `hinted` reads it. */
    readonly retryAfter?: number,
  ) {
    super(`${String(status)} ${statusText}`);
  }
}

/** The error that a response stands for, `undefined` for a good one. `fetch` resolves with a 503 too. */
export function httpError(response: Response): HttpError | undefined {
  if (response.ok) return undefined;
  // The body will not be read, so release the connection.
  void response.body?.cancel();
  return new HttpError(response.status, response.statusText, retryAfter(response));
}

/** The JSON of a good response. */
export async function readJson(response: Response): Promise<unknown> {
  const error = httpError(response);
  if (error !== undefined) throw error;
  return response.json();
}
