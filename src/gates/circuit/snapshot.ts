import { show } from '../../options.js';
import {
  isLike,
  isRecord,
  readSnapshot,
  rejectSnapshot,
  stateReader,
  type Model,
  type Snapshot,
  type Test,
} from '../snapshot.js';
import { initialOpenTime, nextOpenTime, type OpenTime } from './openTime.js';
import type { CircuitState } from './phases.js';
import type { CircuitSettings } from './settings.js';
import type { Trip } from './trip.js';

/*
 * The state of a circuit as JSON from elsewhere, checked against the settings of this circuit.
 */

/** The result of `circuit.snapshot()`, and the argument of `circuit.restore(json)`. */
export type CircuitSnapshot = Snapshot<CircuitState>;

export const format = 'rxjs-reprise/circuit';

/** The state in a snapshot that fits `settings`. Throws a TypeError that names what does not fit. */
export function stateOf(where: string, settings: CircuitSettings, snapshot: unknown): CircuitState {
  return readSnapshot(where, format, snapshot, 'this circuit', (value, reject) => {
    const phase = isRecord(value) ? value.phase : undefined;
    if (!isPhase(phase)) return rejectSnapshot(where, `must be in a phase of a circuit, got ${show(phase)}`);
    const state = stateReader<CircuitState>(models[phase](settings))(value, reject);
    return canResume(settings, state)
      ? state
      : rejectSnapshot(where, "must fit this circuit's resetAfter, got a state of another policy");
  });
}

type Phase = CircuitState['phase'];

const isPhase = (value: unknown): value is Phase => typeof value === 'string' && Object.hasOwn(models, value);

const isPresent: Test = (value) => value !== undefined;
const isTime: Test = (value) => typeof value === 'number' && value >= 0 && value < Infinity;
const isPositiveCount: Test = (value) => Number.isInteger(value) && (value as number) >= 1;
const isMemoryOf =
  (trip: Trip): Test =>
  (value) =>
    isLike(trip.fresh, value) && trip.fits(value);

/** A model of the state in each phase. */
const openTime = { ms: 0, memory: isPresent };
const opened = { seen: 0, ms: isTime, opens: isPositiveCount, openTime };
const closed = ({ trips }: CircuitSettings): Model => ({
  seen: 0,
  since: 0,
  last: 0,
  windows: trips.map(isMemoryOf),
});
const models: Readonly<Record<Phase, (settings: CircuitSettings) => Model>> = {
  closed,
  shadow: closed,
  open: () => ({ ...opened, since: 0, until: 0 }),
  'half-open': () => ({
    ...opened,
    draw: 0,
    probes: [],
    answered: [],
    good: 0,
    bad: 0,
    probeTimeout: 0,
    probesTimeOutAt: 0,
  }),
  isolated: () => ({ seen: 0, holds: isPositiveCount }),
  disabled: () => ({ seen: 0 }),
};

/**
 * Whether the policy of open times can continue from its state in the snapshot. A policy that fails from its first state
 * too needs an error to answer, so nothing is known.
 */
function canResume(settings: CircuitSettings, state: CircuitState): boolean {
  if (!('openTime' in state)) return true;
  const answersFrom = (openTime: OpenTime): boolean =>
    nextOpenTime(settings, openTime, { ticket: 0, now: 0, random: 0 }, undefined).failure === undefined;
  return answersFrom(state.openTime) || !answersFrom(initialOpenTime(settings));
}
