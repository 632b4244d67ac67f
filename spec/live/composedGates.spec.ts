import { of, Subject } from 'rxjs';
import {
  both,
  capped,
  circuitBreaker,
  concurrencyLimit,
  either,
  fixed,
  followedBy,
  gate,
  gatePolicy,
  guard,
  immediate,
  onlyIf,
  rateLimit,
  type Policy,
} from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { outcome } from '../support/stage.js';

/*
 * Gates of policies that were not made by this library, or are made of others.
 */

describe('a composed gate', () => {
  const slots = concurrencyLimit({ limit: 1 });

  it.each<[string, Policy]>([
    ['both', both(rateLimit({ limit: 9, per: 1, burst: 9 }), slots)],
    ['either', either(immediate, slots)],
    ['followedBy', followedBy(slots, fixed(1))],
    ['capped', capped(60_000, slots)],
    ['onlyIf', onlyIf(() => true, slots)],
    ['a composition of compositions', both(circuitBreaker(), capped(60_000, both(fixed(1), slots)))],
  ])('keeps a slot until the source has ended, whatever has proven success before: %s', (_, policy) => {
    const live = gate(policy);
    const sources = [1, 2].map(() => new Subject<string>());
    const seen = sources.map((source) => outcome(source.pipe(guard(live, { successOn: 'first', maxWait: Infinity }))));
    for (const source of sources) source.next('a');
    expect(seen.map(({ values }) => values)).toEqual([['a'], []]);
    sources[0]?.complete();
    for (const source of sources) source.next('b');
    expect(seen.map(({ values }) => values)).toEqual([['a'], ['b']]);
  });
});

describe('a limit of your own that wakes all calls at every signal', () => {
  interface State {
    readonly running: number;
    readonly asked: number;
  }
  const release = (state: State): State => ({ ...state, running: state.running - 1 });
  const policy = gatePolicy<State, State>({
    name: 'spec/wakesAll',
    initial: { running: 0, asked: 0 },
    on: {
      ask: ({ running, asked }) =>
        running === 0
          ? { state: { running: 1, asked: asked + 1 }, wait: 0 }
          : { state: { running, asked: asked + 1 }, wait: Number.MAX_VALUE },
      success: release,
      cancel: release,
      failure: (state) => ({ state: release(state), wait: 0 }),
    },
    view: (state) => state,
    read: (_, reject) => reject(),
    wakes: () => 'all',
  });

  it('does not make waiting calls ask in a loop, and serves all of them', () => {
    const live = gate(policy);
    const holder = new Subject<string>();
    outcome(holder.pipe(guard(live)));
    const waiting = [1, 2, 3].map(() => outcome(of('a').pipe(guard(live, { maxWait: Infinity }))));
    expect(live.state).toEqual({ running: 1, asked: 4 });
    holder.complete();
    expect(waiting.map(({ end }) => end)).toEqual(['complete', 'complete', 'complete']);
    expect(live.state.running).toBe(0);
  });
});
