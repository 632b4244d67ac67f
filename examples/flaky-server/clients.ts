import { concatMap, takeUntil, timeout, timer, type Observable } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import { action, exponentialBackoff, hinted, retryWithPolicy, within, type RetryEvent } from 'rxjs-reprise';
import { isTransient } from 'rxjs-reprise/http';
import { httpError, readJson } from './http.js';

/*
 * Ways to call a server that may fail. All but one share a policy: policies are immutable, and each subscription has its
 * own state.
 */

/** Calls the URL until it answers. `observe` receives the retry events. */
export type Ask = (url: string, observe: (event: RetryEvent) => void) => Observable<unknown>;

/** How long one call may take, in milliseconds. */
export const maxWait = 1000;

const steady = hinted(exponentialBackoff({ base: 150, cap: 1000, maxAttempts: 6, retryOn: isTransient }), {
  max: 5000,
});

/** `action` with all of the work inside the attempt, so that a truncated body is retried too. */
export const askForJson: Ask = (url, observe) => {
  const read = action(
    (from: string) =>
      ({ signal }) =>
        fetch(from, { signal }).then(readJson),
    { timeout: maxWait, retry: steady, observe },
  );
  return read(url);
};

/** `action` with `failOn`, for callers that want the `Response` itself. Its body is read after the retries. */
export const askForResponse: Ask = (url, observe) => {
  const get = action(
    (from: string) =>
      ({ signal }) =>
        fetch(from, { signal }),
    { failOn: httpError, timeout: maxWait, retry: steady, observe },
  );
  return get(url).pipe(concatMap((response) => response.json()));
};

/** `retryWithPolicy` for an existing stream: here RxJS's own `fromFetch`. */
export const askByStream: Ask = (url, observe) =>
  fromFetch(url, { selector: readJson }).pipe(timeout(maxWait), retryWithPolicy(steady, { observe }));

/** The same within a deadline. It never waits past the deadline, and ends with the last real error. */
export const askInTime: Ask = (url, observe) =>
  fromFetch(url, { selector: readJson }).pipe(timeout(maxWait), retryWithPolicy(within(3400, steady), { observe }));

/** A consumer that unsubscribes. The wait ends, and no further call is made. */
export const askAndLeave: Ask = (url, observe) => askForJson(url, observe).pipe(takeUntil(timer(600)));
