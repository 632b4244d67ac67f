import { aCount, aNumber, listOf, recordOf } from './parser.js';
import type { Window } from './window.js';

/** The exact instants of the last `n` bad calls: those at the end of `times`, then `recent`. */
export interface Instants {
  readonly times: readonly number[];
  /** Instants that are not in `times` yet. Only they are copied for each bad call. */
  readonly recent: readonly number[];
  /** Good calls since the circuit closed. */
  readonly good: number;
}

export interface InstantsWindow extends Window<Instants> {
  /** Whether `n` bad calls ended within the time. */
  isFull(window: Instants, now: number): boolean;
}

export function lastInstants(n: number, ms: number): InstantsWindow {
  const mostRecent = n < 100 ? 1 : Math.ceil(Math.sqrt(n));
  const heldBy = ({ times, recent }: Instants): readonly number[] => times.concat(recent).slice(-n);
  return {
    fresh: { times: [], recent: [], good: 0 },
    shape: 'instants',
    adopt: (window) => ({ times: heldBy(window), recent: [], good: window.good }),
    record(window, now, isBad) {
      const { times, recent, good } = window;
      if (!isBad) return { times, recent, good: good + 1 };
      const next = { times, recent: [...recent, now], good };
      return next.recent.length < mostRecent ? next : { times: heldBy(next), recent: [], good };
    },
    counts: (window, now) => ({
      bad: heldBy(window).filter((time) => now - time < ms).length,
      good: window.good,
    }),
    isFull({ times, recent }, now) {
      const oldest = times[times.length + recent.length - n];
      return oldest !== undefined && now - oldest < ms;
    },
    resume(window, now) {
      const { times, recent, good } = window;
      const ahead = (recent.at(-1) ?? times.at(-1) ?? now) - now;
      const moved = (time: number): number => time - ahead;
      return ahead > 0 ? { times: times.map(moved), recent: recent.map(moved), good } : window;
    },
    parse: recordOf({ times: listOf(aNumber), recent: listOf(aNumber), good: aCount }, ({ times, recent }) => {
      if (times.length > n || !areAscending(times)) return 'times';
      return recent.length >= mostRecent || !areAscending([...times.slice(-1), ...recent]) ? 'recent' : undefined;
    }),
  };
}

const areAscending = (times: readonly number[]): boolean =>
  times.slice(1).every((time, index) => time >= Number(times[index]));
