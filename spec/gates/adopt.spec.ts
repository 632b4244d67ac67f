import {
  both,
  capped,
  circuitBreaker,
  concurrencyLimit,
  gatePolicy,
  latencyQuantile,
  onlyIf,
  rateLimit,
  retries,
  retryBudget,
  type GatePolicy,
  type Policy,
} from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { adoptState } from '../../src/gates/adopt.js';
import { ask, failure, folded, success } from '../support/log.js';

/*
 * What a policy takes over from the one whose place it takes, part by part.
 */

const slots = concurrencyLimit({ limit: 2 });
const running = folded(slots, [ask(0)]);

/** A policy that does not know its own states, and accepts numbers. */
const counter = (by: number): Policy<number> => ({
  initial: 0,
  reduce: (state) => ({ state: state.valueOf() + by, wait: 0 }),
});

describe('a composed policy', () => {
  it('begins anew if it has fewer or more parts than before', () => {
    const [two, three] = [both(slots, retryBudget()), both(slots, retryBudget(), rateLimit({ limit: 1, per: 1 }))];
    expect(adoptState(three, two, folded(two, [ask(0)]), 0)).toEqual({ state: three.initial, lost: ['state'] });
    expect(adoptState(two, three, folded(three, [ask(0)]), 0)).toEqual({ state: two.initial, lost: ['state'] });
  });

  it('begins a part anew that takes the place of a limit, and the other way round', () => {
    const [from, to] = [both(slots, retries(1)), both(retries(2), slots)];
    expect(adoptState(to, from, folded(from, [ask(0)]), 0)).toEqual({
      state: to.initial,
      lost: ['0.state', '1.state'],
    });
  });

  it('keeps the state of parts that are not limits', () => {
    const [from, to] = [both(slots, retries(1)), both(slots, retries(5))];
    const state = folded(from, [ask(0), failure(0, { ticket: 1 })]);
    expect(state).toEqual([slots.initial, 1]);
    const adopted = adoptState(to, from, state, 0);
    expect(adopted.state).toBe(state);
    expect(adopted.lost).toEqual([]);
  });

  it('does not name a part that is the whole', () => {
    const budget = retryBudget({ window: 1 });
    for (const wrap of [(part: Policy) => onlyIf(() => true, part), (part: Policy) => capped(9, part)]) {
      expect(adoptState(wrap(slots), wrap(concurrencyLimit({ limit: 9 })), running, 0)).toEqual({
        state: running,
        lost: [],
      });
      expect(adoptState(wrap(budget), wrap(slots), running, 0)).toEqual({ state: budget.initial, lost: ['state'] });
    }
  });

  it('names a part by its whole path', () => {
    const nested = (window: number): Policy => both(slots, both(slots, retryBudget({ window })));
    const state = folded(nested(1), [ask(0)]);
    expect(adoptState(nested(2), nested(1), state, 0)).toEqual({
      state: [running, [running, retryBudget({ window: 2 }).initial]],
      lost: ['1.1.state'],
    });
    expect(state).toEqual([running, [running, folded(retryBudget({ window: 1 }), [ask(0)])]]);
  });
});

describe('a policy without parts', () => {
  it('goes on from every state at which it does not throw', () => {
    expect(adoptState(counter(2), counter(1), 7, 0)).toEqual({ state: 7, lost: [] });
    expect(adoptState(counter(2), counter(1), null, 0)).toEqual({ state: 0, lost: ['state'] });
  });

  it('cannot change the state that the old one still has', () => {
    const state = { calls: [1] };
    const careless: Policy<typeof state> = {
      initial: { calls: [] },
      reduce: (own) => {
        own.calls.push(2);
        return { state: own, wait: 0 };
      },
    };
    expect(adoptState(careless, careless, state, 0).state).toBe(state);
    expect(state).toEqual({ calls: [1] });
  });

  it('begins anew in place of a composed one, and the other way round', () => {
    const whole = capped(9, counter(1));
    expect(adoptState(whole, counter(1), 7, 0)).toEqual({ state: 0, lost: ['state'] });
    expect(adoptState(counter(1), whole, 7, 0)).toEqual({ state: 0, lost: ['state'] });
  });

  it('begins anew in place of a limit', () => {
    expect(adoptState(counter(1), slots, running, 0)).toEqual({ state: 0, lost: ['state'] });
    expect(adoptState(slots, counter(1), 7, 0)).toEqual({ state: slots.initial, lost: ['state'] });
  });
});

describe('a limit', () => {
  interface Window {
    readonly size: number;
    readonly at: number;
  }
  const windowed = (shape: string | number, more: object = {}): GatePolicy =>
    gatePolicy<Window, Window>({
      name: 'spec/window',
      initial: { size: 0, at: 0 },
      on: {},
      view: (state) => state,
      read: (state, reject) => ((state as Window).size < 9 ? (state as Window) : reject('size')),
      shape,
      ...more,
    });
  const state = { size: 5, at: 1 };

  it('keeps its state if only options change that no state depends on', () => {
    expect(adoptState(windowed('a'), windowed('a'), state, 3).state).toBe(state);
  });

  it('begins anew if its shape changes, or if it does not accept the state', () => {
    const anew = { state: { size: 0, at: 0 }, lost: ['state'] };
    expect(adoptState(windowed('b'), windowed('a'), state, 3)).toEqual(anew);
    expect(adoptState(windowed('a'), windowed('a'), { size: 9, at: 1 }, 3)).toEqual(anew);
  });

  it('asks its own `adopt`, with the instant and the old policy', () => {
    const old = windowed('a');
    const adopt = ({ size }: Window, now: number, from: Policy): Window => {
      expect(from).toBe(old);
      return { size: size - 1, at: now };
    };
    expect(adoptState(windowed('b', { adopt }), old, state, 3)).toEqual({ state: { size: 4, at: 3 }, lost: [] });
  });
});

describe('a circuit in place of one that does not say its options', () => {
  it('begins its windows anew', () => {
    const breaker = circuitBreaker() as unknown as GatePolicy;
    const other = { ...breaker, settings: undefined, shape: 'other' } as GatePolicy;
    const state = folded(breaker, [failure(0)]);
    expect(adoptState(breaker, other, state, 0)).toEqual({
      state: { ...(state as object), windows: (breaker.initial as { windows: unknown }).windows },
      lost: ['windows[0]'],
    });
  });
});

describe('a learnt delay', () => {
  const took = (policy: Policy, ...all: number[]): unknown =>
    folded(
      policy,
      all.map((ms) => success(0, { took: ms })),
    );

  it.each([
    [latencyQuantile(0.5, { min: 50, max: 60 }), [10, 20], { delay: 50, calls: 2 }],
    [latencyQuantile(0.5, { max: 15 }), [10, 20], { delay: 15, calls: 2 }],
    [latencyQuantile(0.5, { min: 50 }), [10], { delay: 50, calls: 1 }],
    [latencyQuantile(0.75), [10, 20], { delay: 20, calls: 2 }],
    [latencyQuantile(0.75, { min: 50 }), [], { delay: 0, calls: 0 }],
  ])('stays within new bounds %#', (policy, all, state) => {
    const old = latencyQuantile(0.5);
    const adopted = adoptState(policy, old, took(old, ...all), 0);
    expect(adopted).toEqual({ state, lost: [] });
  });

  it('of many attempts is ready for a quantile that needs fewer', () => {
    const [old, next] = [latencyQuantile(0.9), latencyQuantile(0.5)];
    expect(adoptState(next, old, took(old, 1, 2, 3, 4, 5), 0)).toEqual({ state: { delay: 5, calls: 2 }, lost: [] });
  });
});
