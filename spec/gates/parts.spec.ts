import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  both,
  capped,
  circuitBreaker,
  concurrencyLimit,
  decorrelated,
  either,
  exponential,
  fibonacci,
  fixed,
  followedBy,
  gate,
  guard,
  hinted,
  immediate,
  jittered,
  linear,
  never,
  onFailure,
  onlyIf,
  rateLimit,
  resetAfterUptime,
  resetOn,
  retries,
  retryPolicy,
  retryQuota,
  sequence,
  smoothExponential,
  within,
  type GatePolicy,
  type Policy,
  type Signal,
} from 'rxjs-reprise';
import { wakesOf } from '../../src/gates/parts.js';
import { abandon, ask, control, failure, folded, snapshotWith, success } from '../support/log.js';

const quota = retryQuota({ capacity: 50 });
const good = { tokens: 5, paid: [] };
const bad = { tokens: 'x', paid: [] };
const isBusy = (): boolean => true;

/** Restores a state in a gate of that policy, and returns the state of the gate afterwards. */
function restored(policy: Policy, state: unknown): unknown {
  const live = gate(policy, { name: 'mail' });
  live.restore(snapshotWith(state, 'rxjs-reprise/policy'));
  return live.snapshot().state;
}

describe('a snapshot of a composed policy', () => {
  it.each<[string, Policy, good: unknown, bad: unknown, got: string]>([
    ['both', both(fixed(1), quota), [null, good], [null, bad], 'tokens "x" in state[1]'],
    ['both', both(fixed(1), quota), [null, good], [null], '[null]'],
    ['both', both(fixed(1), quota), [null, good], [null, good, 1], '[null, an object, 1]'],
    ['both', both(fixed(1), quota), [null, good], 'ab', '"ab"'],
    ['either', either(retries(3), quota), [3, good], [4, good], '4 in state[0]'],
    [
      'followedBy',
      followedBy(quota, retries(1)),
      { by: 'second', inner: 1 },
      { by: 'first', inner: 1 },
      '1 in state.inner',
    ],
    ['followedBy', followedBy(quota, retries(1)), { by: 'first', inner: good }, { by: 'third', inner: 1 }, 'an object'],
    ['within', within(9, quota), { since: 4, inner: good }, { since: '4', inner: good }, 'an object'],
    [
      'within',
      within(9, quota),
      { since: null, inner: good },
      { since: null, inner: bad },
      'tokens "x" in state.inner',
    ],
    ['onlyIf', onlyIf(isBusy, quota), good, bad, 'tokens "x"'],
    ['resetOn', resetOn(isBusy, quota), good, bad, 'tokens "x"'],
    ['resetAfterUptime', resetAfterUptime(9, quota), good, bad, 'tokens "x"'],
    ['capped', capped(9, quota), good, bad, 'tokens "x"'],
    ['jittered', jittered(true, quota), good, bad, 'tokens "x"'],
    ['hinted', hinted(quota), good, bad, 'tokens "x"'],
    [
      'a composition of compositions',
      both(immediate, within(9, both(quota, retries(1)))),
      [null, { since: 1, inner: [good, 1] }],
      [null, { since: 1, inner: [bad, 1] }],
      'tokens "x" in state[1].inner[0]',
    ],
    [
      'a circuit breaker',
      both(circuitBreaker(), quota),
      [{ phase: 'disabled', seen: 0 }, good],
      [{ phase: 'ajar' }, good],
      'the phase "ajar" in state[0]',
    ],
  ])('%s is parsed by its parts: %#', (_, policy, fits, odd, got) => {
    expect(restored(policy, fits)).toBeDefined();
    const live = gate(policy, { name: 'mail' });
    const before = live.snapshot();
    expect(() => {
      live.restore(snapshotWith(odd, 'rxjs-reprise/policy'));
    }).toThrow(new TypeError(`gate mail: the snapshot must fit this policy, got ${got}`));
    expect(live.snapshot()).toEqual(before);
  });

  it.each<[string, Policy, good: unknown, odd: readonly unknown[]]>([
    ['immediate', immediate, null, [0, {}]],
    ['never', never, null, [0]],
    ['fixed', fixed(1), null, [0]],
    ['linear', linear(1), 3, [-1, 0.5, '3', null]],
    ['exponential', exponential(1), 3, [-1, 0.5, '3', null]],
    ['sequence', sequence([1, 2]), 2, [3, -1]],
    [
      'fibonacci',
      fibonacci(1),
      { last: 2, next: 3 },
      [null, { last: 3, next: 2 }, { last: -1, next: 1 }, { last: 0, next: 0 }, { last: 1 }],
    ],
    ['decorrelated', decorrelated({ base: 5, cap: 9 }), 5.5, [4, 9.5, null]],
    [
      'smoothExponential',
      smoothExponential(1),
      { retry: 1, curve: 1.5 },
      [null, { retry: 1, curve: -1 }, { retry: 0.5, curve: 1 }],
    ],
    ['retries', retries(2), 2, [3, -1, '1']],
    ['retryPolicy', retryPolicy({ shouldRetry: () => true, nextDelay: () => 1 }), 2, [0, '1']],
  ])('%s knows its states', (_, policy, fits, odd) => {
    // A gate rejects a policy that only receives failures.
    const asked: Policy = { ...policy, handles: ['ask', 'failure'] };
    expect(restored(asked, fits)).toEqual(fits);
    for (const state of odd) expect(() => restored(asked, state)).toThrow(TypeError);
  });

  it('keeps what a part of your own reads from it', () => {
    const other: GatePolicy<number> = {
      initial: 0,
      reduce: (state) => ({ state, wait: 0 }),
      format: 'acme/other',
      view: (state) => state,
      parse(_, snapshot) {
        const { state } = snapshot as { readonly state: unknown };
        if (typeof state !== 'number') throw new TypeError('not a number');
        return state + 1;
      },
      wakes: () => [],
    };
    expect(restored(both(other, capped(1, other)), [1, 2])).toEqual([2, 3]);
    expect(() => restored(both(immediate, other), [null, 'x'])).toThrow('this policy, got "x" in state[1]');
  });

  it('is tried where a part does not know its states', () => {
    const sum: Policy<readonly number[]> = {
      initial: [],
      reduce: (state) => ({ state, wait: state.reduce((sum, each) => sum + each, 0) }),
    };
    expect(restored(both(immediate, sum), [null, [1]])).toEqual([null, [1]]);
    expect(() => restored(both(immediate, sum), [null, null])).toThrow(
      'this policy, got a state that it cannot go on from in state[1]',
    );
    expect(() =>
      restored(
        onFailure(0, (state) => ({ state, wait: 0 })),
        undefined,
      ),
    ).toThrow(TypeError);
  });
});

/** The state of a concurrency limit. */
interface State {
  readonly running: unknown;
  readonly waiting: unknown;
}

describe('a change of a composed policy wakes', () => {
  const slots = concurrencyLimit({ limit: 1 });
  const queue = (policy: Policy, calls: number): unknown =>
    folded(
      policy,
      Array.from({ length: calls }, (_, index) => ask(0, { ticket: index + 1 })),
    );
  const woken = (policy: Policy, calls: number, signal: Signal): unknown => {
    const before = queue(policy, calls);
    return wakesOf(policy, before, policy.reduce(before, signal).state, signal);
  };

  it.each<[string, Policy]>([
    ['both', both(fixed(1), slots)],
    ['either', either(retries(3), slots)],
    ['within', within(9, slots)],
    ['capped', capped(1, slots)],
    ['onlyIf', onlyIf(isBusy, slots)],
    ['followedBy', followedBy(slots, immediate)],
  ])('the calls that its part names: %s', (_, policy) => {
    expect(woken(policy, 4, success(1, { ticket: 1 }))).toEqual([2]);
    expect(woken(policy, 4, abandon(1, { ticket: 3 }))).toEqual([]);
  });

  it('the calls that several parts name, each once and in the order of their tickets', () => {
    const policy = both(concurrencyLimit({ limit: 2 }), slots);
    const steps = [ask(0, { ticket: 1 }), ...[2, 3, 4].map((ticket) => ask(0, { ticket }))];
    const before = folded(policy, steps);
    const [two, one] = before as [State, State];
    // Both parts have a queue: as if another gate had kept these calls from starting.
    const state = [{ ...two, running: one.running, waiting: one.waiting }, one];
    const after = [
      { ...two, running: { size: 0, chunks: [] }, waiting: one.waiting },
      { ...one, running: { size: 0, chunks: [] } },
    ];
    expect(wakesOf(policy, state, after, success(1, { ticket: 1 }))).toEqual([2, 3]);
  });

  it('no call if nothing changed, or if no part answers asks', () => {
    expect(woken(both(fixed(1), slots), 2, success(1, { ticket: 9 }))).toEqual([]);
    const counting = both(retries(9), exponential(1));
    expect(woken(counting, 1, failure(1))).toEqual([]);
  });

  it('all calls if a part cannot name them', () => {
    const own: Policy<number> = {
      initial: 0,
      reduce: (state, { kind }) => ({ state: state + (kind === 'success' ? 1 : 0), wait: 0 }),
    };
    expect(woken(both(own, slots), 2, success(1, { ticket: 9 }))).toBe('all');
    expect(woken(both(slots, immediate), 2, control(1, 'resume'))).toBe('all');
  });

  it('all calls if a part begins again', () => {
    const policy = resetAfterUptime(5, slots);
    expect(woken(policy, 3, failure(9, { took: 9, ticket: 1 }))).toBe('all');
    const other = followedBy(both(slots, retries(0)), concurrencyLimit({ limit: 2 }));
    expect(woken(other, 3, failure(9, { ticket: 1 }))).toBe('all');
  });

  it.each([
    ['a limit', concurrencyLimit({ limit: 1 })],
    ['a limit within a composition', both(fixed(1), concurrencyLimit({ limit: 1 }))],
    ['two limits', both(rateLimit({ limit: 1000, per: 1000, burst: 1000 }), concurrencyLimit({ limit: 1 }))],
  ])('one call at each end: 500 calls ask about twice each behind %s', (_, policy) => {
    let asks = 0;
    const counted: Policy = {
      ...policy,
      reduce: (state, signal) => {
        if (signal.kind === 'ask') asks += 1;
        return policy.reduce(state, signal);
      },
    };
    const live = gate(counted);
    const calls = Array.from({ length: 500 }, () => new Subject<never>());
    let ended = 0;
    for (const call of calls) call.pipe(guard(live, { maxWait: Infinity })).subscribe({ complete: () => (ended += 1) });
    for (const call of calls) call.complete();
    expect(ended).toBe(500);
    expect(asks).toBeLessThanOrEqual(1000);
  });
});
