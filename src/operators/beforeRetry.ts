import { defaultIfEmpty, defer, take, tap, type Observable, type ObservableInput } from 'rxjs';

/** The failure that a retry follows. */
export interface FailedAttempt {
  /** The error of the attempt. */
  readonly error: any;
  /** The number of the attempt that failed. The first is 1. */
  readonly attempt: number;
  /** How many milliseconds the policy waited. */
  readonly wait: number;
}

/** What a retry waits for: the first value or the completion of what it returns, if it returns anything. */
export type BeforeRetry = (failed: FailedAttempt) => ObservableInput<unknown> | undefined;

/** Emits once, when what the retry waits for has emitted or completed. If that fails, the call is over. */
export const readiness = (
  beforeRetry: BeforeRetry,
  failed: FailedAttempt,
  call: { abort(error: unknown): void },
): Observable<unknown> =>
  defer(() => beforeRetry(failed) ?? []).pipe(
    take(1),
    defaultIfEmpty(0),
    tap({
      error: (error: unknown) => {
        call.abort(error);
      },
    }),
  );
