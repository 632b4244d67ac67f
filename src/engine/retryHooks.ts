import type { Reason } from '../reasons.js';
import type { Clock } from './ledger.js';

/** A call that has ended. */
interface EndedCall {
  readonly plan: { readonly clock: Clock; readonly name: string };
  readonly begunAt: number;
}

interface Hooks {
  /** Whether there must be no further attempt: the testing entry bounds them. */
  stop?: ((call: { readonly attempt: number }) => boolean) | undefined;
  /** Is called at the end of a call, for `outcomeOf`: after how many attempts, with which error, and why. */
  end?: (call: EndedCall, attempts: number, error: unknown, reason: Reason) => void;
}

/** What other parts of the library add to every retry, without being in its bundle. No entry exports it. */
export const hooks: Hooks = {};
