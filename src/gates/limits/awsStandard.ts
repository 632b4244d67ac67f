import type { RetryQuotaOptions } from './retryQuota.js';

/**
 * The numbers of the AWS SDKs' standard mode as of 2026: 500 tokens, 14 for a retry after a transient error, 5 after a
 * throttling one, 1 back for a success that cost nothing. So 35 retries in a row after transient errors drain it.
 *
 * An error is a throttling one if the SDK says so (`$retryable.throttling`), if its status is 429
 * (`$metadata.httpStatusCode`, `status` or `statusCode`), or if its `name` or `code` is one of AWS's for it; every other
 * is taken for transient.
 *
 * @example
 * const policy = both(retries(100), retryQuota(awsStandard));
 * preview(policy, { failures: 100 }).delays.length // => 35
 * preview(policy, { failures: 100, error: { name: 'ThrottlingException' } }).delays.length // => 100
 */
export const awsStandard: RetryQuotaOptions = {
  capacity: 500,
  cost: (error: unknown): number => (isThrottling(error) ? 5 : 14),
  refund: 1,
};

/** What errors of the AWS SDKs, and of HTTP clients, are like. */
interface AwsError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
  readonly $retryable?: { readonly throttling?: unknown };
}

function isThrottling(error: unknown): boolean {
  const { name, code, status, statusCode, $metadata, $retryable } = (error ?? {}) as AwsError;
  return (
    $retryable?.throttling === true ||
    [$metadata?.httpStatusCode, status, statusCode].includes(429) ||
    throttlings.has(name) ||
    throttlings.has(code)
  );
}

const throttlings: ReadonlySet<unknown> = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);
