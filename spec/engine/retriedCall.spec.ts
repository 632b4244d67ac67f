import {
  both,
  fixed,
  gate,
  RejectedError,
  retries,
  within,
  type Policy,
  type Signal,
  type Verdict,
} from 'rxjs-reprise';
import { beforeEach, describe, expect, it } from 'vitest';
import { RetriedCall, type Plan } from '../../src/engine/retriedCall.js';
import type { RetryEvent } from '../../src/engine/retryEvents.js';
import { entryTo } from '../../src/live/gates.js';
import { handlesKind } from '../../src/policy/policy.js';

/*
 * The engine as tables: what happens, and what the call answers. No timers and no RxJS: time is a number here.
 */

const lost = new Error('lost');
const wrong = new Error('wrong');

let now = 0;
let events: RetryEvent[] = [];
let log: string[] = [];

beforeEach(() => {
  now = 0;
  events = [];
  log = [];
});

const clock = { now: () => now, random: () => 0.5 };

/** A policy that notes what it receives, and gives these verdicts on asks and failures in turn. */
function scripted(
  verdicts: Partial<Record<Signal['kind'], Omit<Verdict, 'state'>[]>>,
  throwsAt?: Signal['kind'],
): Policy {
  return {
    initial: null,
    reduce: (state, signal) => {
      log.push(`${signal.kind} ${String(signal.ticket)}`);
      if (signal.kind === throwsAt) throw wrong;
      return { state, ...(verdicts[signal.kind]?.shift() ?? { wait: 0 }) };
    },
  };
}

function callOf(policy: Policy, more: Partial<Plan> = {}, gates: readonly Policy[] = []): RetriedCall {
  const scheduler = { now: () => now, schedule: () => ({}) as never };
  const entry = entryTo(gates.map((each, index) => gate(each, { name: `gate ${String(index)}`, scheduler })));
  return new RetriedCall(
    {
      policy,
      entry,
      handlesAsks: handlesKind(policy, 'ask'),
      handlesValues: true,
      clock,
      proves: undefined,
      isFatal: (error) => error === wrong,
      until: undefined,
      name: 'load',
      notify: (event) => events.push(event),
      ...more,
    },
    now,
  );
}

/** Reports to a call. */
const value = (call: RetriedCall): string => {
  call.value('a');
  return 'reported';
};
const succeeded = (call: RetriedCall): string => {
  call.succeeded();
  return 'reported';
};
const left = (call: RetriedCall): string => {
  call.left();
  return 'reported';
};

const kinds = (): string[] => events.map(({ kind }) => kind);

describe('a call', () => {
  it('answers 0 to start, n to wait, Infinity when it is over', () => {
    const call = callOf(both(fixed(100), retries(2)));
    expect(call.ask(0)).toBe(0);
    expect(call.failed(lost, 5)).toBe(100);
    expect(call.ask(105)).toBe(0);
    expect(call.failed(lost, 110)).toBe(100);
    expect(call.ask(210)).toBe(0);
    expect(call.failed(lost, 215)).toBe(Infinity);
    expect(call.end).toEqual({ error: lost });
    expect(events.filter(({ kind }) => kind !== 'attempt')).toMatchObject([
      { kind: 'retrying', attempt: 1, wait: 100, error: lost },
      { kind: 'retrying', attempt: 2, wait: 100, error: lost },
      { kind: 'gave-up', attempt: 3, error: lost, reason: 'retries' },
    ]);
  });

  it.each<
    [
      title: string,
      verdicts: Parameters<typeof scripted>[0],
      act: (call: RetriedCall) => unknown[],
      expected: unknown[],
      log: string[],
    ]
  >([
    ['is admitted', {}, (call) => [call.ask(0)], [0], ['ask 1']],
    [
      'is postponed, asks again with the same number, and is admitted',
      { ask: [{ wait: 30 }] },
      (call) => [call.ask(0), call.ask(30)],
      [30, 0],
      ['ask 1', 'ask 1'],
    ],
    [
      'is rejected at its first attempt',
      { ask: [{ wait: Infinity, reason: 'budget' }] },
      (call) => [call.ask(0), call.end?.error instanceof RejectedError],
      [Infinity, true],
      ['ask 1'],
    ],
    [
      'is rejected at a retry: it ends with the error that the retry follows',
      { ask: [{ wait: 0 }, { wait: Infinity }] },
      (call) => [call.ask(0), call.failed(lost, 1), call.ask(1), call.end?.error],
      [0, 0, Infinity, lost],
      ['ask 1', 'failure 1', 'ask 2'],
    ],
    [
      'ends at a fatal error, which counts as a cancel',
      {},
      (call) => [call.ask(0), call.failed(wrong, 1), call.end?.error],
      [0, Infinity, wrong],
      ['ask 1', 'cancel 1'],
    ],
    [
      'succeeds',
      {},
      (call) => [call.ask(0), value(call), succeeded(call), left(call)],
      [0, 'reported', 'reported', 'reported'],
      ['ask 1', 'value 1', 'success 1'],
    ],
    [
      'is left before a value: a cancel',
      {},
      (call) => [call.ask(0), left(call), left(call)],
      [0, 'reported', 'reported'],
      ['ask 1', 'cancel 1'],
    ],
    [
      'is left after a value: a success',
      {},
      (call) => [call.ask(0), value(call), left(call)],
      [0, 'reported', 'reported'],
      ['ask 1', 'value 1', 'success 1'],
    ],
    [
      'is left while it waits: nothing began',
      { ask: [{ wait: 9 }] },
      (call) => [call.ask(0), left(call)],
      [9, 'reported'],
      ['ask 1'],
    ],
    [
      'is left between two attempts: nothing began',
      { failure: [{ wait: 9 }] },
      (call) => [call.ask(0), call.failed(lost, 1), left(call)],
      [0, 9, 'reported'],
      ['ask 1', 'failure 1'],
    ],
  ])('%s', (_, verdicts, act, expected, seen) => {
    expect(act(callOf(scripted(verdicts)))).toEqual(expected);
    expect(log).toEqual(seen);
  });

  it('recovers once, at the first value or the completion of a retry', () => {
    const call = callOf(retries(1));
    call.ask(0);
    call.failed(lost, 1);
    call.ask(1);
    call.value('a');
    call.value('b');
    call.succeeded();
    expect(kinds()).toEqual(['attempt', 'retrying', 'attempt', 'recovered', 'succeeded']);
  });

  it.each<Signal['kind']>(['value', 'success'])(
    'ends with what its policy throws at a %s, and asks it nothing more',
    (kind) => {
      const call = callOf(scripted({}, kind));
      call.ask(0);
      const report = (): void => {
        call.value('a');
        call.succeeded();
      };
      expect(report).toThrow(wrong);
      expect([call.end, call.failed(wrong, 1)]).toEqual([{ error: wrong }, Infinity]);
      expect(log.at(-1)).toBe(`${kind} 1`);
    },
  );

  it('measures how long an attempt ran from the ask that admitted it', () => {
    const call = callOf(within(100, fixed(0)));
    expect([call.ask(0), call.failed(lost, 100), call.ask(100), call.failed(lost, 101)]).toEqual([0, 0, 0, Infinity]);
    expect(events.at(-1)).toMatchObject({ kind: 'gave-up', reason: 'deadline' });
  });
});

describe('a call at gates', () => {
  const admits = { ask: [] };

  it.each<[title: string, own: number, gates: readonly number[], answer: number, kept: readonly boolean[]]>([
    ['all admit', 0, [0, 0], 0, [true, true, true]],
    ['one postpones', 0, [0, 20], 20, [false, false, true]],
    ['two postpone: the longest wait', 0, [30, 20], 30, [false, true, true]],
    ['its own policy postpones', 50, [0, 20], 50, [true, false, true]],
    ['one rejects', 0, [Infinity, 0], Infinity, [false, true, false]],
  ])('%s: the transaction rule', (_, own, waits, answer, kept) => {
    const states: number[] = [0, 0, 0];
    const counting = (index: number, wait: number): Policy<number> => ({
      initial: 0,
      handles: ['ask', 'success'],
      reduce: (state, { kind }) => {
        states[index] = state;
        return kind === 'ask' ? { state: state + 1, wait } : { state, wait: 0 };
      },
    });
    const call = callOf(counting(0, own), {}, [counting(1, waits[0] ?? 0), counting(2, waits[1] ?? 0)]);
    expect(call.ask(0)).toBe(answer);
    if (answer < Infinity) {
      call.ask(0);
      expect(states.map((state) => state === 1)).toEqual(kept);
    }
  });

  it('settles each gate, whatever one throws; that one receives a cancel', () => {
    const call = callOf(retries(0), {}, [scripted(admits, 'failure'), scripted(admits)]);
    call.ask(0);
    expect(() => call.failed(lost, 1)).toThrow(wrong);
    call.left();
    expect(log).toEqual(['ask 1', 'ask 1', 'failure 1', 'cancel 1', 'failure 1']);
  });

  it('gives up its place in a queue when it leaves', () => {
    const call = callOf(retries(0), {}, [scripted({ ask: [{ wait: 5 }] })]);
    expect(call.ask(0)).toBe(5);
    call.left();
    expect(log).toEqual(['ask 1', 'abandon 1']);
  });

  it('receives nothing about an attempt that never began', () => {
    const call = callOf(retries(1), {}, [scripted(admits)]);
    call.ask(0);
    call.failed(lost, 1);
    call.left();
    expect(log).toEqual(['ask 1', 'failure 1']);
  });
});
