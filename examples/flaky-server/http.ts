import { retryAfter } from 'rxjs-reprise/http';

/*
 * Which answers are failures. Which of these may pass, `isTransient` of `rxjs-reprise/http` can tell.
 */

/** The server answered, and the answer is a failure. */
export class HttpError extends Error {
  override readonly name = 'HttpError';

  constructor(
    readonly status: number,
    statusText: string,
    /** How long the server asks us to stay away, in milliseconds; `hinted` heeds it. */
    readonly retryAfter?: number,
  ) {
    super(`${String(status)} ${statusText}`);
  }
}

/** `fetch` resolves with a 503 as well: the error that a response stands for, `undefined` for a good one. */
export function httpError(response: Response): HttpError | undefined {
  if (response.ok) return undefined;
  // Nobody will read the body: let go of the connection.
  void response.body?.cancel();
  return new HttpError(response.status, response.statusText, retryAfter(response));
}

/** The JSON of a good response. */
export async function readJson(response: Response): Promise<unknown> {
  const error = httpError(response);
  if (error !== undefined) throw error;
  return response.json();
}
