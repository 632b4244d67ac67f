import { describe, expect, it } from 'vitest';
import { aNumber, recordOf } from '../../src/gates/parser.js';
import {
  readSnapshot,
  rejectSnapshot,
  snapshotOf,
  stateIn,
  stateReader,
  type StateReader,
} from '../../src/gates/snapshot.js';

describe('snapshotOf', () => {
  it('marks a copy of the state with its format, version and name', () => {
    const state = { held: [1, 2] };
    const snapshot = snapshotOf('spec/held', 'printer', state);
    expect(snapshot).toStrictEqual({ format: 'spec/held', version: 1, name: 'printer', state: { held: [1, 2] } });
    expect(snapshot.state.held).not.toBe(state.held);
  });
});

describe('rejectSnapshot', () => {
  it('names the owner of the snapshot and the fault', () => {
    expect(() => rejectSnapshot('circuit users', 'is green')).toThrow(
      new TypeError('circuit users: the snapshot is green'),
    );
  });
});

describe('stateIn', () => {
  const good = { format: 'spec/held', version: 1, name: 'printer', state: [7] };

  it('returns the state of a snapshot of that format, whatever it is', () => {
    expect(stateIn('spec', 'spec/held', good)).toBe(good.state);
  });

  it.each([
    ['foreign', { ...good, format: 'spec/other' }, 'must be of the format spec/held, got "spec/other"'],
    ['without a format', {}, 'must be of the format spec/held, got undefined'],
    ['null', null, 'must be of the format spec/held, got null'],
    ['a list', [good], 'must be of the format spec/held, got [an object]'],
    ['a text', 'snapshot', 'must be of the format spec/held, got "snapshot"'],
    ['newer', { ...good, version: 2 }, 'must be of version 1, got 2'],
    ['without a version', { format: 'spec/held' }, 'must be of version 1, got undefined'],
  ])('rejects a snapshot that is %s', (_, snapshot, message) => {
    expect(() => stateIn('spec', 'spec/held', snapshot)).toThrow(new TypeError(`spec: the snapshot ${message}`));
  });
});

describe('reading a snapshot', () => {
  const read = (where: string, snapshot: unknown, reader: StateReader<unknown> = span): unknown =>
    readSnapshot(where, 'spec/span', snapshot, 'this policy', reader);
  const span = stateReader(recordOf({ from: aNumber, to: aNumber }, ({ from, to }) => (from <= to ? undefined : 'to')));
  const withState = (state: unknown): object => ({ format: 'spec/span', version: 1, name: 'x', state });

  it('returns a copy of a state that fits', () => {
    const state = { from: 1, to: 2 };
    const copy = read('spec', withState(state));
    expect(copy).toStrictEqual(state);
    expect(copy).not.toBe(state);
  });

  it('accepts any state of the shape if there is no further check', () => {
    expect(read('spec', withState({ from: 5 }), stateReader(recordOf({ from: aNumber })))).toStrictEqual({ from: 5 });
  });

  it('passes a copy to the reader', () => {
    const state = { from: 1, to: 2 };
    expect(read('spec', withState(state), (given) => given)).not.toBe(state);
  });

  it.each([
    ['not a record', [1], 'got [1]'],
    ['of another shape', { from: 1, to: '2' }, 'got to "2"'],
    ['impossible', { from: 2, to: 1 }, 'got to 1'],
    ['not JSON', { from: () => 1 }, 'got a state that is not JSON'],
  ])('rejects a state that is %s', (_, state, message) => {
    const expected = new TypeError(`spec: the snapshot must fit this policy, ${message}`);
    expect(() => read('spec', withState(state))).toThrow(expected);
  });
});
