import { TimeoutError } from 'rxjs';

/*
 * What HTTP means to a retry: which answers are failures, and which failures may pass.
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

/** `Retry-After` in milliseconds. It may also be a date, which is left out here. */
function retryAfter({ headers }: Response): number | undefined {
  const seconds = headers.get('Retry-After') ?? '';
  return /^\d+$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

/** Whether the same call may succeed later: no answer, half of one (`fetch` fails with a TypeError), or a "not now". */
export function isTransient(error: unknown): boolean {
  if (error instanceof HttpError) return [408, 429, 500, 502, 503, 504].includes(error.status);
  return error instanceof TimeoutError || error instanceof TypeError;
}
