import { describe, expect, it } from 'vitest';
import { both, concurrencyLimit, type Policy, type Signal } from 'rxjs-reprise';
import { emptyQueue, joinQueue } from '../../../src/gates/limits/queue.js';
import { untilChange } from '../../../src/policy/policy.js';
import { abandon, answers, ask, cancel, control, failure, folded, success, wokenBy } from '../../support/log.js';

const policy = concurrencyLimit({ limit: 2 });
const wait = `${String(untilChange)} concurrency`;

const asks = (...calls: number[]): Signal[] => calls.map((call) => ask(0, { ticket: call }));

type Row = readonly [signal: Signal, answer: string, running: number, waiting: number];

describe('concurrencyLimit', () => {
  describe.each<[title: string, rows: readonly Row[]]>([
    [
      'admits up to the limit, and the others in order as slots become free, however an attempt ends',
      [
        [ask(0, { ticket: 1 }), '0', 1, 0],
        [ask(0, { ticket: 2 }), '0', 2, 0],
        [ask(0, { ticket: 3 }), wait, 2, 1],
        [ask(0, { ticket: 4 }), wait, 2, 2],
        [ask(0, { ticket: 5 }), wait, 2, 3],
        [success(10, { ticket: 2, took: 10 }), '0', 1, 3],
        [ask(10, { ticket: 4 }), wait, 1, 3],
        [ask(10, { ticket: 3 }), '0', 2, 2],
        [ask(10, { ticket: 4 }), wait, 2, 2],
        [failure(20, { ticket: 1, took: 20 }), '0', 1, 2],
        [cancel(20, { ticket: 3, took: 10 }), '0', 0, 2],
        [ask(20, { ticket: 5 }), '0', 1, 1],
        [ask(20, { ticket: 4 }), '0', 2, 0],
      ],
    ],
    [
      'reserves a free slot for the waiting calls',
      [
        ...asks(1, 2).map((signal, index): Row => [signal, '0', index + 1, 0]),
        [ask(0, { ticket: 3 }), wait, 2, 1],
        [success(0, { ticket: 1 }), '0', 1, 1],
        [ask(0, { ticket: 4 }), wait, 1, 2],
        [success(0, { ticket: 2 }), '0', 0, 2],
        [ask(0, { ticket: 5 }), wait, 0, 3],
        [ask(0, { ticket: 4 }), '0', 1, 2],
        [ask(0, { ticket: 3 }), '0', 2, 1],
      ],
    ],
    [
      'removes a call that gives up from anywhere in the queue',
      [
        ...asks(1, 2).map((signal, index): Row => [signal, '0', index + 1, 0]),
        ...asks(3, 4, 5).map((signal, index): Row => [signal, wait, 2, index + 1]),
        [abandon(0, { ticket: 4 }), '0', 2, 2],
        [abandon(0, { ticket: 4 }), '0', 2, 2],
        [success(0, { ticket: 1 }), '0', 1, 2],
        [abandon(0, { ticket: 3 }), '0', 1, 1],
        [ask(0, { ticket: 5 }), '0', 2, 0],
      ],
    ],
    [
      'frees a slot once, and only the slot of a call that has one',
      [
        ...asks(1, 2).map((signal, index): Row => [signal, '0', index + 1, 0]),
        [ask(0, { ticket: 3 }), wait, 2, 1],
        [failure(0, { ticket: 3 }), '0', 2, 1],
        [failure(0, { ticket: 7 }), '0', 2, 1],
        [abandon(0, { ticket: 1 }), '0', 2, 1],
        [failure(0, { ticket: 2 }), '0', 1, 1],
        [success(0, { ticket: 2 }), '0', 1, 1],
      ],
    ],
    [
      'resumes with an empty state: a later end is late, also for a call that waited and runs now',
      [
        ...asks(1, 2).map((signal, index): Row => [signal, '0', index + 1, 0]),
        [ask(0, { ticket: 3 }), wait, 2, 1],
        [control(0, 'reset', { ticket: 3 }), '0', 2, 1],
        [control(0, 'resume', { ticket: 3 }), '0', 0, 0],
        [ask(0, { ticket: 3 }), '0', 1, 0],
        [success(0, { ticket: 1 }), '0', 1, 0],
        [ask(0, { ticket: 4 }), '0', 2, 0],
        [ask(0, { ticket: 5 }), wait, 2, 1],
        [cancel(0, { ticket: 2 }), '0', 2, 1],
        [success(0, { ticket: 3 }), '0', 1, 1],
      ],
    ],
    [
      'puts a late call with an early ticket before the others',
      [
        ...asks(8, 9).map((signal, index): Row => [signal, '0', index + 1, 0]),
        [ask(0, { ticket: 12 }), wait, 2, 1],
        [ask(0, { ticket: 10 }), wait, 2, 2],
        [ask(0, { ticket: 11 }), wait, 2, 3],
        [success(0, { ticket: 9 }), '0', 1, 3],
        [ask(0, { ticket: 12 }), wait, 1, 3],
        [ask(0, { ticket: 11 }), wait, 1, 3],
        [ask(0, { ticket: 10 }), '0', 2, 2],
      ],
    ],
  ])('%s', (_, rows) => {
    it('step by step', () => {
      expect(
        answers(
          policy,
          rows.map(([signal]) => signal),
        ),
      ).toEqual(rows.map(([, answer]) => answer));
      let state = policy.initial;
      const seen = rows.map(([signal]) => {
        ({ state } = policy.reduce(state, signal));
        const { running, waiting, free } = policy.view(state, 0);
        expect(free).toBe(Math.max(0, 2 - running - waiting));
        return [running, waiting];
      });
      expect(seen).toEqual(rows.map(([, , running, waiting]) => [running, waiting]));
    });
  });

  it('takes no slot for an ask that another part rejects', () => {
    const shut: Policy = { initial: null, reduce: (state) => ({ state, wait: 5, reason: 'shut' }) };
    const joint = both(policy, shut);
    expect(joint.reduce(joint.initial, ask(0)).state).toBe(joint.initial);

    const full = folded(policy, asks(1, 2, 3));
    const free = folded(policy, [success(0, { ticket: 1 })], full);
    const { state } = joint.reduce([free, null], ask(0, { ticket: 3 }));
    expect((state as unknown[])[0]).toBe(free);
    // The slot stays reserved for 3, which now waits for the other part.
    expect(answers({ ...policy, initial: free }, asks(4, 3))).toEqual([wait, '0']);
  });

  it('returns the same state if nothing changes', () => {
    const state = folded(policy, asks(1, 2, 3, 4));
    const same: Signal[] = [
      ...asks(3, 4),
      abandon(0, { ticket: 1 }),
      abandon(0, { ticket: 9 }),
      success(0, { ticket: 3 }),
      failure(0, { ticket: 9 }),
      cancel(0, { ticket: 0 }),
      control(0, 'isolate'),
      { kind: 'value', ticket: 1, now: 0, random: 0, value: 1 },
    ];
    for (const signal of same) expect(policy.reduce(state, signal).state).toBe(state);
    expect(policy.reduce(policy.initial, control(0, 'resume')).state).toBe(policy.initial);
  });

  it('wakes the calls that got a slot, each once', () => {
    const full = folded(policy, asks(1, 2, 3, 4, 5));
    const awaited = (before: unknown, log: readonly Signal[]): number[] => {
      const after = folded<unknown>(policy, log, before);
      return wokenBy(policy, log.at(-1) ?? abandon(0), [before, after], [3, 4, 5]);
    };
    expect(awaited(full, [])).toEqual([]);
    expect(awaited(full, [success(0, { ticket: 1 })])).toEqual([3]);
    expect(awaited(full, [success(0, { ticket: 1 }), failure(0, { ticket: 2 })])).toEqual([3, 4]);
    expect(awaited(full, [abandon(0, { ticket: 3 })])).toEqual([]);
    expect(awaited(full, [control(0, 'resume')])).toEqual([3, 4, 5]);

    const one = folded(policy, [success(0, { ticket: 1 })], full);
    expect(awaited(one, [success(0, { ticket: 2 })])).toEqual([4]);
    expect(awaited(one, [abandon(0, { ticket: 3 })])).toEqual([4]);
    expect(awaited(one, [abandon(0, { ticket: 5 })])).toEqual([]);
    expect(awaited(one, asks(3))).toEqual([]);
  });

  it('asks and wakes among 10 000 waiting calls in a few steps', () => {
    let reads = 0;
    const counted = <T>(line: readonly T[]): readonly T[] =>
      new Proxy(line, {
        get(target, key, receiver) {
          if (typeof key === 'string' && /^\d+$/.test(key)) reads += 1;
          return Reflect.get(target, key, receiver) as unknown;
        },
      });
    const { chunks, size } = Array.from({ length: 10_000 }, (_, index) => index + 3).reduce(joinQueue, emptyQueue);
    const before = {
      running: { size: 2, chunks: [[1, 2]] },
      waiting: { size, chunks: counted(chunks.map(counted)) },
    };
    const after = { running: { size: 1, chunks: [[2]] }, waiting: before.waiting };
    expect(policy.reduce(before, ask(0, { ticket: 9000 })).state).toBe(before);
    expect(policy.wakes(before, after, success(0, { ticket: 1 }))).toEqual([3]);
    expect(reads).toBeLessThan(200);
  });
});
