import { describe, expect, it } from 'vitest';
import { both, fixed, preview, retryBudget, type RetryBudgetOptions, type Signal } from 'rxjs-reprise';
import { answers, ask, cancel, control, failure, folded, success } from '../../support/log.js';

const first = (now: number, call = 1): Signal => ask(now, { ticket: call });
const retry = (now: number, call = 1): Signal => ask(now, { ticket: call, attempt: 2 });
const times = (n: number, signal: Signal): Signal[] => Array.from({ length: n }, () => signal);

/** How many retries it pays after that log, all at `now`. */
function payable(options: RetryBudgetOptions, log: readonly Signal[], now: number): number {
  const policy = retryBudget(options);
  const state = folded(policy, log);
  const { balance } = policy.view(state, now);
  const paid = answers({ ...policy, initial: state }, times(balance + 5, retry(now)));
  expect(paid).toEqual([
    ...times(balance, first(0)).map(() => '0'),
    ...times(5, first(0)).map(() => 'Infinity budget'),
  ]);
  return balance;
}

describe('retryBudget', () => {
  it.each<[title: string, options: RetryBudgetOptions, deposits: number, pays: number]>([
    ['Finagle: 100 retries free', {}, 0, 100],
    ['Finagle: and one per 5 requests', {}, 5, 101],
    ['not for 4', {}, 4, 100],
    ['Finagle: 10 000 requests at 20 %', { reserve: 0 }, 10_000, 2000],
    ['a ratio that a float cannot represent', { reserve: 0, ratio: 0.29 }, 100, 29],
    ['the same, one deposit short', { reserve: 0, ratio: 0.29 }, 99, 28],
    ['ten tenths', { reserve: 0, ratio: 0.1 }, 10, 1],
    ['more than one per request', { reserve: 0, ratio: 1.5 }, 3, 4],
    ['nothing', { reserve: 0, ratio: 0 }, 10_000, 0],
    ['a reserve alone', { reserve: 2, ratio: 0, window: 1500 }, 10_000, 3],
    ['a reserve of less than one', { reserve: 0.05, ratio: 0.5 }, 1, 1],
  ])('%s', (_, options, deposits, pays) => {
    expect(payable(options, times(deposits, first(0)), 0)).toBe(pays);
  });

  it('never rejects a first attempt', () => {
    const policy = retryBudget({ reserve: 0, ratio: 0 });
    expect(answers(policy, [first(0), retry(0), first(0)])).toEqual(['0', 'Infinity budget', '0']);
  });

  it('shows its counts', () => {
    const policy = retryBudget({ ratio: 0.5, reserve: 0 });
    const state = folded(policy, [...times(7, first(0)), retry(0), retry(500), retry(999)]);
    expect(policy.view(state, 999)).toEqual({ balance: 0, deposits: 7, withdrawals: 3 });
    expect(policy.view(policy.initial, 0)).toEqual({ balance: 0, deposits: 0, withdrawals: 0 });
  });

  it.each([
    [
      'deposits',
      [first(0), first(999), first(1000)],
      [9999, 10_000, 10_999, 11_000],
      [3, 1, 1, 0],
      { reserve: 0, ratio: 1 },
    ],
    ['withdrawals', [retry(0), retry(1000)], [9999, 10_000, 10_999, 11_000], [0, 1, 1, 2], { reserve: 0.2, ratio: 0 }],
  ])('%s are forgotten after the window, in ten steps', (_, log, instants, balances, options) => {
    expect(instants.map((now) => payable(options, log, now))).toEqual(balances);
  });

  it('is never negative, although deposits expire before the retries that they paid', () => {
    const policy = retryBudget({ ratio: 1, reserve: 0 });
    const state = folded(policy, [first(0), first(0), retry(9000), retry(9000)]);
    expect(policy.view(state, 10_000)).toEqual({ balance: 0, deposits: 0, withdrawals: 2 });
    expect(answers({ ...policy, initial: state }, [first(10_000), retry(10_000)])).toEqual(['0', 'Infinity budget']);
  });

  it('returns the same state when it rejects, and at any other signal', () => {
    const policy = retryBudget({ ratio: 1, reserve: 0 });
    const state = folded(policy, [first(0)]);
    const spent = folded(policy, [retry(0)], state);
    expect(policy.reduce(spent, retry(0)).state).toBe(spent);
    const others: Signal[] = [
      success(0),
      failure(0),
      cancel(0),
      { kind: 'abandon', ticket: 1, now: 0, random: 0 },
      { kind: 'value', ticket: 1, now: 0, random: 0, value: 1 },
      control(0, 'reset'),
    ];
    for (const signal of others) expect(policy.reduce(state, signal)).toStrictEqual({ state, wait: 0 });
    for (const signal of others) expect(policy.reduce(state, signal).state).toBe(state);
  });

  it('does not pay for an attempt that another part rejects', () => {
    const shut = { initial: null, reduce: () => ({ state: null, wait: Infinity }) };
    const policy = both(retryBudget({ ratio: 1, reserve: 0 }), shut);
    const { state } = policy.reduce(policy.initial, first(0));
    expect(state).toBe(policy.initial);
  });

  it('resumes on another clock with its counts, none of them in the future', () => {
    const policy = retryBudget({ ratio: 1, reserve: 0 });
    const state = folded(policy, [first(1e9), first(1e9), retry(1e9), control(50, 'resume')]);
    expect(policy.view(state, 50)).toEqual({ balance: 1, deposits: 2, withdrawals: 1 });
    expect(policy.view(state, 10_050)).toEqual({ balance: 0, deposits: 0, withdrawals: 0 });
  });

  it('wakes no call, because none waits', () => {
    const policy = retryBudget();
    expect(policy.wakes(policy.initial, folded(policy, [first(0)]), first(0))).toEqual([]);
  });

  it('lets one stream spend the reserve, and refills it', () => {
    const policy = both(fixed(1000), retryBudget({ reserve: 1, ratio: 0, window: 3000 }));
    expect(preview(policy, { failures: 100 })).toEqual({
      delays: Array.from({ length: 100 }, () => 1000),
      reason: undefined,
    });
    expect(preview(retryBudget({ reserve: 1, ratio: 0, window: 3000 }))).toEqual({
      delays: [0, 0, 0],
      reason: 'budget',
    });
  });
});
