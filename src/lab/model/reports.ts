import type { Ledger } from '../../engine/ledger.js';
import type { Signal } from '../../policy/policy.js';
import { endSignal } from '../../policy/signals.js';

/** How an attempt ended. */
export type Ending = 'success' | 'failure' | 'cancel';

/** Reports a value to a ledger. */
export function reportValue(ledger: Ledger, ticket: number, now: number): void {
  if (ledger.handles('value')) report(ledger, { kind: 'value', ticket, now, random: 0, value: undefined });
}

/** Reports the end of an attempt to a ledger. Only an end that the policy handles takes a random number. */
export function reportEnd(
  ledger: Ledger,
  ending: Ending,
  ticket: number,
  now: number,
  took: number,
  error?: unknown,
): void {
  if (ledger.handles(ending)) report(ledger, endSignal(ending, ticket, now, ledger.clock.random(), took, error));
}

function report(ledger: Ledger, signal: Signal): void {
  const { thrown } = ledger.fold(signal);
  if (thrown !== undefined) throw thrown.error;
}
