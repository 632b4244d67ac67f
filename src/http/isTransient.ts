import { isFinal } from '../finality.js';
import { isTransientAnswer } from './answers.js';
import { isSocketError, isTransientCode } from './channels.js';
import { networkCodes } from './networkCodes.js';
import { isNetworkMessage, messageOf } from './networkMessages.js';
import { isOpaque, statusOf } from './statuses.js';
import { isObject, maxErrors, wrappedIn } from './wrapped.js';

/**
 * Whether the same HTTP, gRPC or socket call may succeed later. Made for `retryOn` and `onlyIf`.
 *
 * The first rule that applies decides:
 *
 * | error | transient |
 * |---|---|
 * | abort by the consumer; `RejectedError` or `CircuitOpenError` of this library | no |
 * | status 0, no response | as the error inside it, if there is one; otherwise yes, except for aborts and opaque responses, which succeeded |
 * | header `x-should-retry` or `stripe-should-retry` is `true` or `false` | as it says |
 * | AWS: `$retryable`, the name of a throttling or a timeout | yes |
 * | status 429 | yes, except with a code that means money, such as `insufficient_quota` |
 * | status 409 | only with the code of a lock, such as Stripe's `lock_timeout` |
 * | status 403 or 413 | only if it says when to come back: with `Retry-After`, or an exhausted rate limit |
 * | status 408, 425, and 500 to 599 except 501, 505 to 508, 510, 511, 525 and 526 | yes |
 * | any other status from 400 on | no |
 * | gRPC: `UNAVAILABLE`, `DEADLINE_EXCEEDED`, and `RESOURCE_EXHAUSTED` with a hint such as `RetryInfo` | yes |
 * | WebSocket: a close with 1001, 1006, 1011 to 1014 or 3008; an `error` event without an error | yes |
 * | `TimeoutError`; code of a timeout, of a connection refused, reset or cut short, of a missing route, of a DNS server that says "try again" | yes |
 * | several `errors` | yes, if one is transient and none is an abort or a rejection |
 * | a `cause`, the `value` of a `FailedValueError` | as the cause or the value |
 * | message of a failed fetch in a browser, in Deno or in Cloudflare Workers | yes |
 * | everything else | no |
 *
 * A status below 400 decides nothing: the response was successful, and then its body broke off.
 *
 * It reads `status` or `statusCode` of the error or of its `response`, then `name`, `code`, `errors`, `value`,
 * `cause` and `message`. This covers responses, and errors of fetch in Node, Deno, Bun and browsers, axios, Angular, RxJS's
 * ajax, undici, got, ky, Node's sockets, gRPC and the SDKs of OpenAI, Anthropic, Stripe, AWS, Google and GitHub. A code in a
 * body counts only if the client has read the body: a `Response` does not contain it.
 *
 * It cannot know whether a call may be *repeated*: retry calls that are idempotent or carry an idempotency key. A browser
 * reports a server that is down and a server that forbids the call (CORS) with the same error. Both are transient here, so
 * limit the retries. Firefox reports a connection that is reset within a body as an abort, which is not transient.
 *
 * Source of the statuses: RFC 9110 §15, RFC 8470 (425), RFC 6585 (429, 511), RFC 4918 (507), RFC 5842 (508). Of the codes:
 * AIP-194 and OTLP (gRPC), RFC 6455 and the registry of IANA (WebSocket), Smithy's retry classification (AWS).
 *
 * @example
 * isTransient({ status: 503 }) // => true
 * isTransient({ status: 500, headers: { 'x-should-retry': 'false' } }) // => false
 * isTransient({ status: 429, error: { code: 'insufficient_quota' } }) // => false
 * isTransient({ response: { status: 400 }, code: 'ECONNRESET' }) // => false
 * isTransient(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })) // => true
 * isTransient(new TypeError('x is not a function')) // => false
 * isTransient(new CircuitOpenError('payments', 'open', 1000, { status: 503 })) // => false
 *
 * const policy = exponentialBackoff({ base: 100, maxAttempts: 4, retryOn: isTransient });
 * preview(policy, { error: { status: 404 } }).reason // => 'error'
 */
export function isTransient(error: unknown): boolean {
  try {
    return mayPass(error, new Set());
  } catch {
    // A getter throws: the error is not readable.
    return false;
  }
}

/** @param examined the errors that were examined before, each of which is examined once */
function mayPass(error: unknown, examined: Set<unknown>): boolean {
  if (!isObject(error) || isFinal(error) || examined.has(error) || examined.size === maxErrors) return false;
  examined.add(error);
  const status = statusOf(error);
  if (status === 0) return !isOpaque(error) && mayPassUnanswered(error.error, examined);
  if (isSocketError(error)) return mayPassUnanswered(error.error, examined);
  const answer = isTransientAnswer(error, status) ?? isTransientCode(error);
  if (answer !== undefined) return answer;
  if (error.name === 'TimeoutError' || networkCodes.has(error.code)) return true;
  const { errors } = error;
  if (Array.isArray(errors)) return !errors.some(isFinal) && errors.some((each) => mayPass(each, examined));
  const wrapped = wrappedIn(error);
  return isObject(wrapped) ? mayPass(wrapped, examined) : isNetworkMessage(messageOf(error));
}

/**
 * Without a response, an error inside decides: Angular wraps whatever fetch throws. XMLHttpRequest has only an event, and some
 * WebSockets an error without a message.
 */
const mayPassUnanswered = (inside: unknown, examined: Set<unknown>): boolean =>
  isObject(inside) && typeof inside.message === 'string' && inside.message !== ''
    ? mayPass(inside, examined)
    : !isFinal(inside);
