import { describe, expect, it } from 'vitest';
import { both, fixed, immediate, onFailure, preview, resetOn, type Policy, type Signal } from 'rxjs-reprise';
import { answer, handledKinds, step } from '../../src/policy/policy.js';
import { ask, cancel, failure, success, value, waits } from '../support/signals.js';

describe('onFailure', () => {
  it('folds failures', () => {
    const policy = onFailure(0, (total, { error }) => {
      const next = total + 10 * String(error).length;
      return { state: next, wait: next };
    });
    expect(preview(policy, { failures: 3, error: 'oh' }).delays).toEqual([20, 40, 60]);
  });

  it('handles nothing else', () => {
    const state = { left: 2 };
    const policy = onFailure(state, () => ({ state: { left: 1 }, wait: 9 }));
    expect(policy.handles).toEqual(['failure']);
    for (const signal of [ask(), value(1), success(), cancel()]) {
      const verdict = policy.reduce(state, signal);
      expect(verdict).toEqual({ state, wait: 0 });
      expect(verdict.state).toBe(state);
    }
  });

  it('combines with other policies, with a state of its own type', () => {
    const policy: Policy<{ readonly failures: number }> = onFailure({ failures: 0 }, ({ failures }) => ({
      state: { failures: failures + 1 },
      wait: failures,
    }));
    expect(preview(both(policy, fixed(1)), { failures: 3 }).delays).toEqual([1, 1, 2]);
  });
});

describe('step', () => {
  const selective: Policy = {
    initial: null,
    handles: ['value'],
    reduce: () => ({ state: 'received', wait: 7 }),
  };

  it('sends the kinds that the policy handles, and answers 0 to the others', () => {
    expect(step(selective, 'state', value(1))).toEqual({ state: 'received', wait: 7 });
    for (const signal of [ask(), success(), failure(), cancel()]) {
      expect(step(selective, 'state', signal)).toEqual({ state: 'state', wait: 0 });
    }
  });

  it('sends everything to a policy without handles', () => {
    const received: string[] = [];
    const policy: Policy = {
      initial: null,
      reduce: (state, { kind }) => {
        received.push(kind);
        return { state, wait: 0 };
      },
    };
    const signals: Signal[] = [ask(), value(1), success(), failure(), cancel()];
    waits(policy, signals);
    expect(received).toEqual(['ask', 'value', 'success', 'failure', 'cancel']);
  });

  it('calls reduce as a method', () => {
    class Steady implements Policy {
      readonly initial = null;
      private readonly ms = 12;
      reduce(state: unknown): { state: unknown; wait: number } {
        return { state, wait: this.ms };
      }
    }
    expect(step(new Steady(), null, failure()).wait).toBe(12);
  });

  it.each<[string, unknown, string]>([
    ['NaN', { state: null, wait: NaN }, 'NaN'],
    ['a negative number', { state: null, wait: -1 }, '-1'],
    ['minus Infinity', { state: null, wait: -Infinity }, '-Infinity'],
    ['a string', { state: null, wait: '5' }, '"5"'],
    ['no wait', { state: null }, 'undefined'],
    ['null for a wait', { state: null, wait: null }, 'null'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'undefined'],
    ['a promise', Promise.resolve({ state: null, wait: 0 }), 'undefined'],
  ])('rejects a policy that answers %s', (_, verdict, shown) => {
    const policy = { initial: null, reduce: () => verdict } as Policy;
    const wanted = 'must be a number of milliseconds, at least 0, or Infinity';
    const rejection = (kind: string): RangeError =>
      new RangeError(`policy: the wait after ${kind} ${wanted}, got ${shown}`);
    expect(() => step(policy, null, failure())).toThrow(rejection('failure'));
    expect(() => preview(policy)).toThrow(rejection('ask'));
    expect(() =>
      preview(
        both(
          fixed(1),
          resetOn(() => false, policy),
        ),
      ),
    ).toThrow(rejection('ask'));
  });

  it('accepts every wait from 0 to Infinity', () => {
    for (const wait of [0, -0, Number.MIN_VALUE, Number.MAX_VALUE, Infinity]) {
      expect(step({ initial: null, reduce: (state) => ({ state, wait }) }, null, failure()).wait).toBe(wait);
    }
  });
});

describe('answer', () => {
  it('has a reason only if the verdict has one', () => {
    expect(Object.keys(answer(1, { state: 2, wait: 3 }))).toEqual(['state', 'wait']);
    expect(answer(1, { state: 2, wait: 3, reason: 'deadline' })).toEqual({ state: 1, wait: 3, reason: 'deadline' });
  });
});

describe('checkPolicy', () => {
  it.each([
    [['failures'], 'got ["failures"]'],
    [5, 'got 5'],
    [null, 'got null'],
  ])('rejects a policy that handles %j', (handles, got) => {
    const policy = { initial: null, handles, reduce: (state: null) => ({ state, wait: 0 }) } as never;
    expect(() => both(policy)).toThrow(
      new TypeError(`both: policies[0].handles must be a list of kinds of signal, ${got}`),
    );
  });
});

describe('handledKinds', () => {
  it('lists the kinds of all parts and the given ones, in the order of the signals', () => {
    expect(handledKinds([])).toEqual([]);
    expect(handledKinds([{ ...immediate, handles: ['cancel', 'value'] }, fixed(1)], 'ask')).toEqual([
      'ask',
      'value',
      'failure',
      'cancel',
    ]);
  });

  it('lists all kinds if a part handles all', () => {
    const all: Policy = { initial: null, reduce: (state) => ({ state, wait: 0 }) };
    expect(handledKinds([immediate, all])).toEqual([
      'ask',
      'value',
      'success',
      'failure',
      'cancel',
      'abandon',
      'control',
    ]);
  });
});

it('onFailure names a reducer that returns nothing', () => {
  const forgetful = onFailure(0, (() => undefined) as unknown as () => { state: number; wait: number });
  expect(() => preview(forgetful)).toThrow(
    new TypeError('onFailure: the answer of reduce must be { state, wait }, got undefined'),
  );
});
