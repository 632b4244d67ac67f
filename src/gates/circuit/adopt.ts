import { kept, type Adopted } from '../adopted.js';
import type { GatePolicy } from '../gatePolicy.js';
import { initialOpenTime } from './openTime.js';
import { toBeProbed, type CircuitState } from './phases.js';
import type { CircuitSettings } from './settings.js';
import { canKeep } from './snapshot.js';
import type { Trip } from './trip.js';

/** A circuit breaker as another one sees it. */
export interface Configured {
  /** @internal */
  readonly settings: CircuitSettings;
}

/** What the states of a circuit depend on: the shape of each window, and the number of probes. */
export const shapeOf = ({ trips, probes, allowedFailures }: CircuitSettings): string =>
  [...trips.map(shapeOfTrip), probes, allowedFailures].join();

/** What a trip rule counts, and how. Its thresholds may change. */
const shapeOfTrip = ({ shape, slowerThan }: Trip): string => (slowerThan === undefined ? shape : `slow ${shape}`);

/**
 * The state of a circuit with other options. It stays in its phase. A half-open one whose number of probes has changed may
 * be probed at once.
 */
export function adopt(
  settings: CircuitSettings,
  state: CircuitState,
  from: GatePolicy & Partial<Configured>,
): Adopted<CircuitState> {
  const trips = from.settings?.trips ?? [];
  switch (state.phase) {
    case 'closed':
    case 'shadow': {
      const lost: string[] = [];
      const windows = settings.trips.map((trip, index) => {
        const old = trips.findIndex((each) => shapeOfTrip(each) === shapeOfTrip(trip));
        if (old < 0) lost.push(`windows[${String(index)}]`);
        return old < 0 ? trip.fresh : (trip.adopt?.(state.windows[old]) ?? state.windows[old]);
      });
      return { state: { ...state, windows }, lost };
    }
    case 'open':
    case 'half-open': {
      const isKept = canKeep(settings, state.openTime);
      const next = isKept ? state : { ...state, openTime: { ...initialOpenTime(settings), ms: state.openTime.ms } };
      const lost = isKept ? [] : ['openTime'];
      return next.phase === 'open'
        ? { state: next, lost }
        : { state: toBeProbed(next, next.seen), lost: [...lost, 'probes'] };
    }
    default:
      return kept(state);
  }
}
