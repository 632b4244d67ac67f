import { isFinal } from '../finality.js';
import { grpcCodeOf } from './channels.js';
import { isTransient } from './isTransient.js';
import { isAbortMessage, messageOf } from './networkMessages.js';
import { statusOf } from './statuses.js';
import { isObject, maxErrors, wrappedIn, type Shape } from './wrapped.js';

/**
 * What an error says about the service. Made for `classify` of a circuit.
 *
 * | error | outcome |
 * |---|---|
 * | abort by the consumer; `RejectedError` or `CircuitOpenError` of this library | `'ignore'`: it says nothing |
 * | transient, see `isTransient` | `'failure'` |
 * | status 400 to 499 except 408, 425 and 429; gRPC code that answers the request, such as `NOT_FOUND` | `'success'`: the service works |
 * | everything else, also an answer that could not be read | `'failure'` |
 *
 * An answer such as 404 is a success, not ignored: a service that is back and answers only 404 would never close its circuit
 * if the answers were ignored, because ignored probes prove nothing.
 *
 * It never throws.
 *
 * @example
 * httpOutcome({ status: 503 }) // => 'failure'
 * httpOutcome({ status: 404 }) // => 'success'
 * httpOutcome(new DOMException('left', 'AbortError')) // => 'ignore'
 *
 * const payments = circuit({ name: 'payments', classify: httpOutcome });
 */
export function httpOutcome(error: unknown): 'failure' | 'success' | 'ignore' {
  try {
    const chain = chainOf(error);
    if (chain.some(isLeft)) return 'ignore';
    if (isTransient(error)) return 'failure';
    return chain.some(isAnswered) ? 'success' : 'failure';
  } catch {
    // A getter throws: the error is not readable.
    return 'failure';
  }
}

/** The error and what it wraps, from the outside to the inside. */
function chainOf(error: unknown): Shape[] {
  const chain: Shape[] = [];
  for (let next = error; isObject(next) && chain.length < maxErrors;) {
    chain.push(next);
    // Without a response, Angular keeps what was thrown in `error`.
    next = statusOf(next) === 0 ? next.error : wrappedIn(next);
  }
  return chain;
}

const isLeft = (error: Shape): boolean =>
  isFinal(error) || isAbortMessage(messageOf(error)) || grpcCodeOf(error) === cancelled;

const cancelled = 1;

/** From `INVALID_ARGUMENT` to `UNAUTHENTICATED`: codes of gRPC that answer the request. */
const answeringCodes = [3, 5, 6, 7, 9, 10, 11, 12, 16];

function isAnswered(error: Shape): boolean {
  const status = statusOf(error);
  return (
    (status >= 400 && status < 500 && ![408, 425, 429].includes(status)) || answeringCodes.includes(grpcCodeOf(error))
  );
}
