import type { Policy, Signal } from '../policy/policy.js';

/**
 * A policy that is made to be held in common: it can be looked at, it knows its own states when they come from
 * elsewhere, and who waits for what.
 */
export interface GatePolicy<S = unknown, V = unknown> extends Policy<S> {
  /** What its snapshots are marked with. */
  readonly format: string;
  /** What people look at, at the instant `now`. Pure: looking changes nothing. */
  view(state: S, now: number): V;
  /** The state in a snapshot; a TypeError that begins with `where` says what does not fit this policy. */
  parse(where: string, snapshot: unknown): S;
  /** Who of those that were told to wait is to ask again because of that signal: the numbers of their calls, or all. */
  wakes(before: S, after: S, signal: Signal): readonly number[] | 'all';
}

export function isGatePolicy(it: Policy): it is GatePolicy {
  return 'format' in it && 'view' in it && 'parse' in it && 'wakes' in it;
}
