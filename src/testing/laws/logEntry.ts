import type { Command, Signal } from '../../policy/signals.js';
import { timeShift } from './timeShift.js';

/** A description of one signal in a log. The signal is created when the log is played. */
export interface LogEntry {
  readonly kind: Signal['kind'];
  /** Milliseconds since the signal before it. */
  readonly gap: number;
  readonly random: number;
  readonly took: number;
  readonly attempt: number;
  /** Creates the error or the value. A new one for each signal, so that modifications are detected. */
  readonly content: () => unknown;
  readonly command: Command['name'];
}

/** The same signal three times, each with its own error or value. */
export interface SignalCopies {
  readonly first: Signal;
  readonly second: Signal;
  /** The signal with a later `now`. */
  readonly shifted: Signal;
}

/** Creates the signals of a log. Each ask has the next ticket; the signals after it belong to its attempt. */
export function signalsOf(log: readonly LogEntry[]): SignalCopies[] {
  let now = 0;
  let asks = 0;
  return log.map((entry) => {
    now += entry.gap;
    if (entry.kind === 'ask') asks += 1;
    const ticket = Math.max(1, asks);
    return {
      first: signalOf(entry, ticket, now),
      second: signalOf(entry, ticket, now),
      shifted: signalOf(entry, ticket, now + timeShift),
    };
  });
}

function signalOf({ kind, random, took, attempt, content, command }: LogEntry, ticket: number, now: number): Signal {
  const stamp = { ticket, now, random };
  const what = content();
  switch (kind) {
    case 'ask':
      return attempt === 1 ? { kind, ...stamp, attempt } : { kind, ...stamp, attempt, error: what };
    case 'failure':
      return { kind, ...stamp, took, error: what };
    case 'success':
    case 'cancel':
      return { kind, ...stamp, took };
    case 'value':
      return { kind, ...stamp, random: 0, value: what };
    case 'abandon':
      return { kind, ...stamp, random: 0 };
    case 'control':
      return { kind, ...stamp, command: { name: command } };
  }
}
