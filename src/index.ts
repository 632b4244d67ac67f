/*
 * rxjs-reprise: retries that are wise. Operators first, then everything of the pure core.
 */

// Running a policy
export { retryWithPolicy } from './operators/retryWithPolicy.js';
export type { RetryOptions } from './operators/retryWithPolicy.js';
export type { RetryEvent } from './operators/observe.js';

// Functions as observables
export { action } from './action.js';
export type { ActionOptions, ActionWrapper } from './action.js';
export type { Attempt, Emitted } from './operators/attempt.js';

// Policies
export * from './core.js';
