/*
 * A policy of this library carries the function and the arguments that made it, so that it can be described and written as
 * JSON. They are only kept here. What reads them is in `src/data`, and comes with its own import.
 */

/**
 * The reducer that the function made, the name of the function, and its arguments. A policy with another reducer, as a
 * spread can make it, is a custom one.
 */
export type Word = readonly [reduce: unknown, name: string, ...args: readonly unknown[]];

/** The policy with the function and the arguments that made it. */
export const worded = <P extends { readonly reduce: unknown }>(policy: P, name: string, ...args: unknown[]): P => ({
  ...policy,
  word: [policy.reduce, name, ...args],
});
