import { show } from '../../options.js';
import { complaining, isLike, isRecord, misfit, stateIn, type Model, type Snapshot, type Test } from '../snapshot.js';
import { nextOpenTime, type CircuitState, type OpenTime, type CircuitSettings } from './phases.js';
import type { Trip } from './trip.js';

/*
 * A circuit's state as JSON from elsewhere, checked against this circuit's own rules.
 */

/** What `circuit.snapshot()` answers and `circuit.restore(json)` takes. */
export type CircuitSnapshot = Snapshot<CircuitState>;

export const format = 'rxjs-reprise/circuit';

/** The state in a snapshot that fits `settings`; throws a TypeError that says what does not. */
export function stateOf(where: string, settings: CircuitSettings, snapshot: unknown): CircuitState {
  const complain = complaining(where);
  const state = stateIn(where, format, snapshot);
  const phase = isRecord(state) ? state.phase : undefined;
  const model =
    typeof phase === 'string' && Object.hasOwn(models, phase) ? models[phase as Phase](settings) : undefined;
  if (!isRecord(state) || model === undefined) return complain(`must be in a phase of a circuit, got ${show(phase)}`);
  const odd = misfit(model, state);
  if (odd !== undefined) return complain(`must fit this circuit, got ${odd}`);
  return isReadable(settings, state)
    ? structuredClone(state)
    : complain("must fit this circuit's resetAfter, got another memory");
}

type Phase = CircuitState['phase'];

const isThere: Test = (value) => value !== undefined;
const isTime: Test = (value) => typeof value === 'number' && value >= 0 && value < Infinity;
const isPositive: Test = (value) => Number.isInteger(value) && (value as number) >= 1;
const isMemoryOf =
  (trip: Trip): Test =>
  (value) =>
    isLike(trip.fresh, value) && trip.fits(value);

/** A state of each phase, as an example of its shape. */
const openTime = { ms: 0, memory: isThere };
const open = { seen: 0, ms: isTime, opens: isPositive, openTime };
const watching = ({ trips }: CircuitSettings): Model => ({
  seen: 0,
  since: 0,
  last: 0,
  windows: trips.map(isMemoryOf),
});
const models: Readonly<Record<Phase, (settings: CircuitSettings) => Model>> = {
  closed: watching,
  shadow: watching,
  open: () => ({ ...open, until: 0 }),
  'half-open': () => ({
    ...open,
    nextOpenTime: openTime,
    probes: [],
    good: 0,
    bad: 0,
    probeTimeout: 0,
    probesTimeOutAt: 0,
  }),
  isolated: () => ({ seen: 0, holds: isPositive }),
  disabled: () => ({ seen: 0 }),
};

/** Whether the policy of open times can go on from what it remembers; the last thing there is to check. */
function isReadable(settings: CircuitSettings, state: unknown): state is CircuitState {
  const { openTime: memory } = state as { readonly openTime?: OpenTime };
  try {
    return memory === undefined || nextOpenTime(settings, memory, { ticket: 0, now: 0, random: 0 }, undefined).ms >= 0;
  } catch {
    return false;
  }
}
