import type { Ask, Signal } from './policy.js';

/*
 * Signals as they are told: only what there is to tell stands in them.
 */

/** May that attempt start? What a first one follows is nothing. */
export const askSignal = (ticket: number, now: number, random: number, attempt: number, error: unknown): Ask =>
  attempt === 1 ? { kind: 'ask', ticket, now, random, attempt } : { kind: 'ask', ticket, now, random, attempt, error };

/** An attempt has ended; only a failure has an error. */
export const endSignal = (
  kind: 'success' | 'failure' | 'cancel',
  ticket: number,
  now: number,
  random: number,
  took: number,
  error: unknown,
): Signal => (kind === 'failure' ? { kind, ticket, now, random, took, error } : { kind, ticket, now, random, took });
