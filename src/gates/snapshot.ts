import { show } from '../options.js';

/*
 * A state as JSON that may come from elsewhere: an older process, another machine, a mistake.
 */

/** What a gate's `snapshot()` answers and its `restore(json)` takes. */
export interface Snapshot<S = unknown> {
  readonly format: string;
  readonly version: 1;
  readonly name: string;
  readonly state: S;
}

/** A copy: who keeps it cannot change the gate. */
export const snapshotOf = <S>(format: string, name: string, state: S): Snapshot<S> => ({
  format,
  version: 1,
  name,
  state: structuredClone(state),
});

/** A way to complain of a snapshot. */
export const complaining =
  (where: string) =>
  (what: string): never => {
    throw new TypeError(`${where}: the snapshot ${what}`);
  };

/** What a snapshot of that format holds; a TypeError if it is foreign or newer. */
export function stateIn(where: string, format: string, snapshot: unknown): unknown {
  const complain = complaining(where);
  if (!isRecord(snapshot) || snapshot.format !== format)
    return complain(`must be of the format ${format}, got ${show(isRecord(snapshot) ? snapshot.format : snapshot)}`);
  return snapshot.version === 1 ? snapshot.state : complain(`must be of version 1, got ${show(snapshot.version)}`);
}

/** Of each part of a state what it is like, see {@link isLike}. */
export type Model = Readonly<Record<string, unknown>>;

/**
 * A reader of states that have the shape of the model and are possible besides; a TypeError names the part that does not
 * fit.
 */
export const reader =
  <S>(format: string, model: Model, isPossible: (state: S) => boolean = () => true) =>
  (where: string, snapshot: unknown): S => {
    const complain = complaining(where);
    const state = stateIn(where, format, snapshot);
    if (!isRecord(state)) return complain(`must fit this policy, got ${show(state)}`);
    const odd = misfit(model, state);
    if (odd !== undefined) return complain(`must fit this policy, got ${odd}`);
    return isPossible(state as S) ? structuredClone(state as S) : complain('must fit this policy, got another memory');
  };

/** The first part of a state that is not like the model's, with its name; `undefined` if it fits. */
export function misfit(model: Model, state: Readonly<Record<string, unknown>>): string | undefined {
  const odd = Object.keys(model).find((key) => !isLike(model[key], state[key]));
  return odd === undefined ? undefined : `${odd} ${JSON.stringify(state[odd])}`;
}

/** Says of a value whether it will do. */
export type Test = (value: unknown) => boolean;

/**
 * Whether a value has the shape of the model, in which a test stands where an example cannot tell. An empty list stands
 * for numbers, or records of numbers.
 */
export function isLike(model: unknown, value: unknown): boolean {
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

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
