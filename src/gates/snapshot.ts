import { show } from '../options.js';
import { isRecord, type Parser, type Reject } from './parser.js';

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
export type StateReader<S> = (state: unknown, reject: Reject) => S;

/** The state in a snapshot that `read` accepts. It reads a copy. `owner` is the noun in the message: `'this policy'`. */
export function readSnapshot<S>(
  where: string,
  format: string,
  snapshot: unknown,
  owner: string,
  read: StateReader<S>,
): S {
  const state = stateIn(where, format, snapshot);
  const reject = (got = show(state)): never => rejectSnapshot(where, `must fit ${owner}, got ${got}`);
  return read(copyOf(state, reject), reject);
}

function copyOf(state: unknown, reject: Reject): unknown {
  try {
    return structuredClone(state);
  } catch {
    return reject('a state that is not JSON');
  }
}

/** The reader of states that are records. */
export const stateReader =
  <S>(parse: Parser<S>): StateReader<S> =>
  (state, reject) =>
    isRecord(state) ? parse(state, '', reject) : reject();
