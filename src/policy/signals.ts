/*
 * Signals: everything that a policy is notified of, as plain data.
 */

/** The fields of every signal. */
export interface SignalBase {
  /**
   * The number of the attempt, from 1, in the order in which attempts first asked. A gate that does not handle `abandon` has
   * no queue, and numbers an attempt again at each ask.
   */
  readonly ticket: number;
  /** Milliseconds of a clock that never goes back. Only differences mean anything. */
  readonly now: number;
  /**
   * One uniform draw in [0, 1), shared by all parts of a policy. It is drawn for `ask` and `failure`, and in a gate for
   * every signal except `value` and `abandon`. Otherwise it is 0.
   */
  readonly random: number;
}

/** May the attempt start? Answer 0 = yes, n = ask again in n milliseconds, Infinity = no. */
export interface Ask extends SignalBase {
  readonly kind: 'ask';
  /** The number of the attempt within its stream, from 1. Every attempt after the first is a retry. */
  readonly attempt: number;
  /** The error that the retry follows. A first attempt has none. */
  readonly error?: unknown;
}

/** The attempt produced a value. A report: the wait of the answer is ignored. */
export interface Value extends SignalBase {
  readonly kind: 'value';
  readonly value: unknown;
}

/** The fields of every signal that ends an attempt. */
interface EndSignal extends SignalBase {
  /** How long the attempt ran: milliseconds since its `ask` was answered with 0. */
  readonly took: number;
}

/** The attempt completed, or its consumer left after a value. A report. */
export interface Success extends EndSignal {
  readonly kind: 'success';
}

/** The attempt failed. Answer: after how many milliseconds to retry; Infinity = not at all. */
export interface Failure extends EndSignal {
  readonly kind: 'failure';
  readonly error: unknown;
}

/** The consumer of the attempt left before a value, or the attempt ended in a way that must not count. A report. */
export interface Cancel extends EndSignal {
  readonly kind: 'cancel';
}

/** A waiting attempt left the queue: it gave up, or another gate rejected it or makes it wait longer. A report. */
export interface Abandon extends SignalBase {
  readonly kind: 'abandon';
}

/** A manual command to a circuit. `open` may have the milliseconds to stay open. */
export type Command =
  | { readonly name: 'open'; readonly ms?: number }
  | { readonly name: 'half-open' | 'isolate' | 'release' | 'reset' | 'disable' | 'shadow' | 'resume' };

/**
 * A manual command, sent as a signal so that the log is complete. Circuits accept all commands, other policies only
 * `resume`.
 */
export interface Control extends SignalBase {
  readonly kind: 'control';
  readonly command: Command;
}

/** One event, as plain data. A policy receives nothing else. */
export type Signal = Ask | Value | Success | Failure | Cancel | Abandon | Control;

/** All kinds of signal, in the order in which `handles` lists them. */
export const signalKinds = ['ask', 'value', 'success', 'failure', 'cancel', 'abandon', 'control'] as const;

/** The ask of an attempt. A first attempt has no `error` field. */
export const askSignal = (ticket: number, now: number, random: number, attempt: number, error: unknown): Ask =>
  attempt === 1 ? { kind: 'ask', ticket, now, random, attempt } : { kind: 'ask', ticket, now, random, attempt, error };

/** The end of an attempt. Only a failure has an `error` field. */
export const endSignal = (
  kind: 'success' | 'failure' | 'cancel',
  ticket: number,
  now: number,
  random: number,
  took: number,
  error: unknown,
): Signal => (kind === 'failure' ? { kind, ticket, now, random, took, error } : { kind, ticket, now, random, took });
