import { record } from '../options.js';
import { backoff, type ExponentialBackoffOptions } from '../policy/exponentialBackoff.js';
import type { Policy } from '../policy/policy.js';
import { isTransient } from './isTransient.js';
import { retryAfter } from './retryAfter.js';

/** Options of {@link httpRetry}: those of `exponentialBackoff`, with other defaults for the last two. */
export interface HttpRetryOptions extends ExponentialBackoffOptions {
  /** @defaultValue {@link isTransient} */
  readonly retryOn?: ExponentialBackoffOptions['retryOn'];
  /** @defaultValue {@link retryAfter} */
  readonly retryAfter?: ExponentialBackoffOptions['retryAfter'];
}

/**
 * The policy for HTTP in one line: `exponentialBackoff` for the errors that {@link isTransient} knows, after the delay that
 * {@link retryAfter} finds in the answer. No wait ends after `maxElapsed`, and a server that asks for more than
 * `maxRetryAfter` ends the retrying.
 *
 * Retry only requests that may be repeated: GET, PUT, DELETE, or a POST with an idempotency key.
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const busy = { status: 503, headers: { 'retry-after': '2' } };
 * preview(httpRetry({ jitter: false, maxAttempts: 3 }), { error: busy }).delays // => [4000, 6000]
 * preview(httpRetry(), { error: { status: 404 } }) // => { delays: [], reason: 'error' }
 */
export function httpRetry(options: HttpRetryOptions = {}): Policy {
  record('httpRetry', 'options', options);
  const { retryOn = isTransient, retryAfter: hint = retryAfter } = options;
  return backoff('httpRetry', { ...options, retryOn, retryAfter: hint });
}
