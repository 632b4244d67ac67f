import { rejectOption } from '../options.js';
import { checkPolicy, type Policy } from './policy.js';

/**
 * Throws unless `value` is a policy that can decide about the retries of one call. A limit cannot: its state must be shared,
 * and here each call would have its own.
 */
export function checkRetryPolicy(where: string, option: string, value: unknown): asserts value is Policy {
  const isGate = (value as { readonly enter?: unknown } | null | undefined)?.enter !== undefined;
  if (!isGate) checkPolicy(where, option, value);
  if (isGate || hasLimit(value as Policy))
    rejectOption(where, option, 'without limits, which belong in gates: [gate(limit)]', value);
}

/** Whether a policy, or a part of it, is a limit. Limits are known by what only they can do. */
export const hasLimit = (policy: Policy): boolean =>
  'wakes' in policy || (policy.parts?.(policy.initial) ?? []).some((part) => hasLimit(part.policy));
