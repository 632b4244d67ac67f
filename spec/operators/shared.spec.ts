import { firstValueFrom, of, take, throwError, timer, toArray, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  circuit,
  circuitBreaker,
  exponential,
  exponentialBackoff,
  guard,
  immediate,
  RefusedError,
  retries,
  retryWithPolicy,
  shared,
  type Policy,
  type Shared,
  type SharedEvent,
  type SharedPolicy,
  type Signal,
  type Verdict,
} from 'rxjs-reprise';
import { outcome } from '../support/stage.js';

/*
 * What `shared` makes: one live state of a policy, to look at, to listen to, to store and to restore.
 */

/** Admits `n` attempts in all, and counts them. */
const atMost = (n: number, wait = Infinity): Policy<number> => ({
  initial: 0,
  hears: ['ask'],
  reduce: (used): Verdict<number> =>
    used < n ? { state: used + 1, wait: 0 } : { state: used, wait, reason: 'used up' },
});

/** Remembers when it was last asked, and is looked at as how long ago that was. */
const lastAsked: SharedPolicy<number, { readonly ago: number }> = {
  initial: 0,
  hears: ['ask', 'control'],
  reduce: (state, { kind, now }) => ({ state: kind === 'ask' || kind === 'control' ? now : state, wait: 0 }),
  format: 'spec/lastAsked',
  view: (state, now) => ({ ago: now - state }),
  parse(where, snapshot) {
    const { state } = snapshot as { readonly state: unknown };
    if (typeof state !== 'number') throw new TypeError(`${where}: the snapshot must hold an instant`);
    return state;
  },
  wakes: () => [],
};

const ask = (cell: Shared): unknown => outcome(of('a').pipe(guard(cell))).end;

describe('shared', () => {
  it('keeps one state for many streams', () => {
    const cell = shared(atMost(2));
    expect([ask(cell), ask(cell), ask(cell)]).toEqual(['complete', 'complete', expect.any(RefusedError)]);
    expect(cell.state).toBe(2);
  });

  it('is looked at as its policy says, by the time of its own clock', () => {
    const scheduler = new VirtualTimeScheduler();
    const cell = shared(lastAsked, { scheduler });
    scheduler.schedule(() => ask(cell), 5);
    scheduler.schedule(() => {
      expect(cell.state).toEqual({ ago: 3 });
    }, 8);
    scheduler.flush();
    expect.assertions(1);
  });

  it('is called `shared` unless told', () => {
    expect(shared(immediate).name).toBe('shared');
    expect(shared(immediate, { name: 'mail' }).name).toBe('mail');
  });

  it('refuses in its own name, with the reason of its policy', () => {
    expect(ask(shared(atMost(0), { name: 'mail' }))).toMatchObject({
      message: 'refused by mail: used up',
      reason: 'used up',
      retryAfter: Infinity,
      by: 'mail',
    });
    expect(ask(shared(atMost(0, 250)))).toMatchObject({ retryAfter: 250 });
  });

  it('keeps a circuit breaker too, without handles and without its error', () => {
    const cell = shared(circuitBreaker({ threshold: 1 }));
    outcome(throwError(() => new Error('down')).pipe(guard(cell)));
    expect(cell.state).toMatchObject({ phase: 'open', opens: 1 });
    expect(ask(cell)).toMatchObject({ name: 'RefusedError', reason: 'open' });
  });

  it('is told how long each attempt took', () => {
    const scheduler = new VirtualTimeScheduler();
    const lived: Policy<number> = {
      initial: 0,
      hears: ['success', 'failure', 'cancel'],
      reduce: (sum, signal) => ({ state: sum + ('took' in signal ? signal.took : 0), wait: 0 }),
    };
    const cell = shared(lived, { scheduler });
    const attempt$ = timer(5, scheduler).pipe(guard(cell));
    scheduler.schedule(() => attempt$.subscribe(), 10);
    scheduler.schedule(() => attempt$.subscribe(), 100);
    scheduler.flush();
    expect(cell.state).toBe(10);
  });

  it('lets those ask again who wait for any other policy, when its state changes by more than an ask', () => {
    const { policy } = shared(atMost(1));
    const moment = { call: 1, now: 0, random: 0 };
    const ask: Signal = { kind: 'ask', ...moment, attempt: 1 };
    const success: Signal = { kind: 'success', ...moment, took: 0 };
    expect([policy.wakes(0, 1, ask), policy.wakes(1, 1, success), policy.wakes(1, 0, success)]).toEqual([
      [],
      [],
      'all',
    ]);
  });

  it('works with a policy that is an object of a class', () => {
    class Once implements Policy<boolean> {
      readonly initial = false;
      reduce(state: boolean, { kind }: Signal): Verdict<boolean> {
        if (kind !== 'ask') return { state, wait: 0 };
        return this.initial === state ? { state: true, wait: 0 } : { state, wait: Infinity };
      }
    }
    const cell = shared(new Once());
    expect([ask(cell), ask(cell)]).toEqual(['complete', expect.any(RefusedError)]);
  });
});

describe('state$', () => {
  it('says how it is at once, and at every change', () => {
    const cell = shared(atMost(2));
    const seen: number[] = [];
    const listening = cell.state$.subscribe((state) => seen.push(state));
    ask(cell);
    ask(cell);
    ask(cell);
    listening.unsubscribe();
    expect(seen).toEqual([0, 1, 2]);
    expect(cell).toHaveProperty('folds.observed', false);
  });

  it('replays how it is to who comes later', async () => {
    const cell = shared(atMost(2));
    ask(cell);
    expect(await firstValueFrom(cell.state$)).toBe(1);
  });
});

describe('events$', () => {
  it('says who was admitted and who refused, the first attempt of a stream or a retry', () => {
    const scheduler = new VirtualTimeScheduler();
    const cell = shared(atMost(2), { name: 'mail', scheduler });
    const events: SharedEvent[] = [];
    cell.events$.subscribe((event) => events.push(event));
    const failing = throwError(() => new Error('down'));
    scheduler.schedule(() => outcome(failing.pipe(retryWithPolicy(retries(2), { shared: [cell] }))), 7);
    scheduler.flush();
    const moment = { shared: 'mail', at: 7 };
    expect(events).toEqual([
      { kind: 'admitted', ...moment, attempt: 1 },
      { kind: 'admitted', ...moment, attempt: 2 },
      { kind: 'refused', ...moment, attempt: 3, reason: 'used up', retryAfter: Infinity },
    ]);
  });

  it('gives a reason where the policy gives none', () => {
    const cell = shared({ ...atMost(0), reduce: (state: number) => ({ state, wait: 40 }) });
    const events: SharedEvent[] = [];
    cell.events$.subscribe((event) => events.push(event));
    ask(cell);
    expect(events).toMatchObject([{ kind: 'refused', reason: 'refused', retryAfter: 40 }]);
  });

  it('says nothing of what ends, and nothing of the past', () => {
    const cell = shared<unknown>({ initial: 0, reduce: (state) => ({ state, wait: 0 }) });
    ask(cell);
    const events: SharedEvent[] = [];
    cell.events$.subscribe((event) => events.push(event));
    ask(cell);
    expect(events.map(({ kind }) => kind)).toEqual(['admitted']);
  });

  it('says when it was restored', () => {
    const cell = shared(lastAsked);
    const events: SharedEvent[] = [];
    cell.events$.pipe(take(1), toArray()).subscribe((all) => events.push(...all));
    cell.restore(JSON.parse(JSON.stringify(cell.snapshot())));
    expect(events).toMatchObject([{ kind: 'restored', shared: 'shared' }]);
  });
});

describe('a snapshot', () => {
  it('is plain JSON that says what it is of', () => {
    const cell = shared(atMost(2), { name: 'mail' });
    ask(cell);
    expect(cell.snapshot()).toEqual({ format: 'rxjs-reprise/policy', version: 1, name: 'mail', state: 1 });
    expect(shared(lastAsked).snapshot()).toMatchObject({ format: 'spec/lastAsked', version: 1 });
  });

  it('is gone on from elsewhere', () => {
    const cell = shared(atMost(2));
    ask(cell);
    const other = shared(atMost(2));
    other.restore(JSON.parse(JSON.stringify(cell.snapshot())));
    expect([ask(other), ask(other)]).toEqual(['complete', expect.any(RefusedError)]);
  });

  it('is a copy, both ways', () => {
    const cell = shared<{ n: number }>({ initial: { n: 1 }, reduce: (state) => ({ state, wait: 0 }) });
    (cell.snapshot().state as { n: number }).n = 2;
    expect(cell.state).toEqual({ n: 1 });
    const snapshot = cell.snapshot();
    cell.restore(snapshot);
    (snapshot.state as { n: number }).n = 3;
    expect(cell.state).toEqual({ n: 1 });
  });

  it('is followed by `resume`, so that the policy can bring its instants to this clock', () => {
    const scheduler = new VirtualTimeScheduler();
    const cell = shared(lastAsked, { scheduler });
    scheduler.schedule(() => {
      cell.restore({ state: 1e9 });
      expect(cell.state).toEqual({ ago: 0 });
    }, 12);
    scheduler.flush();
    expect.assertions(1);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'must be of the format rxjs-reprise/policy, got undefined'],
    ['of a circuit', circuit().snapshot(), 'must be of the format rxjs-reprise/policy, got "rxjs-reprise/circuit"'],
    ['newer', { format: 'rxjs-reprise/policy', version: 2, state: 1 }, 'must be of version 1, got 2'],
    [
      'without a state',
      { format: 'rxjs-reprise/policy', version: 1 },
      'must fit this policy, got a state that it cannot go on from',
    ],
    [
      'of a state that the policy cannot read',
      { format: 'rxjs-reprise/policy', version: 1, state: null },
      'must fit this policy, got a state that it cannot go on from',
    ],
  ])('is refused if it is %s, and nothing has changed then', (_, snapshot, message) => {
    const list: Policy<readonly number[]> = {
      initial: [1],
      reduce: (state) => ({ state, wait: state.reduce((sum, each) => sum + each, 0) }),
    };
    const cell = shared(list, { name: 'mail' });
    expect(() => {
      cell.restore(snapshot);
    }).toThrow(new TypeError(`shared mail: the snapshot ${message}`));
    expect(cell.state).toEqual([1]);
  });

  it('asks no predicate of the user when it is restored', () => {
    const cell = shared(exponentialBackoff({ retryOn: (error: { status: number }) => error.status === 503 }));
    cell.restore(cell.snapshot());
    expect(cell.snapshot()).toMatchObject({ format: 'rxjs-reprise/policy' });
  });

  it('is refused by the parser of the policy in its own words', () => {
    expect(() => {
      shared(lastAsked, { name: 'mail' }).restore({ state: 'noon' });
    }).toThrow(new TypeError('shared mail: the snapshot must hold an instant'));
  });
});

describe('bad input', () => {
  it.each<[string, () => unknown, string]>([
    ['no policy', () => shared({} as Policy), 'shared: policy must be a policy, got an object'],
    ['a cell', () => shared(circuit() as unknown as Policy), 'shared: policy must be a policy, got an object'],
    ['no options', () => shared(exponential(1), null as never), 'shared: options must be an object, got null'],
    ['a name in numbers', () => shared(immediate, { name: 5 as never }), 'shared: name must be a string, got 5'],
    [
      'no scheduler',
      () => shared(immediate, { scheduler: 1 as never }),
      'shared: scheduler must be an RxJS scheduler, got 1',
    ],
    ['no dice', () => shared(immediate, { random: 1 as never }), 'shared: random must be a function, got 1'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(new TypeError(message));
  });
});
