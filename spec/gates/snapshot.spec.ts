import { describe, expect, it } from 'vitest';
import {
  isLike,
  isRecord,
  misfit,
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

describe('isLike', () => {
  const isEven = (value: unknown): boolean => typeof value === 'number' && value % 2 === 0;

  it.each<[unknown, unknown, boolean]>([
    // a number
    [0, 7.5, true],
    [0, Infinity, false],
    [0, NaN, false],
    [0, '7', false],
    [0, undefined, false],
    // a custom check
    [isEven, 4, true],
    [isEven, 5, false],
    // a list of numbers, or of records of numbers
    [[], [], true],
    [[], [1, 2], true],
    [[], [1, NaN], false],
    [[], [NaN, 1], false],
    [[], [1, '2'], false],
    [[], [{ index: 1, bad: 2 }], true],
    [[], [{ index: 1, bad: null }], false],
    [[], [{ index: null, bad: 1 }], false],
    [[], [null], false],
    [[], [[1]], false],
    [[], { length: 0 }, false],
    [[], undefined, false],
    // a list of a fixed length
    [[0, isEven], [1, 2], true],
    [[0, isEven], [1, 3], false],
    [[0, isEven], [NaN, 2], false],
    [[0, isEven], [1], false],
    [[0, isEven], [1, 2, 4], false],
    // a record
    [{}, {}, true],
    [{ a: 0 }, { a: 1 }, true],
    [{ a: 0 }, { a: 1, b: 'more' }, true],
    [{ a: 0 }, {}, false],
    [{ a: 0, b: 0 }, { a: 1, b: '2' }, false],
    [{ a: 0, b: 0 }, { a: '1', b: 2 }, false],
    [{ a: { b: 0 } }, { a: { b: 1 } }, true],
    [{ a: { b: 0 } }, { a: 1 }, false],
    [{}, [], false],
    [{}, null, false],
    // models that match nothing
    ['text', 'text', false],
    [undefined, {}, false],
  ])('%o for %o: %s', (model, value, expected) => {
    expect(isLike(model, value)).toBe(expected);
  });
});

describe('isRecord', () => {
  it.each<[unknown, boolean]>([
    [{}, true],
    [[], false],
    [null, false],
    [undefined, false],
    ['text', false],
    [() => undefined, false],
  ])('%o: %s', (value, expected) => {
    expect(isRecord(value)).toBe(expected);
  });
});

describe('misfit', () => {
  it('names the first field that does not fit, with its value', () => {
    expect(misfit({ a: 0, b: 0, c: 0 }, { a: 1, b: [2], c: 'x' })).toBe('b [2]');
  });

  it('is undefined if all fit', () => {
    expect(misfit({ a: 0 }, { a: 1 })).toBeUndefined();
  });
});

describe('reading a snapshot', () => {
  const read = (where: string, snapshot: unknown, reader: StateReader<unknown> = span): unknown =>
    readSnapshot(where, 'spec/span', snapshot, 'this policy', reader);
  const span = stateReader({ from: 0, to: 0 }, ({ from, to }: { from: number; to: number }) => from <= to);
  const withState = (state: unknown): object => ({ format: 'spec/span', version: 1, name: 'x', state });

  it('returns a copy of a state that fits', () => {
    const state = { from: 1, to: 2 };
    const copy = read('spec', withState(state));
    expect(copy).toStrictEqual(state);
    expect(copy).not.toBe(state);
  });

  it('accepts any state of the shape if there is no further check', () => {
    expect(read('spec', withState({ from: 5 }), stateReader({ from: 0 }))).toStrictEqual({ from: 5 });
  });

  it.each([
    ['not a record', [1], 'got [1]'],
    ['of another shape', { from: 1, to: '2' }, 'got to "2"'],
    ['impossible', { from: 2, to: 1 }, 'got an impossible state'],
  ])('rejects a state that is %s', (_, state, message) => {
    const expected = new TypeError(`spec: the snapshot must fit this policy, ${message}`);
    expect(() => read('spec', withState(state))).toThrow(expected);
  });
});
