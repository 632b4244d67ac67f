/*
 * The pure half of the library: policies and their tools. It does not import RxJS.
 */

// The one type
export { onFailure } from './policy/policy.js';
export type { Part, Policy, Verdict } from './policy/policy.js';
export type { Abandon, Ask, Cancel, Command, Control, Failure, Signal, Success, Value } from './policy/signals.js';
export type { Snapshot } from './gates/snapshot.js';
export type { Outcome } from './gates/outcome.js';

// Presets
export { exponentialBackoff, type ExponentialBackoffOptions } from './policy/exponentialBackoff.js';
export { fixedRetry, retryPolicy, type FixedRetryOptions, type RetryDecisions } from './policy/presets.js';

// How long to wait
export { exponential, fibonacci, fixed, immediate, linear, never, sequence } from './policy/delays.js';
export { decorrelated, smoothExponential } from './policy/randomDelays.js';

// How many retries, for how long, after which errors
export { onlyIf, retries, within } from './policy/limits.js';
export type { ErrorClass, RetryOn } from './policy/limits.js';

// Changes to a wait
export { jittered, type Jitter } from './policy/jitter.js';
export { capped, hinted, type HintOptions } from './policy/shape.js';

// Policies made of policies
export { both, either, followedBy } from './policy/combine.js';
export { resetAfterUptime, resetOn } from './policy/resets.js';

// Circuit breakers: when to stop calling
export { circuitBreaker } from './gates/circuit/circuitBreaker.js';
export type { CircuitBreaker } from './gates/circuit/circuitBreaker.js';
export type { CircuitBreakerOptions } from './gates/circuit/options.js';
export { consecutive, failureRate, failures, slowRate } from './gates/circuit/trip.js';
export type { RateOptions, SlowRateOptions, Trip } from './gates/circuit/trip.js';
export type { Span } from './gates/circuit/span.js';
export type { CircuitState } from './gates/circuit/phases.js';
export type { CircuitView } from './gates/circuit/view.js';
export type { CircuitSnapshot } from './gates/circuit/snapshot.js';

// Limits that many streams share: they protect the other side
export { gatePolicy } from './gates/gatePolicy.js';
export type { GatePolicy } from './gates/gatePolicy.js';
export type { GateHandlers, GatePolicyOptions } from './gates/gatePolicyOptions.js';
export { retryBudget } from './gates/limits/retryBudget.js';
export type { RetryBudgetOptions, RetryBudgetView } from './gates/limits/retryBudget.js';
export { retryQuota } from './gates/limits/retryQuota.js';
export { awsStandard } from './gates/limits/awsStandard.js';
export type { RetryQuotaOptions, RetryQuotaView } from './gates/limits/retryQuota.js';
export { retryThrottle } from './gates/limits/retryThrottle.js';
export type { RetryThrottleOptions, RetryThrottleView } from './gates/limits/retryThrottle.js';
export { adaptiveThrottle } from './gates/limits/adaptiveThrottle.js';
export type { AdaptiveThrottleOptions, AdaptiveThrottleView } from './gates/limits/adaptiveThrottle.js';
export { rateLimit } from './gates/limits/rateLimit.js';
export type { RateLimitOptions, RateLimitView } from './gates/limits/rateLimit.js';
export { concurrencyLimit } from './gates/limits/concurrencyLimit.js';
export type { ConcurrencyLimitOptions } from './gates/limits/concurrencyLimit.js';
export type { ConcurrencyLimitView } from './gates/limits/slots.js';

// Concurrency limits that follow the service
export { vegas } from './gates/limits/adaptive/vegas.js';
export type { VegasOptions } from './gates/limits/adaptive/vegas.js';
export { aimd } from './gates/limits/adaptive/aimd.js';
export type { AimdOptions } from './gates/limits/adaptive/aimd.js';
export type { AdaptiveLimitOptions } from './gates/limits/adaptive/adaptiveLimit.js';
export type { AdaptiveLimit, AdaptiveRule } from './gates/limits/adaptive/rule.js';

// What attempts usually take, for hedges
export { latencyQuantile } from './gates/latencyQuantile.js';
export type { LatencyQuantileOptions, LatencyQuantileView } from './gates/latencyQuantile.js';

// Preview a policy without waiting
export { preview } from './policy/preview.js';
export type { Preview, PreviewOptions } from './policy/preview.js';

// A policy as one line and as JSON
export { describe } from './data/describe.js';
export { fromJSON } from './data/fromJSON.js';
export { toJSON } from './data/toJSON.js';
export type { PolicyData, PolicyJSON, PolicySource } from './data/format.js';
export type { Slots } from './data/slots.js';

// The errors of this library
export { CircuitOpenError, ClosedError, CompletedError, RejectedError } from './errors.js';
export type { Reason } from './reasons.js';
export { isFinal, isRejection } from './finality.js';
