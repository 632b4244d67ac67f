import type { Part, Policy } from './policy.js';

/*
 * Policies that know their own states, so that a gate can check a snapshot of them.
 */

/** A policy that is not made of others, with a check of its states. */
export const withStates = <S>(isState: (state: unknown) => boolean, policy: Policy<S>): Policy<S> => ({
  ...policy,
  parts: (state) => (isState(state) ? [] : undefined),
});

/** The `parts` of a policy whose only state is null. */
export const noState = (state: unknown): readonly Part[] | undefined => (state === null ? [] : undefined);

/** The only part of a policy whose state is that of the part. */
export const samePart =
  (policy: Policy) =>
  (state: unknown): readonly Part[] => [{ policy, state }];

/** A whole number from `least` to `most`. */
export const isWhole = (value: unknown, least: number = 0, most: number = Infinity): boolean =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;

/** A finite number from `least` to `most`. */
export const isNumber = (value: unknown, least: number, most: number = Number.MAX_VALUE): boolean =>
  typeof value === 'number' && value >= least && value <= most;
