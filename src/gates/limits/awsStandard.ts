import type { RetryQuotaOptions } from './retryQuota.js';

/**
 * The {@link retryQuota} options of the AWS SDKs' standard mode as of 2026: 500 tokens, 14 for a retry after a transient
 * error, 5 for a retry after a throttling error, and a refund of 1. So 35 retries in a row after transient errors drain it.
 *
 * An error is a throttling error if the SDK marks it (`$retryable.throttling`), if its status is 429
 * (`$metadata.httpStatusCode`, `status` or `statusCode`), or if its `name` or `code` is one of AWS's throttling codes.
 * Every other error counts as transient.
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

/** The fields by which errors of the AWS SDKs and of HTTP clients are recognised. */
interface AwsError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
  readonly $retryable?: { readonly throttling?: unknown };
}

function isThrottling(error: unknown): boolean {
  try {
    const { name, code, status, statusCode, $metadata, $retryable } = (error ?? {}) as AwsError;
    return (
      $retryable?.throttling === true ||
      [$metadata?.httpStatusCode, status, statusCode].includes(429) ||
      throttlingCodes.has(name) ||
      throttlingCodes.has(code)
    );
  } catch {
    // A getter throws: the error is not readable.
    return false;
  }
}

const throttlingCodes: ReadonlySet<unknown> = new Set([
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
