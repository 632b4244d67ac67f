import { show } from '../options.js';

/*
 * States as JSON. A snapshot may come from an older process, from another machine or from a mistake, so it is checked
 * before a gate uses it.
 */

/** The result of a gate's `snapshot()`, and the argument of its `restore(json)`. */
export interface Snapshot<S = unknown> {
  readonly format: string;
  readonly version: 1;
  readonly name: string;
  readonly state: S;
}

/** Copies the state, so that a caller that changes the snapshot does not change the gate. */
export const snapshotOf = <S>(format: string, name: string, state: S): Snapshot<S> => ({
  format,
  version: 1,
  name,
  state: structuredClone(state),
});

/** Throws the TypeError of a snapshot that is rejected. */
export function rejectSnapshot(where: string, what: string): never {
  throw new TypeError(`${where}: the snapshot ${what}`);
}

/** The state in a snapshot of that format. A snapshot of another format or version is a TypeError. */
export function stateIn(where: string, format: string, snapshot: unknown): unknown {
  if (!isRecord(snapshot) || snapshot.format !== format) {
    const got = show(isRecord(snapshot) ? snapshot.format : snapshot);
    return rejectSnapshot(where, `must be of the format ${format}, got ${got}`);
  }
  if (snapshot.version !== 1) rejectSnapshot(where, `must be of version 1, got ${show(snapshot.version)}`);
  return snapshot.state;
}

/**
 * Returns the state if it fits, otherwise calls `reject` with a description of the part that does not fit. The default
 * description is the whole state.
 */
export type StateReader<S> = (state: unknown, reject: (got?: string) => never) => S;

/** A copy of the state in a snapshot that `read` accepts. `owner` is the noun in the message: `'this policy'`. */
export function readSnapshot<S>(
  where: string,
  format: string,
  snapshot: unknown,
  owner: string,
  read: StateReader<S>,
): S {
  const state = stateIn(where, format, snapshot);
  const reject = (got = show(state)): never => rejectSnapshot(where, `must fit ${owner}, got ${got}`);
  return structuredClone(read(state, reject));
}

/** An example of each field of a state, see {@link isLike}. */
export type Model = Readonly<Record<string, unknown>>;

/**
 * A reader of states whose fields are like those of the model and together pass `isPossible`. The error names the first
 * field that does not fit.
 */
export const stateReader =
  <S>(model: Model, isPossible: (state: S) => boolean = () => true): StateReader<S> =>
  (state, reject) => {
    if (!isRecord(state)) return reject();
    const odd = misfit(model, state);
    if (odd !== undefined) return reject(odd);
    return isPossible(state as S) ? (state as S) : reject('an impossible state');
  };

/** The first field that is not like the model's, with its value; `undefined` if all fit. */
export function misfit(model: Model, state: Readonly<Record<string, unknown>>): string | undefined {
  const odd = Object.keys(model).find((key) => !isLike(model[key], state[key]));
  return odd === undefined ? undefined : `${odd} ${JSON.stringify(state[odd])}`;
}

/** A check of a value, for a model that needs more than an example. */
export type Test = (value: unknown) => boolean;

/**
 * Checks a value against an example. A function in the example is a custom check. An empty array accepts numbers or
 * records of numbers.
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
