import { aCount, recordOf, type Parser } from './parser.js';

/*
 * Windows of calls, as values: `record` returns a new window, or the same reference if nothing changed. Expiry is a
 * comparison with `now`, never a timer. The cost of a record depends neither on traffic nor on idle time.
 */

/** How many of the calls that a window holds were bad, and how many good. */
export interface Counts {
  readonly bad: number;
  readonly good: number;
}

/** A kind of window. Its state `W` is JSON. */
export interface Window<W> {
  readonly fresh: W;
  /** Windows of the same shape can go on from each other's states. */
  readonly shape: string;
  /** The state of a window of the same shape with another length. @defaultValue as it is */
  adopt?(window: W): W;
  record(window: W, now: number, isBad: boolean): W;
  counts(window: W, now: number): Counts;
  /** The same window on a machine whose clock reads `now`: no instant in it lies in the future. */
  resume(window: W, now: number): W;
  /** Parses a state from elsewhere. */
  readonly parse: Parser<W>;
}

/** The number of bad calls since the last good one, and the calls since the circuit closed. */
export interface Streak extends Counts {
  readonly run: number;
}

export const streak: Window<Streak> = {
  fresh: { run: 0, bad: 0, good: 0 },
  shape: 'streak',
  record: ({ run, bad, good }, _, isBad) =>
    isBad ? { run: run + 1, bad: bad + 1, good } : { run: 0, bad, good: good + 1 },
  counts: (window) => window,
  resume: (window) => window,
  parse: recordOf({ run: aCount, bad: aCount, good: aCount }, ({ run, bad, good }) =>
    run > bad || (good === 0 && run < bad) ? 'run' : undefined,
  ),
};
