/**
 * Why an attempt was rejected, or why a policy gave up:
 *
 * - `retries`: the number of retries is reached (`retries` and the presets)
 * - `exhausted`: there is no further delay (`never` and `sequence`), or no further route (`fallback`)
 * - `deadline`: the wait would end after the deadline (`within`)
 * - `error`: the error is not one to retry (`onlyIf`, `retryOn`)
 * - `hint`: the server asks for a longer wait than allowed (`hinted`)
 * - `declined`: `shouldRetry` returned false (`retryPolicy`)
 * - `fatal`: the error is one that is never retried (`isFatal`)
 * - `open`, `half-open`, `isolated`: the phase of the circuit
 * - `budget`: the budget cannot pay the retry (`retryBudget`)
 * - `quota`: the quota cannot pay the retry (`retryQuota`)
 * - `throttle`: too many attempts failed (`retryThrottle` and `adaptiveThrottle`)
 * - `rate`: the next start comes later (`rateLimit`)
 * - `concurrency`: all slots are taken (`concurrencyLimit`)
 * - `closed`: the gate is closed (`openWhen`)
 * - `queue-full`: too many attempts wait (`maxWaiting`)
 * - `too-many-keys`: there is no room for the gate of another key (`keyed`)
 * - `before-retry`: what a retry must wait for has failed (`beforeRetry`)
 * - `answered`: the call has emitted a value, so no other route is tried (`fallback`)
 * - `stopped`: the option `until` has aborted
 * - `rejected`: the policy gave no reason
 *
 * A policy of your own may use any other string.
 */
export type Reason =
  | 'retries'
  | 'exhausted'
  | 'deadline'
  | 'error'
  | 'hint'
  | 'declined'
  | 'fatal'
  | 'open'
  | 'half-open'
  | 'isolated'
  | 'budget'
  | 'quota'
  | 'throttle'
  | 'rate'
  | 'concurrency'
  | 'closed'
  | 'queue-full'
  | 'too-many-keys'
  | 'before-retry'
  | 'answered'
  | 'stopped'
  | 'rejected'
  | (string & {});
