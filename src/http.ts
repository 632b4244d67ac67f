/*
 * rxjs-reprise/http: whether an HTTP error may be retried, when, and what it says about the service. It does not import
 * RxJS: errors and headers are recognized by their shape.
 */

// The policy for HTTP
export { httpRetry, type HttpRetryOptions } from './http/httpRetry.js';

// Whether and when
export { isTransient } from './http/isTransient.js';
export { retryAfter } from './http/retryAfter.js';

// For circuits
export { httpOutcome } from './http/httpOutcome.js';

// For responses of fetch
export { failOnStatus } from './http/failOnStatus.js';
export { HttpError, type ResponseLike } from './http/httpError.js';
