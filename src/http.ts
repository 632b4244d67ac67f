/*
 * rxjs-reprise/http: whether an HTTP error may be retried, and when. It imports nothing, not even the rest of the library:
 * errors and headers are recognized by their shape.
 */

export { retryAfter } from './http/retryAfter.js';
export { isTransient } from './http/isTransient.js';
