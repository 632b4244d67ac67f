import { catchError, ignoreElements, lastValueFrom, of, toArray, type Observable } from 'rxjs';

/*
 * The end of a stream, for specs that need real promises.
 */

/** All values of a stream that completes. */
export const values = <T>(source: Observable<T>): Promise<T[]> => lastValueFrom(source.pipe(toArray()));

/** The error of a stream that fails, the same reference. */
export const failure = (source: Observable<unknown>): Promise<unknown> =>
  lastValueFrom(
    source.pipe(
      ignoreElements(),
      catchError((error: unknown) => of(error)),
    ),
    { defaultValue: 'it completed' },
  );

/** The unhandled rejections while `body` ran and during one turn of the event loop after it. */
export async function unhandled(body: () => Promise<unknown>): Promise<unknown[]> {
  const seen: unknown[] = [];
  const see = (reason: unknown): void => void seen.push(reason);
  process.on('unhandledRejection', see);
  try {
    await body();
    await turn();
  } finally {
    process.off('unhandledRejection', see);
  }
  return seen;
}

/** One turn of the event loop. Promises that are settled have called their callbacks after it. */
export const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
