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
export const passingFailures: Map<FailedGuard, unknown> = new Map<FailedGuard, unknown>();
