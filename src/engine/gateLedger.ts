import type { RejectedError } from '../errors.js';
import type { Reason } from '../reasons.js';
import type { Ledger } from './ledger.js';

/** How an attempt ended. */
export type Ending = 'success' | 'failure' | 'cancel';

/** A call that waits for gates. */
export interface Waiter {
  /** Asks again, spread over a tenth of `span` milliseconds; `undefined`: over a tenth of the rest of its wait. */
  wake(span: number | undefined): void;
}

/** What a gate does beside keeping a ledger: it notifies listeners, and it knows which calls wait for it. */
export interface GateLedger<S = unknown> extends Ledger<S> {
  /** What it is called in errors. */
  readonly title: string;
  /** How many admitted attempts it has not received the end of. */
  running: number;
  /** Notifies all listeners of what was committed. */
  publish(): void;
  /** Whether it admits every attempt now, and it has no listener. See {@link GatePolicy.admits}. */
  readonly admitsAll: boolean;
  /** See {@link GatePolicy.settlesAt}. */
  readonly settlesAt: 'proof' | 'end';
  /** The wake-up that the last commit asks for; `undefined` if no waiting call is concerned. */
  takeWakeUp(): (() => void) | undefined;
  park(ticket: number, waiter: Waiter): void;
  unpark(ticket: number, waiter: Waiter): void;
  /** The error of an attempt that this gate rejected. */
  rejection(reason: Reason, wait: number): RejectedError;
}
