import { show } from '../check.js';
import { paced, type CircuitState, type Pace, type Settings } from './phases.js';
import type { Trip } from './trip.js';

/*
 * A circuit's state as JSON that may come from elsewhere: an older process, another machine, a mistake.
 */

/** What `circuit.snapshot()` answers and `circuit.restore(json)` takes. */
export interface CircuitSnapshot {
  readonly format: 'rxjs-reprise/circuit';
  readonly version: 1;
  readonly name: string;
  readonly state: CircuitState;
}

const format = 'rxjs-reprise/circuit';

/** A copy: who keeps it cannot change the circuit. */
export const snapshotOf = (name: string, state: CircuitState): CircuitSnapshot => ({
  format,
  version: 1,
  name,
  state: structuredClone(state),
});

/** The state in a snapshot that fits `settings`; throws a TypeError that says what does not. */
export function stateOf(where: string, settings: Settings, json: unknown): CircuitState {
  const refuse = (what: string): never => {
    throw new TypeError(`${where}: the snapshot ${what}`);
  };
  if (!isRecord(json) || json.format !== format)
    return refuse(`must be of the format ${format}, got ${show(isRecord(json) ? json.format : json)}`);
  if (json.version !== 1) return refuse(`must be of version 1, got ${show(json.version)}`);
  const { state } = json;
  const phase = isRecord(state) ? state.phase : undefined;
  const model =
    typeof phase === 'string' && Object.hasOwn(models, phase) ? models[phase as Phase](settings) : undefined;
  if (!isRecord(state) || model === undefined) return refuse(`must be in a phase of a circuit, got ${show(phase)}`);
  const odd = Object.keys(model).find((key) => !isLike(model[key], state[key]));
  if (odd !== undefined) return refuse(`must fit this circuit, got ${odd} ${JSON.stringify(state[odd])}`);
  return isReadable(settings, state)
    ? structuredClone(state)
    : refuse("must fit this circuit's resetAfter, got another memory");
}

type Phase = CircuitState['phase'];
type Model = Readonly<Record<string, unknown>>;
type Test = (value: unknown) => boolean;

const isThere: Test = (value) => value !== undefined;
const isTime: Test = (value) => typeof value === 'number' && value >= 0 && value < Infinity;
const isPositive: Test = (value) => Number.isInteger(value) && (value as number) >= 1;
const isMemoryOf =
  (trip: Trip): Test =>
  (value) =>
    isLike(trip.fresh, value) && trip.fits(value);

/** A state of each phase, as an example of its shape; a test stands where an example cannot tell. */
const pace = { ms: 0, memory: isThere };
const open = { seen: 0, ms: isTime, opens: isPositive, pace };
const watching = ({ trips }: Settings): Model => ({
  seen: 0,
  since: 0,
  last: 0,
  windows: trips.map(isMemoryOf),
});
const models: Readonly<Record<Phase, (settings: Settings) => Model>> = {
  closed: watching,
  shadow: watching,
  open: () => ({ ...open, until: 0 }),
  'half-open': () => ({ ...open, next: pace, probes: [], good: 0, bad: 0, lease: 0, leaseEndsAt: 0 }),
  isolated: () => ({ seen: 0, holds: isPositive }),
  disabled: () => ({ seen: 0 }),
};

/** Whether a value has the shape of the model. An empty list stands for numbers, or records of numbers. */
function isLike(model: unknown, value: unknown): boolean {
  if (typeof model === 'function') return (model as Test)(value);
  if (typeof model === 'number') return Number.isFinite(value);
  if (Array.isArray(model)) {
    if (!Array.isArray(value)) return false;
    if (model.length === 0) return value.every(isOfNumbers);
    return value.length === model.length && model.every((each, index) => isLike(each, value[index]));
  }
  return isRecord(model) && isRecord(value) && Object.keys(model).every((key) => isLike(model[key], value[key]));
}

const isOfNumbers = (value: unknown): boolean =>
  Number.isFinite(value) || (isRecord(value) && Object.values(value).every((each) => Number.isFinite(each)));

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether the policy of open times can go on from what it remembers; the last thing there is to check. */
function isReadable(settings: Settings, state: unknown): state is CircuitState {
  const { pace: memory } = state as { readonly pace?: Pace };
  try {
    return memory === undefined || paced(settings, memory, { call: 0, now: 0, random: 0 }, undefined).ms >= 0;
  } catch {
    return false;
  }
}
