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

/** Answers asks with `answer`, and logs the signals. */
const answering = (answer: (now: number, turn: number) => number, log: Signal[] = []): Policy => ({
  initial: null,
  handles: ['ask'],
  reduce: (state, signal) => {
    log.push(signal);
    return { state, wait: answer(signal.now, log.length) };
  },
});

describe('preview', () => {
  it('shows each delay until the policy says no, and the reason', () => {
    expect(preview(both(exponential(100), retries(2)))).toEqual({ delays: [100, 200], reason: 'retries' });
    expect(preview(never)).toEqual({ delays: [], reason: 'exhausted' });
  });

  it('stops after 10 failures by default, without a reason if the policy never says no', () => {
    expect(preview(fixed(1))).toEqual({ delays: Array(10).fill(1), reason: undefined });
    expect(preview(fixed(1), {})).toEqual({ delays: Array(10).fill(1), reason: undefined });
    expect(preview(fixed(1), { failures: 3 }).delays).toEqual([1, 1, 1]);
    expect(preview(fixed(1), { failures: 0 })).toEqual({ delays: [], reason: undefined });
  });

  it('shows a no to the last failure', () => {
    expect(preview(retries(1), { failures: 1 }).reason).toBe(undefined);
    expect(preview(retries(1), { failures: 2 }).reason).toBe('retries');
  });

  it.each<[string, number | readonly number[] | (() => number), number[]]>([
    ['one draw for all', 0.25, [25, 25, 25]],
    ['the latest draw', 1, [100, 100, 100]],
    ['one draw for each failure', [0, 0.5, 1], [0, 50, 100]],
    ['more draws than failures', [0.1, 0.2, 0.3, 0.4], [10, 20, 30]],
  ])('takes %s', (_, random, delays) => {
    expect(preview(jittered('full', fixed(100)), { failures: 3, random }).delays).toEqual(delays);
  });

  it('draws 0.5 by default', () => {
    expect(preview(jittered('full', fixed(100)), { failures: 1 }).delays).toEqual([50]);
  });

  it('calls a random function once for each failure', () => {
    const left = [0.1, 0.2, 0.3];
    const random = (): number => left.shift() ?? NaN;
    expect(preview(jittered('full', fixed(100)), { failures: 3, random }).delays).toEqual([10, 20, 30]);
  });

  it('stops after the last draw', () => {
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

  it('lets time pass only in the waits', () => {
    const seen: unknown[] = [];
    const policy = onFailure(null, (state, { now, took, ticket }) => {
      seen.push([ticket, now, took]);
      return { state, wait: 10 };
    });
    preview(policy, { failures: 3 });
    expect(seen).toEqual([
      [1, 0, 0],
      [2, 10, 0],
      [3, 20, 0],
    ]);
  });

  it('keeps the time finite, however long the waits', () => {
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
        answering(() => 0, log),
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
    const everyHundred = answering((now) => (100 - (now % 100)) % 100, log);
    expect(preview(both(everyHundred, fixed(30)), { failures: 2 }).delays).toEqual([100, 100]);
    expect(log.map(({ now, ticket }) => [ticket, now])).toEqual([
      [1, 0],
      [2, 30],
      [2, 100],
      [3, 130],
      [3, 200],
    ]);
  });

  it('shows a no to the first attempt', () => {
    const shut: Policy = {
      initial: null,
      handles: ['ask'],
      reduce: (state) => ({ state, wait: Infinity, reason: 'shut' }),
    };
    expect(preview(both(shut, fixed(1)))).toEqual({ delays: [], reason: 'shut' });
  });

  it('shows a no to a retry, and does not count the wait before it as a delay', () => {
    const policy = both(
      answering((now) => (now > 0 ? Infinity : 0)),
      fixed(1),
    );
    expect(preview(policy)).toEqual({ delays: [], reason: 'rejected' });
    expect(
      preview(
        within(
          50,
          both(
            answering((now) => (now > 20 ? 40 : 0)),
            fixed(10),
          ),
        ),
      ),
    ).toEqual({
      delays: [10, 10],
      reason: 'deadline',
    });
  });

  it('gives a no without a reason the reason rejected, as the operator does', () => {
    const policy = onFailure(null, (state) => ({ state, wait: Infinity }));
    expect(preview(policy)).toEqual({ delays: [], reason: 'rejected' });
  });

  it('throws if the policy postpones an attempt forever', () => {
    expect(() => preview(answering(() => 1))).toThrow(
      new RangeError('preview: the policy postponed one attempt 10 000 times; it never admits it'),
    );
    const log: Signal[] = [];
    expect(
      preview(
        answering((_, turn) => (turn < 10_000 ? 1 : 0), log),
        { failures: 0 },
      ).reason,
    ).toBe(undefined);
    expect(log).toHaveLength(10_000);
  });

  it('counts a short postponement after a long time', () => {
    const policy = both(
      answering((_, turn) => (turn === 2 ? 5 : 0)),
      followedBy(both(fixed(1e300), retries(1)), immediate),
    );
    expect(preview(policy, { failures: 2 }).delays).toEqual([1e300, 0]);
    const late = both(
      answering((_, turn) => (turn === 3 ? 5 : 0)),
      followedBy(both(fixed(1e300), retries(1)), immediate),
    );
    expect(preview(late, { failures: 2 }).delays).toEqual([1e300, 5]);
  });

  it('does not change the policy', () => {
    const policy = both(exponential(100), retries(2));
    expect(preview(policy)).toEqual(preview(policy));
  });
});
