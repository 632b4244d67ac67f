/*
 * rxjs-reprise: retry policies, circuit breakers and limits for RxJS. The operators first, then the pure core.
 */

// Run a policy
export { retryWithPolicy } from './operators/retryWithPolicy.js';
export type { RetryOptions } from './operators/retryOptions.js';
export type { BeforeRetry, FailedAttempt } from './operators/beforeRetry.js';
export type { RetryEvent } from './engine/retryEvents.js';
export { outcomeOf } from './operators/outcomeOf.js';
export type { RetryOutcome } from './operators/outcomeOf.js';

// Poll and pause
export { repeatWithPolicy } from './operators/repeatWithPolicy.js';
export type { RepeatOptions } from './operators/repeatWithPolicy.js';
export type { RepeatEvent } from './operators/repeatEvents.js';
export { pauseWhile } from './operators/pauseWhile.js';

// A live circuit breaker, and its operator
export { circuit } from './live/circuit.js';
export type { Circuit, CircuitOptions, CircuitStatus, Isolation, ReconfigureOptions } from './live/circuit.js';
export { circuitBreak } from './operators/circuitBreak.js';
export type { CircuitBreakOptions } from './operators/circuitBreak.js';
export type { CircuitEvent } from './live/circuitEvents.js';

// A live policy for many streams, and its operator
export { gate } from './live/policyGate.js';
export type { PolicyGate, GateOptions } from './live/policyGate.js';
export type { GateEvent } from './live/gateEvents.js';
export { openWhen } from './live/openWhen.js';
export type { OpenWhenOptions } from './live/openWhen.js';
export type { OpenGate, OpenGateEvent } from './live/openGate.js';
export type { OpennessView } from './gates/openness.js';
export { retryNow } from './live/retryNow.js';
export type { RetryNowOptions } from './live/retryNow.js';
export type { TriggerGate, TriggerEvent } from './live/triggerGate.js';
export type { TriggerView } from './gates/trigger.js';
export { keyed } from './live/keyed.js';
export type { KeyedOptions } from './live/keyed.js';
export type { EventOf, KeyedGates } from './live/keyedGates.js';
export { TooManyKeysError } from './live/tooManyKeysError.js';
export { guard } from './operators/guard.js';
export type { GuardOptions, KeyOption } from './operators/guardOptions.js';
export type { SuccessOptions } from './operators/successOptions.js';
export type { Gate } from './live/gate.js';
export type { ClockOptions } from './time/clock.js';

// A second attempt for a slow one
export { hedge } from './operators/hedge.js';
export type { DelayGate, HedgeOptions } from './operators/hedgeOptions.js';
export type { HedgeEvent } from './engine/hedgeEvents.js';

// Functions as Observables
export { action } from './action/action.js';
export type { ActionWrapper } from './action/action.js';
export { FailedValueError } from './action/failedValue.js';
export type { FailOnResult } from './action/failedValue.js';
export type { ActionOptions } from './action/pipeline.js';
export type { Attempt, Emitted } from './action/invoke.js';

// Several sources, one after the other
export { fallback } from './action/fallback/fallback.js';
export type { FallbackOptions } from './action/fallback/fallback.js';
export type { FallbackRoute, RouteResult, RouteValue } from './action/fallback/fallbackRoutes.js';
export type { FallbackEvent } from './action/fallback/fallbackEvents.js';
export { FallbackError } from './action/fallback/fallbackError.js';
export type { RouteFailure } from './action/fallback/fallbackError.js';

// Policies
export * from './core.js';
