import { hintOf } from './hint.js';
import { isObject, type Shape } from './wrapped.js';

/*
 * gRPC and WebSockets, which have codes of their own.
 */

/** The code of an error of gRPC, NaN without one. Numbers of other origin have no `metadata` next to them. */
export const grpcCodeOf = ({ code, metadata }: Shape): number =>
  typeof code === 'number' && isObject(metadata) ? code : NaN;

/** Going away, abnormal closure, internal error, service restart, try again later, bad gateway, timeout. */
const transientCloseCodes = [1001, 1006, 1011, 1012, 1013, 1014, 3008];

/** Whether a code of gRPC or of a `CloseEvent` lets the same call succeed later; `undefined` if it does not decide. */
export function isTransientCode(error: Shape): boolean | undefined {
  if (error.type === 'close' && typeof error.code === 'number') return transientCloseCodes.includes(error.code);
  const code = grpcCodeOf(error);
  // DEADLINE_EXCEEDED, UNAVAILABLE
  if (code === 4 || code === 14) return true;
  // RESOURCE_EXHAUSTED: a rate limit, or a quota that lasts for hours
  return code === 8 ? hintOf(error) !== undefined : undefined;
}

/** Whether it is the error event of a WebSocket or an EventSource. Browsers do not say what has happened. */
export const isSocketError = ({ type, target }: Shape): boolean =>
  type === 'error' && isObject(target) && typeof target.readyState === 'number' && typeof target.url === 'string';
