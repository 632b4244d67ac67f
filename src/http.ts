/*
 * What HTTP says to a retry: when to come back, and whether at all. It imports nothing, not even the rest of the
 * library: errors and headers are known by their shape.
 */

export { retryAfter } from './http/retryAfter.js';
export { isTransient } from './http/isTransient.js';
