import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DroppedGates } from '../../src/live/droppedGates.js';

/*
 * Gates that were dropped. What the garbage collector takes away, the spec takes away here.
 */

interface Named {
  readonly name: string;
}

const collected = new Set<unknown>();
let asked: unknown[] = [];

class Reference<T extends object> {
  constructor(private readonly target: T) {}

  deref(): T | undefined {
    asked.push(this.target);
    return collected.has(this.target) ? undefined : this.target;
  }
}

beforeEach(() => {
  vi.stubGlobal('WeakRef', Reference);
  asked = [];
  collected.clear();
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Adds gates of these names, and returns them. */
const addAll = (dropped: DroppedGates<Named>, names: string): Named[] =>
  Array.from(names, (name) => {
    const gate = { name };
    dropped.add(name, gate);
    return gate;
  });

describe('a dropped gate', () => {
  it('is taken once', () => {
    const dropped = new DroppedGates<Named>(2);
    const [a] = addAll(dropped, 'ab');
    expect(dropped.take('a')).toBe(a);
    expect(dropped.take('a')).toBeUndefined();
    expect(dropped.take('c')).toBeUndefined();
  });

  it('is gone when it was collected', () => {
    const dropped = new DroppedGates<Named>(2);
    const [a] = addAll(dropped, 'a');
    collected.add(a);
    expect(dropped.take('a')).toBeUndefined();
    collected.clear();
    expect(dropped.take('a')).toBeUndefined();
  });
});

describe('what was collected', () => {
  it('is looked for when there are more than twice as many entries as gates', () => {
    const dropped = new DroppedGates<Named>(2);
    const all = addAll(dropped, 'abcd');
    expect(asked).toEqual([]);
    collected.add(all[0]).add(all[2]);
    const [e] = addAll(dropped, 'e');
    expect(asked).toEqual([...all, e]);
    collected.clear();
    expect(Array.from('abcde', (name) => dropped.take(name)?.name)).toEqual([undefined, 'b', undefined, 'd', 'e']);
  });

  it('is looked for again only when as many entries have been added as were left', () => {
    const dropped = new DroppedGates<Named>(2);
    addAll(dropped, 'abcde');
    expect(asked).toHaveLength(5);
    addAll(dropped, 'fghij');
    expect(asked).toHaveLength(5);
    addAll(dropped, 'k');
    expect(asked).toHaveLength(5 + 11);
  });

  it('is looked for at twice as many entries again when few were left', () => {
    const dropped = new DroppedGates<Named>(2);
    for (const gate of addAll(dropped, 'abcd')) collected.add(gate);
    addAll(dropped, 'e');
    asked = [];
    addAll(dropped, 'fgh');
    expect(asked).toEqual([]);
    addAll(dropped, 'i');
    expect(asked).toHaveLength(5);
  });
});
