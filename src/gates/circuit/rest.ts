import { aMinute } from './openTime.js';
import type { CircuitState } from './phases.js';
import type { CircuitSettings } from './settings.js';
import type { Trip } from './trip.js';

/**
 * Whether nothing in a circuit matters any more. A closed one has no bad call that counts. An open one could have been
 * probed for as long as it was open, and no call came. What a command has set stays until another command.
 */
export function isAtRest({ trips }: CircuitSettings, state: CircuitState, now: number): boolean {
  switch (state.phase) {
    case 'closed':
      return trips.every((trip, index) => hasForgotten(trip, state.windows[index], now, now - state.seen));
    case 'open':
      return now >= state.until + state.ms;
    case 'half-open':
      return now >= state.probesTimeOutAt + state.ms;
    default:
      return false;
  }
}

/** Time takes nothing out of a window of calls, so there a bad call matters until no call has ended for a minute. */
const hasForgotten = (trip: Trip, window: unknown, now: number, quiet: number): boolean =>
  (trip.isClear?.(window) ?? trip.counts(window, now).bad === 0) ||
  (quiet >= aMinute && trip.counts(window, Infinity).bad > 0);
