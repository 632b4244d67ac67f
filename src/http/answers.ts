import { hintOf } from './hint.js';
import { isAboutLock, isAboutMoney, isRetryableOfAws } from './providers.js';
import { shouldRetry } from './shouldRetry.js';
import { isTransientStatus } from './statuses.js';
import type { Shape } from './wrapped.js';

/**
 * Whether the answer of a server lets the same call succeed later; `undefined` if the server has not answered, or its answer
 * was good and then its body broke off. A header that says so is obeyed first, then the mark or name of AWS, then the status.
 */
export function isTransientAnswer(error: Shape, status: number): boolean | undefined {
  const said = status < 400 ? undefined : shouldRetry(error);
  if (said !== undefined) return said;
  if (isRetryableOfAws(error)) return true;
  if (status === 409) return isAboutLock(error);
  if (status === 429) return !isAboutMoney(error);
  // GitHub's limits, and a content that is too large for the moment: they are temporary if the server says until when.
  if (status === 403 || status === 413) return hintOf(error) !== undefined;
  return status >= 400 ? isTransientStatus(status) : undefined;
}
