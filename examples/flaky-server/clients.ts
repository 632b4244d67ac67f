import { concatMap, takeUntil, timeout, timer, type Observable } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import { action, exponentialBackoff, hinted, retryWithPolicy, within, type RetryEvent } from 'rxjs-reprise';
import { isTransient } from 'rxjs-reprise/http';
import { httpError, readJson } from './http.js';

/*
 * Ways to ask a server that may fail. All but one share a policy: policies are immutable, and each subscription keeps
 * a state of its own.
 */

/** Asks the URL until there is an answer; `observe` is told what happens on the way. */
export type Ask = (url: string, observe: (event: RetryEvent) => void) => Observable<unknown>;

/** How long one call may take, in milliseconds. */
export const maxWait = 1000;

const steady = hinted(exponentialBackoff({ base: 150, cap: 1000, maxAttempts: 6, retryOn: isTransient }), {
  max: 5000,
});

/** `action`, with all of the work inside the attempt: a body that is cut short is tried again too. */
export const askForJson: Ask = (url, observe) => {
  const read = action(
    (from: string) =>
      ({ signal }) =>
        fetch(from, { signal }).then(readJson),
    { timeout: maxWait, retry: steady, observe },
  );
  return read(url);
};

/** `action` with `failOn`, for those who want the `Response` itself. Its body is read after the retrying is done. */
export const askForResponse: Ask = (url, observe) => {
  const get = action(
    (from: string) =>
      ({ signal }) =>
        fetch(from, { signal }),
    { failOn: httpError, timeout: maxWait, retry: steady, observe },
  );
  return get(url).pipe(concatMap((response) => response.json()));
};

/** `retryWithPolicy`, for a stream that one already has: here RxJS's own `fromFetch`. */
export const askByStream: Ask = (url, observe) =>
  fromFetch(url, { selector: readJson }).pipe(timeout(maxWait), retryWithPolicy(steady, { observe }));

/** The same within a deadline: it never sleeps past it, and ends with the last real error. */
export const askInTime: Ask = (url, observe) =>
  fromFetch(url, { selector: readJson }).pipe(timeout(maxWait), retryWithPolicy(within(3400, steady), { observe }));

/** A consumer who leaves: the wait ends with it, and no further call is made. */
export const askAndLeave: Ask = (url, observe) => askForJson(url, observe).pipe(takeUntil(timer(600)));
