import { firstValueFrom, of, take, throwError, timer, toArray, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import {
  both,
  circuit,
  circuitBreaker,
  exponentialBackoff,
  fixed,
  guard,
  immediate,
  never,
  rateLimit,
  RejectedError,
  retries,
  retryWithPolicy,
  gate,
  type Policy,
  type PolicyGate,
  type GateEvent,
  type GatePolicy,
  type Signal,
  type Verdict,
} from 'rxjs-reprise';
import { outcome } from '../support/stage.js';

/*
 * A gate: one live state of a policy that streams share, that can be viewed, listened to, stored and restored.
 */

/** Admits `n` attempts in all. */
const atMost = (n: number, wait = Infinity): Policy<number> => ({
  initial: 0,
  handles: ['ask'],
  reduce: (used): Verdict<number> =>
    used < n ? { state: used + 1, wait: 0 } : { state: used, wait, reason: 'used up' },
});

/** Its state is the time of the last ask, its view how long ago that was. */
const lastAsked: GatePolicy<number, { readonly ago: number }> = {
  initial: 0,
  handles: ['ask', 'control'],
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

const ask = (live: PolicyGate): unknown => outcome(of('a').pipe(guard(live))).end;

describe('gate', () => {
  it('shares one state between streams', () => {
    const live = gate(atMost(2));
    expect([ask(live), ask(live), ask(live)]).toEqual(['complete', 'complete', expect.any(RejectedError)]);
    expect(live.state).toBe(2);
  });

  it('is viewed as its policy says, at the time of its own clock', () => {
    const scheduler = new VirtualTimeScheduler();
    const live = gate(lastAsked, { scheduler });
    scheduler.schedule(() => ask(live), 5);
    scheduler.schedule(() => {
      expect(live.state).toEqual({ ago: 3 });
    }, 8);
    scheduler.flush();
    expect.assertions(1);
  });

  it('has the name `gate` by default', () => {
    expect(gate(immediate).name).toBe('gate');
    expect(gate(immediate, { name: 'mail' }).name).toBe('mail');
  });

  it('rejects with its own name and the reason of its policy', () => {
    expect(ask(gate(atMost(0), { name: 'mail' }))).toMatchObject({
      message: 'rejected by mail: used up',
      reason: 'used up',
      retryAfter: Infinity,
      by: 'mail',
    });
    expect(ask(gate(atMost(0, 250)))).toMatchObject({ retryAfter: 250 });
  });

  it('takes a circuit breaker too, without its commands and its error', () => {
    const live = gate(circuitBreaker({ threshold: 1 }));
    outcome(throwError(() => new Error('down')).pipe(guard(live)));
    expect(live.state).toMatchObject({ phase: 'open', opens: 1 });
    expect(ask(live)).toMatchObject({ name: 'RejectedError', reason: 'open' });
  });

  it('receives how long each attempt took', () => {
    const scheduler = new VirtualTimeScheduler();
    const lived: Policy<number> = {
      initial: 0,
      handles: ['success', 'failure', 'cancel'],
      reduce: (sum, signal) => ({ state: sum + ('took' in signal ? signal.took : 0), wait: 0 }),
    };
    const live = gate(lived, { scheduler });
    const attempt$ = timer(5, scheduler).pipe(guard(live));
    scheduler.schedule(() => attempt$.subscribe(), 10);
    scheduler.schedule(() => attempt$.subscribe(), 100);
    scheduler.flush();
    expect(live.state).toBe(10);
  });

  it('wakes all waiting calls of a plain policy if its state changes other than by an ask', () => {
    const { policy } = gate(atMost(1));
    const moment = { ticket: 1, now: 0, random: 0 };
    const ask: Signal = { kind: 'ask', ...moment, attempt: 1 };
    const success: Signal = { kind: 'success', ...moment, took: 0 };
    expect([policy.wakes(0, 1, ask), policy.wakes(1, 1, success), policy.wakes(1, 0, success)]).toEqual([
      [],
      [],
      'all',
    ]);
  });

  it('works with a policy that is an instance of a class', () => {
    class Once implements Policy<boolean> {
      readonly initial = false;
      reduce(state: boolean, { kind }: Signal): Verdict<boolean> {
        if (kind !== 'ask') return { state, wait: 0 };
        return this.initial === state ? { state: true, wait: 0 } : { state, wait: Infinity };
      }
    }
    const live = gate(new Once());
    expect([ask(live), ask(live)]).toEqual(['complete', expect.any(RejectedError)]);
  });
});

describe('state$', () => {
  it('emits the current state at once, and every change', () => {
    const live = gate(atMost(2));
    const seen: number[] = [];
    const listening = live.state$.subscribe((state) => seen.push(state));
    ask(live);
    ask(live);
    ask(live);
    listening.unsubscribe();
    expect(seen).toEqual([0, 1, 2]);
  });

  it('views the state only while it is subscribed', () => {
    const scheduler = new VirtualTimeScheduler();
    const view = vi.fn((state: number, now: number) => lastAsked.view(state, now));
    const live = gate({ ...lastAsked, view }, { scheduler });
    const listening = live.state$.subscribe();
    scheduler.frame = 1;
    ask(live);
    expect(view).toHaveBeenCalledTimes(2);
    listening.unsubscribe();
    scheduler.frame = 2;
    ask(live);
    expect(view).toHaveBeenCalledTimes(2);
  });

  it('emits the current state to a late subscriber', async () => {
    const live = gate(atMost(2));
    ask(live);
    expect(await firstValueFrom(live.state$)).toBe(1);
  });
});

describe('events$', () => {
  it('emits each admission and each rejection, of first attempts and retries', () => {
    const scheduler = new VirtualTimeScheduler();
    const live = gate(atMost(2), { name: 'mail', scheduler });
    const events: GateEvent[] = [];
    live.events$.subscribe((event) => events.push(event));
    const failing = throwError(() => new Error('down'));
    scheduler.schedule(() => outcome(failing.pipe(retryWithPolicy(retries(2), { gates: [live] }))), 7);
    scheduler.flush();
    const moment = { gate: 'mail', at: 7 };
    expect(events).toEqual([
      { kind: 'admitted', ...moment, attempt: 1 },
      { kind: 'admitted', ...moment, attempt: 2 },
      { kind: 'rejected', ...moment, attempt: 3, reason: 'used up', retryAfter: Infinity },
    ]);
  });

  it('gives the reason `rejected` if the policy gives none', () => {
    const live = gate({ ...atMost(0), reduce: (state: number) => ({ state, wait: 40 }) });
    const events: GateEvent[] = [];
    live.events$.subscribe((event) => events.push(event));
    ask(live);
    expect(events).toMatchObject([{ kind: 'rejected', reason: 'rejected', retryAfter: 40 }]);
  });

  it('emits nothing at the end of an attempt, and nothing of the past', () => {
    const live = gate<unknown>({ initial: 0, reduce: (state) => ({ state, wait: 0 }) });
    ask(live);
    const events: GateEvent[] = [];
    live.events$.subscribe((event) => events.push(event));
    ask(live);
    expect(events.map(({ kind }) => kind)).toEqual(['admitted']);
  });

  it('emits that it was restored', () => {
    const live = gate(lastAsked);
    const events: GateEvent[] = [];
    live.events$.pipe(take(1), toArray()).subscribe((all) => events.push(...all));
    live.restore(JSON.parse(JSON.stringify(live.snapshot())));
    expect(events).toMatchObject([{ kind: 'restored', gate: 'gate' }]);
  });
});

describe('a snapshot', () => {
  it('is plain JSON with its format, version and name', () => {
    const live = gate(atMost(2), { name: 'mail' });
    ask(live);
    expect(live.snapshot()).toEqual({ format: 'rxjs-reprise/policy', version: 1, name: 'mail', state: 1 });
    expect(gate(lastAsked).snapshot()).toMatchObject({ format: 'spec/lastAsked', version: 1 });
  });

  it('can be restored in another gate', () => {
    const live = gate(atMost(2));
    ask(live);
    const other = gate(atMost(2));
    other.restore(JSON.parse(JSON.stringify(live.snapshot())));
    expect([ask(other), ask(other)]).toEqual(['complete', expect.any(RejectedError)]);
  });

  it('is a copy, when taken and when restored', () => {
    const live = gate<{ n: number }>({ initial: { n: 1 }, reduce: (state) => ({ state, wait: 0 }) });
    (live.snapshot().state as { n: number }).n = 2;
    expect(live.state).toEqual({ n: 1 });
    const snapshot = live.snapshot();
    live.restore(snapshot);
    (snapshot.state as { n: number }).n = 3;
    expect(live.state).toEqual({ n: 1 });
  });

  it('is followed by `resume`, so that the policy can move its times to this clock', () => {
    const scheduler = new VirtualTimeScheduler();
    const live = gate(lastAsked, { scheduler });
    scheduler.schedule(() => {
      live.restore({ state: 1e9 });
      expect(live.state).toEqual({ ago: 0 });
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
  ])('is rejected if it is %s, and the state is unchanged', (_, snapshot, message) => {
    const list: Policy<readonly number[]> = {
      initial: [1],
      reduce: (state) => ({ state, wait: state.reduce((sum, each) => sum + each, 0) }),
    };
    const live = gate(list, { name: 'mail' });
    expect(() => {
      live.restore(snapshot);
    }).toThrow(new TypeError(`gate mail: the snapshot ${message}`));
    expect(live.state).toEqual([1]);
  });

  it('calls no predicate of the user when it is restored', () => {
    const retrying = exponentialBackoff({ retryOn: (error: { status: number }) => error.status === 503 });
    const live = gate(both(retrying, rateLimit({ limit: 1, per: 1 })));
    live.restore(live.snapshot());
    expect(live.snapshot()).toMatchObject({ format: 'rxjs-reprise/policy' });
  });

  it('is rejected with the error of the parser of the policy', () => {
    expect(() => {
      gate(lastAsked, { name: 'mail' }).restore({ state: 'noon' });
    }).toThrow(new TypeError('gate mail: the snapshot must hold an instant'));
  });
});

describe('bad input', () => {
  it.each<[string, Policy]>([
    ['a backoff', exponentialBackoff()],
    ['a number of retries', retries(3)],
    ['never', never],
    ['a composition', both(fixed(10), retries(3))],
  ])('%s, which limits nothing as a gate', (_, policy) => {
    expect(() => gate(policy)).toThrow(
      new TypeError(
        'gate: policy must decide which attempts may start, as rateLimit(..) does, but this one only decides what follows a failure. Pass it to retryWithPolicy',
      ),
    );
  });

  it.each<[string, () => unknown, string]>([
    [
      'no policy',
      () => gate({} as Policy),
      'gate: policy must be a policy such as retries(3) or exponentialBackoff(), got an object',
    ],
    [
      'a gate',
      () => gate(circuit() as unknown as Policy),
      'gate: policy must be a policy such as retries(3) or exponentialBackoff(), got an object',
    ],
    ['null as options', () => gate(immediate, null as never), 'gate: options must be an object, got null'],
    ['name, a number', () => gate(immediate, { name: 5 as never }), 'gate: name must be a string, got 5'],
    [
      'scheduler, a number',
      () => gate(immediate, { scheduler: 1 as never }),
      'gate: scheduler must be an RxJS scheduler, got 1',
    ],
    ['random, a number', () => gate(immediate, { random: 1 as never }), 'gate: random must be a function, got 1'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(new TypeError(message));
  });
});
