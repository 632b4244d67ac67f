import { concatMap, takeUntil, timeout, timer, type Observable } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import { action, exponentialBackoff, hinted, retryWithPolicy, within, type RetryEvent } from 'rxjs-reprise';
import { isTransient } from 'rxjs-reprise/http';
import { httpError, readJson } from './http.js';
import { formatArg, formatCall } from './terminal.js';

/*
 * Ways to call a server that may fail. They share one policy. Policies are immutable, and each subscription has its own state.
 */

/** Requests the URL until there is an answer. `observe` receives the events of the retries. */
export type Fetch = (url: string, observe: (event: RetryEvent) => void) => Observable<unknown>;

/** The timeout of one attempt in milliseconds. */
export const attemptTimeout = 1000;

const backoff = { base: 150, cap: 1000, maxAttempts: 6, retryOn: isTransient };
const hints = { max: 5000 };
const policy = hinted(exponentialBackoff(backoff), hints);

/** The policy as code. */
export const policyAsCode = `hinted(${formatCall('exponentialBackoff', backoff)}, ${formatArg(hints)})`;

/** `action` with all of the work inside the attempt. A truncated body is retried too. */
export const fetchJson: Fetch = (url, observe) => {
  const read = action(
    (from: string) =>
      ({ signal }) =>
        fetch(from, { signal }).then(readJson),
    { timeout: attemptTimeout, retry: policy, observe },
  );
  return read(url);
};

/** `action` with `failOn`, if you need the `Response` itself. Its body is read after the last retry. */
export const fetchResponse: Fetch = (url, observe) => {
  const get = action(
    (from: string) =>
      ({ signal }) =>
        fetch(from, { signal }),
    { failOn: httpError, timeout: attemptTimeout, retry: policy, observe },
  );
  return get(url).pipe(concatMap((response) => response.json()));
};

/** `retryWithPolicy`, if you already have a stream: here RxJS's own `fromFetch`. */
export const fetchStream: Fetch = (url, observe) =>
  fromFetch(url, { selector: readJson }).pipe(timeout(attemptTimeout), retryWithPolicy(policy, { observe }));

/** The deadline of {@link fetchWithDeadline} in milliseconds. */
export const deadline = 3400;

/** With a deadline as well: no wait goes past it, and the stream fails with the last error of the server. */
export const fetchWithDeadline: Fetch = (url, observe) =>
  fromFetch(url, { selector: readJson }).pipe(
    timeout(attemptTimeout),
    retryWithPolicy(within(deadline, policy), { observe }),
  );

/** A consumer that unsubscribes: the wait ends, and no further attempt is made. */
export const fetchAndUnsubscribe: Fetch = (url, observe) => fetchJson(url, observe).pipe(takeUntil(timer(600)));
