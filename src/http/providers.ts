import { bodiesOf, codesIn } from './bodies.js';
import { isObject, type Shape } from './wrapped.js';

/*
 * What the codes of providers say about an error, where its status does not say it.
 */

/** Codes of AWS for "too many requests" and for timeouts. Their status is mostly 400. */
const awsNames: ReadonlySet<unknown> = new Set([
  ...['BandwidthLimitExceeded', 'EC2ThrottledException', 'LimitExceededException', 'PriorRequestNotComplete'],
  ...['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'RequestThrottled'],
  ...['RequestThrottledException', 'SlowDown', 'ThrottledException', 'Throttling', 'ThrottlingException'],
  ...['TooManyRequestsException', 'TransactionInProgressException', 'RequestTimeout', 'RequestTimeoutException'],
]);

/** Whether AWS marks the error as one to retry: by a trait of the service's model, or by its name. */
export const isRetryableOfAws = ({ $retryable, name, code }: Shape): boolean =>
  isObject($retryable) || awsNames.has(name) || awsNames.has(code);

/** A 429 that means money: it lasts until the account is paid, its limit is raised, or the month ends. */
const money =
  /^(?:insufficient_quota|credit_balance_exhausted|billing_[a-z_]+|[a-z]+_(?:spend|usage)_limit_(?:exceeded|reached))$/;

export const isAboutMoney = (error: Shape): boolean =>
  bodiesOf(error)
    .flatMap(codesIn)
    .some((code) => typeof code === 'string' && money.test(code));

/** A 409 of a lock that another request holds: Stripe, and S3. */
const locks: ReadonlySet<unknown> = new Set([
  ...['lock_timeout', 'idempotency_key_in_use'],
  ...['OperationAborted', 'ConditionalRequestConflict'],
]);

export const isAboutLock = (error: Shape): boolean =>
  [error.name, ...bodiesOf(error).flatMap(codesIn)].some((code) => locks.has(code));
