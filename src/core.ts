/*
 * The pure half of the library: policies and what can be asked of them. It needs no rxjs.
 */

// The one type
export { onFailure } from './policy/policy.js';
export type {
  Abandon,
  Ask,
  Cancel,
  Command,
  Control,
  Failure,
  Policy,
  Signal,
  Success,
  Value,
  Verdict,
} from './policy/policy.js';
export type { SharedPolicy } from './policy/sharedPolicy.js';
export type { Snapshot } from './policy/snapshot.js';
export type { Outcome } from './policy/outcome.js';

// Presets: what most people use
export { exponentialBackoff, fixedRetry, retryPolicy } from './policy/presets.js';
export type { ExponentialBackoffOptions, FixedRetryOptions, RetryDecisions } from './policy/presets.js';

// How far apart
export {
  decorrelated,
  exponential,
  fibonacci,
  fixed,
  immediate,
  linear,
  never,
  sequence,
  smoothExponential,
} from './policy/delays.js';

// How often, how long, which errors
export { onlyIf, retries, within } from './policy/limits.js';
export type { ErrorClass, RetryOn } from './policy/limits.js';

// What becomes of a wait
export { capped, hinted, jittered } from './policy/shape.js';
export type { HintOptions, Jitter } from './policy/shape.js';

// Policies made of policies
export { both, either, followedBy, resetAfterUptime, resetOn } from './policy/combine.js';

// When to stop asking
export { circuitBreaker } from './circuit/circuitBreaker.js';
export type { CircuitBreaker, CircuitBreakerOptions } from './circuit/circuitBreaker.js';
export { consecutive, failureRate, failures, slowRate } from './circuit/trip.js';
export type { RateOptions, SlowRateOptions, Span, Trip } from './circuit/trip.js';
export type { CircuitState } from './circuit/phases.js';
export type { CircuitView } from './circuit/view.js';
export type { CircuitSnapshot } from './circuit/snapshot.js';

// In common: what protects the other side
export { retryBudget } from './load/retryBudget.js';
export type { RetryBudgetOptions, RetryBudgetView } from './load/retryBudget.js';
export { tokenBucket } from './load/tokenBucket.js';
export { awsStandard } from './load/awsStandard.js';
export type { TokenBucketOptions, TokenBucketView } from './load/tokenBucket.js';
export { successThrottle } from './load/successThrottle.js';
export type { SuccessThrottleOptions, SuccessThrottleView } from './load/successThrottle.js';
export { adaptiveThrottle } from './load/adaptiveThrottle.js';
export type { AdaptiveThrottleOptions, AdaptiveThrottleView } from './load/adaptiveThrottle.js';
export { rateLimit } from './load/rateLimit.js';
export type { RateLimitOptions, RateLimitView } from './load/rateLimit.js';
export { concurrency } from './load/concurrency.js';
export type { ConcurrencyOptions, ConcurrencyView } from './load/concurrency.js';

// Looking at a policy without waiting
export { preview } from './policy/preview.js';
export type { Preview, PreviewOptions } from './policy/preview.js';

// Our own no
export { CircuitOpenError, RefusedError } from './errors.js';
export type { Reason } from './errors.js';
