/*
 * rxjs-reprise: retries that are wise. Operators first, then everything of the pure core.
 */

// Running a policy
export { retryWithPolicy } from './operators/retryWithPolicy.js';
export type { RetryOptions } from './operators/retryWithPolicy.js';
export type { RetryEvent } from './operators/observe.js';

// Circuits: a circuit breaker that is live, and the operator
export { circuit } from './operators/circuit.js';
export type { Circuit, CircuitOptions, CircuitStatus, Isolation } from './operators/circuit.js';
export { circuitBreak } from './operators/circuitBreak.js';
export type { CircuitBreakOptions } from './operators/circuitBreak.js';
export type { CircuitEvent } from './operators/circuitEvents.js';

// Any policy, live for many streams, and the operator
export { shared } from './operators/shared.js';
export type { Shared, SharedEvent, SharedOptions } from './operators/shared.js';
export { guard } from './operators/guard.js';
export type { GuardOptions } from './operators/guard.js';
export type { SettleOptions } from './operators/guarded.js';
export type { Cell } from './operators/cell.js';
export type { CellOptions } from './operators/clock.js';

// Functions as observables
export { action } from './action.js';
export type { ActionWrapper } from './action.js';
export type { ActionOptions } from './operators/protection.js';
export type { Attempt, Emitted } from './operators/attempt.js';

// Policies
export * from './core.js';
