import type { Verdict } from '../policy/policy.js';
import { endSignal, type Signal } from '../policy/signals.js';
import type { Ledger } from './ledger.js';

/** How an attempt ends for a gate. `'abandon'`: it has waited, and will not ask again. */
type End = 'success' | 'failure' | 'cancel' | 'abandon';

/**
 * Folds the end of an attempt that asked at `startedAt`. An end must not be lost, because the gate may keep a slot for the
 * attempt. So if the clock, the random source or a part of the policy throws, the gate receives a `cancel` (or the
 * `abandon`) at the instant of the ask, and the verdict has what was thrown.
 */
export function foldEnd<S>(gate: Ledger<S>, end: End, ticket: number, startedAt: number, error: unknown): Verdict<S> {
  const { clock } = gate;
  try {
    const now = clock.now();
    const random = end === 'abandon' ? 0 : clock.random();
    return gate.fold(signalOf(end, ticket, now, random, now - startedAt, error));
  } catch (thrown) {
    const verdict = gate.fold(signalOf(end === 'abandon' ? end : 'cancel', ticket, startedAt, 0, 0, undefined));
    return { ...verdict, thrown: { error: thrown } };
  }
}

const signalOf = (end: End, ticket: number, now: number, random: number, took: number, error: unknown): Signal =>
  end === 'abandon' ? { kind: end, ticket, now, random } : endSignal(end, ticket, now, random, took, error);
