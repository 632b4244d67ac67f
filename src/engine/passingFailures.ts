import type { RejectedError } from '../errors.js';

/** A guard whose attempt has failed. */
export interface FailedGuard {
  /** The rejection that an attempt would meet in `ms` milliseconds, if that is certain. */
  rejectionIn(ms: number): RejectedError | undefined;
}

/**
 * The failures that are passing guards, from a guard's notice of the failure until its source has let go. A retry above
 * is asked about the failure within this time, and so it learns whether its next attempt would be rejected.
 */
// eslint-disable-next-line @typescript-eslint/consistent-generic-constructors -- an exported type must be written out
export const passingFailures: Map<FailedGuard, unknown> = /* @__PURE__ */ new Map();
