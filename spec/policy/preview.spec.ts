import { describe, expect, it } from 'vitest';
import {
  both,
  exponential,
  fixed,
  followedBy,
  immediate,
  jittered,
  never,
  onFailure,
  preview,
  retries,
  within,
  type Policy,
  type Signal,
} from 'rxjs-reprise';

/** Answers asks as told and writes down what it is asked. */
const asked = (answer: (now: number, turn: number) => number, log: Signal[] = []): Policy => ({
  initial: null,
  handles: ['ask'],
  reduce: (state, signal) => {
    log.push(signal);
    return { state, wait: answer(signal.now, log.length) };
  },
});

describe('preview', () => {
  it('tells each delay until the policy says no, and why it did', () => {
    expect(preview(both(exponential(100), retries(2)))).toEqual({ delays: [100, 200], reason: 'retries' });
    expect(preview(never)).toEqual({ delays: [], reason: 'exhausted' });
  });

  it('looks at 10 failures by default, and has no reason where the policy never said no', () => {
    expect(preview(fixed(1))).toEqual({ delays: Array(10).fill(1), reason: undefined });
    expect(preview(fixed(1), {})).toEqual({ delays: Array(10).fill(1), reason: undefined });
    expect(preview(fixed(1), { failures: 3 }).delays).toEqual([1, 1, 1]);
    expect(preview(fixed(1), { failures: 0 })).toEqual({ delays: [], reason: undefined });
  });

  it('sees the no to the last of its failures', () => {
    expect(preview(retries(1), { failures: 1 }).reason).toBe(undefined);
    expect(preview(retries(1), { failures: 2 }).reason).toBe('retries');
  });

  it.each<[string, number | readonly number[] | (() => number), number[]]>([
    ['one draw for all', 0.25, [25, 25, 25]],
    ['the latest draw', 1, [100, 100, 100]],
    ['one draw for each', [0, 0.5, 1], [0, 50, 100]],
    ['more draws than failures', [0.1, 0.2, 0.3, 0.4], [10, 20, 30]],
  ])('takes %s', (_, random, delays) => {
    expect(preview(jittered('full', fixed(100)), { failures: 3, random }).delays).toEqual(delays);
  });

  it('draws 0.5 by default', () => {
    expect(preview(jittered('full', fixed(100)), { failures: 1 }).delays).toEqual([50]);
  });

  it('takes a function and calls it once for each failure', () => {
    const left = [0.1, 0.2, 0.3];
    const random = (): number => left.shift() ?? NaN;
    expect(preview(jittered('full', fixed(100)), { failures: 3, random }).delays).toEqual([10, 20, 30]);
  });

  it('stops with its draws', () => {
    expect(preview(fixed(1), { random: [0, 0] }).delays).toEqual([1, 1]);
    expect(preview(fixed(1), { random: [] }).delays).toEqual([]);
  });

  it('fails each attempt with the given error, by default with an Error', () => {
    const seen: unknown[] = [];
    const policy = onFailure(null, (state, { error }) => {
      seen.push(error);
      return { state, wait: 0 };
    });
    preview(policy, { failures: 1 });
    preview(policy, { failures: 1, error: null });
    preview(policy, { failures: 2, error: (attempt: number) => attempt * 11 });
    expect(seen).toEqual([new Error('preview'), null, 11, 22]);
  });

  it('lets time pass in the waits alone', () => {
    const seen: unknown[] = [];
    const policy = onFailure(null, (state, { now, took, ticket: call }) => {
      seen.push([call, now, took]);
      return { state, wait: 10 };
    });
    preview(policy, { failures: 3 });
    expect(seen).toEqual([
      [1, 0, 0],
      [2, 10, 0],
      [3, 20, 0],
    ]);
  });

  it('tells a time that stays a number, however long the waits', () => {
    const seen: number[] = [];
    const policy = onFailure(null, (state, { now }) => {
      seen.push(now);
      return { state, wait: Number.MAX_VALUE };
    });
    expect(preview(policy, { failures: 3 }).delays).toEqual(Array(3).fill(Number.MAX_VALUE));
    expect(seen).toEqual([0, Number.MAX_VALUE, Number.MAX_VALUE]);
  });

  it('asks before each attempt, as the operator does', () => {
    const log: Signal[] = [];
    const { delays } = preview(
      both(
        asked(() => 0, log),
        fixed(10),
      ),
      { random: [0.1, 0.2], error: (n: number) => n },
    );
    expect(delays).toEqual([10, 10]);
    expect(log).toEqual([
      { kind: 'ask', ticket: 1, now: 0, random: 0.1, attempt: 1 },
      { kind: 'ask', ticket: 2, now: 10, random: 0.1, attempt: 2, error: 1 },
      { kind: 'ask', ticket: 3, now: 20, random: 0.2, attempt: 3, error: 2 },
    ]);
  });

  it('asks again after a postponement, and counts it in the delay', () => {
    const log: Signal[] = [];
    const everyHundred = asked((now) => (100 - (now % 100)) % 100, log);
    expect(preview(both(everyHundred, fixed(30)), { failures: 2 }).delays).toEqual([100, 100]);
    expect(log.map(({ now, ticket: call }) => [call, now])).toEqual([
      [1, 0],
      [2, 30],
      [2, 100],
      [3, 130],
      [3, 200],
    ]);
  });

  it('tells of a no to the first attempt', () => {
    const shut: Policy = {
      initial: null,
      handles: ['ask'],
      reduce: (state) => ({ state, wait: Infinity, reason: 'shut' }),
    };
    expect(preview(both(shut, fixed(1)))).toEqual({ delays: [], reason: 'shut' });
  });

  it('tells of a no to a retry, whose wait before it is no delay', () => {
    const policy = both(
      asked((now) => (now > 0 ? Infinity : 0)),
      fixed(1),
    );
    expect(preview(policy)).toEqual({ delays: [], reason: 'rejected' });
    expect(
      preview(
        within(
          50,
          both(
            asked((now) => (now > 20 ? 40 : 0)),
            fixed(10),
          ),
        ),
      ),
    ).toEqual({
      delays: [10, 10],
      reason: 'deadline',
    });
  });

  it('calls a no without a reason rejected, as the operator does', () => {
    const policy = onFailure(null, (state) => ({ state, wait: Infinity }));
    expect(preview(policy)).toEqual({ delays: [], reason: 'rejected' });
  });

  it('gives up on a policy that postpones an attempt for ever', () => {
    expect(() => preview(asked(() => 1))).toThrow(
      new RangeError('preview: the policy postponed one attempt 10 000 times; it never admits it'),
    );
    const log: Signal[] = [];
    expect(
      preview(
        asked((_, turn) => (turn < 10_000 ? 1 : 0), log),
        { failures: 0 },
      ).reason,
    ).toBe(undefined);
    expect(log).toHaveLength(10_000);
  });

  it('counts a short postponement after a long time', () => {
    const policy = both(
      asked((_, turn) => (turn === 2 ? 5 : 0)),
      followedBy(both(fixed(1e300), retries(1)), immediate),
    );
    expect(preview(policy, { failures: 2 }).delays).toEqual([1e300, 0]);
    const late = both(
      asked((_, turn) => (turn === 3 ? 5 : 0)),
      followedBy(both(fixed(1e300), retries(1)), immediate),
    );
    expect(preview(late, { failures: 2 }).delays).toEqual([1e300, 5]);
  });

  it('leaves the policy as it was', () => {
    const policy = both(exponential(100), retries(2));
    expect(preview(policy)).toEqual(preview(policy));
  });
});
