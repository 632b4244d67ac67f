import {
  concat,
  concatMap,
  defer,
  EMPTY,
  mergeMap,
  NEVER,
  noop,
  of,
  repeat,
  Subject,
  throwError,
  timer,
  type Observable,
} from 'rxjs';
import {
  action,
  both,
  circuit,
  circuitBreak,
  concurrencyLimit,
  exponentialBackoff,
  fixed,
  gate,
  gatePolicy,
  guard,
  immediate,
  onlyIf,
  preview,
  rateLimit,
  resetOn,
  retries,
  retryBudget,
  retryPolicy,
  retryQuota,
  retryThrottle,
  retryWithPolicy,
  type Gate,
} from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { outcome } from '../support/stage.js';

/*
 * Mistakes that look right: each says at once what is wrong.
 */

const down = new Error('down');

describe('a gate that is asked twice for one attempt', () => {
  const twice = (live: Gate): readonly (readonly [string, (source: Observable<unknown>) => Observable<unknown>])[] => [
    [
      'circuitBreak below, gates above',
      (source) => source.pipe(guard(live), retryWithPolicy(retries(2), { gates: [live] })),
    ],
    ['two guards', (source) => source.pipe(guard(live), guard(live))],
    ['two guards, one with another gate', (source) => source.pipe(guard([gate(immediate), live]), guard(live))],
    ['within a source', (source) => defer(() => defer(() => source.pipe(guard(live)))).pipe(guard(live))],
    [
      'two retries',
      (source) =>
        source.pipe(retryWithPolicy(immediate, { gates: [live] }), retryWithPolicy(immediate, { gates: [live] })),
    ],
    ['an action', (source) => action(() => source.pipe(guard(live)), { gates: [live] })()],
  ];

  for (const [kind, make] of [
    ['circuit', () => circuit({ name: 'payments' })],
    ['gate', () => gate(concurrencyLimit({ limit: 5 }), { name: 'payments' })],
  ] as const) {
    it.each(twice(make()).map(([title], index) => [title, index] as const))(`is named: ${kind}, %s`, (_, index) => {
      const live = make();
      let subscribed = 0;
      const source = defer(() => {
        subscribed += 1;
        return of('a');
      });
      const { end } = outcome(twice(live)[index]?.[1](source) ?? NEVER);
      expect(end).toBeInstanceOf(TypeError);
      expect(String(end)).toContain(`${kind} payments is asked twice for one attempt`);
      expect(subscribed).toBe(0);
      expect(live.snapshot()).toEqual({ ...make().snapshot(), state: live.snapshot().state });
      expect(outcome(of('b').pipe(guard(live))).values).toEqual(['b']);
    });
  }

  it.each<[string, (live: Gate) => Observable<unknown>]>([
    ['one call after another', (live) => concat(EMPTY.pipe(guard(live)), of('a').pipe(guard(live)))],
    [
      'a call for each value of another one',
      (live) =>
        of('a').pipe(
          guard(live),
          mergeMap((x) => of(x).pipe(guard(live))),
        ),
    ],
    ['repetitions', (live) => of('a').pipe(guard(live), repeat(3))],
    ['retries', (live) => throwError(() => down).pipe(guard(live), retryWithPolicy(retries(2)))],
    ['retries that ask it', (live) => throwError(() => down).pipe(retryWithPolicy(retries(2), { gates: [live] }))],
    [
      'a call that begins later',
      (live) =>
        timer(0).pipe(
          concatMap(() => of('a').pipe(guard(live))),
          guard(live),
        ),
    ],
    ['another gate', (live) => of('a').pipe(guard(gate(immediate)), guard(live))],
    [
      'another call of the same operator',
      (live) => {
        const guarded = guard<unknown>(live);
        return defer(() => of('token').pipe(guarded)).pipe(guarded);
      },
    ],
  ])('is not %s', (_, build) => {
    const seen = outcome(build(gate(concurrencyLimit({ limit: 5 }))));
    expect(seen.end).not.toBeInstanceOf(TypeError);
  });

  it('is not a retry of another stream that fails while the source of a call is being subscribed', () => {
    const live = gate(concurrencyLimit({ limit: 5 }));
    const old = new Subject();
    const sources: Observable<unknown>[] = [old, of('again')];
    const connect = defer(() => sources.shift() ?? NEVER);
    const retried = outcome(connect.pipe(retryWithPolicy(retries(1), { gates: [live] })));
    const replacing = defer(() => {
      old.error(down);
      return of('new');
    });
    expect(outcome(replacing.pipe(guard(live))).values).toEqual(['new']);
    expect([retried.values, retried.end]).toEqual([['again'], 'complete']);
  });
});

describe('guard rejects what only limits retries', () => {
  it.each([
    ['retryBudget', retryBudget()],
    ['retryQuota', retryQuota()],
    ['retryThrottle', retryThrottle({ maxTokens: 10, tokenRatio: 1 })],
    [
      'a policy of your own',
      gatePolicy({ name: 'acme/own', initial: 0, on: {}, view: () => 0, read: () => 0, limits: 'retries' }),
    ],
  ])('%s', (_, policy) => {
    const live = gate(policy, { name: 'budget' });
    expect(() => guard(live)).toThrow(
      new TypeError(
        'guard: gate budget only limits retries, and every call is a first attempt here. ' +
          'Pass it to retryWithPolicy, as gates',
      ),
    );
    expect(() => guard([gate(rateLimit({ limit: 1, per: 1 })), live])).toThrow('gate budget only limits retries');
    expect(outcome(of('a').pipe(retryWithPolicy(immediate, { gates: [live] }))).values).toEqual(['a']);
  });
});

describe('a predicate that is async', () => {
  const never = async (): Promise<boolean> => Promise.resolve(false);
  const message = (name: string): string => `the answer of ${name} must be a boolean, not a promise, got an object`;

  it.each([
    ['exponentialBackoff: ', 'retryOn', () => preview(exponentialBackoff({ retryOn: never as never }))],
    ['onlyIf: ', 'retryOn', () => preview(onlyIf(never as never))],
    ['retryPolicy: ', 'shouldRetry', () => preview(retryPolicy({ shouldRetry: never as never, nextDelay: () => 1 }))],
  ])('is a TypeError at its first answer: %s%s', (where, name, call) => {
    expect(call).toThrow(new TypeError(where + message(name)));
  });

  it.each<[string, string, Observable<unknown>]>([
    [
      'retryWithPolicy: ',
      'isFatal',
      throwError(() => down).pipe(retryWithPolicy(fixed(1), { isFatal: never as never })),
    ],
    ['action: ', 'isFatal', action(() => throwError(() => down), { retry: 2, isFatal: never as never })()],
    [
      'retryWithPolicy: ',
      'successOn',
      of('a').pipe(retryWithPolicy(fixed(1), { successOn: never as never, observe: noop })),
    ],
    ['guard: ', 'successOn', of('a').pipe(guard(circuit(), { successOn: never as never }))],
    ['circuitBreak: ', 'successOn', of('a').pipe(circuitBreak(circuit(), { successOn: never as never }))],
    ['resetOn: ', 'predicate', of('a').pipe(retryWithPolicy(resetOn(never as never, fixed(1))))],
  ])('ends the stream with a TypeError: %s%s', (where, name, stream) => {
    expect(outcome(stream).end).toEqual(new TypeError(where + message(name)));
  });

  it('may answer with anything else that is true or false', () => {
    const policy = both(onlyIf(((error: unknown) => error) as never), retries(1));
    expect(preview(policy, { error: 'text' }).delays).toHaveLength(1);
    expect(preview(policy, { error: () => '' }).reason).toBe('error');
  });
});

describe('isFatal takes what retryOn takes', () => {
  class Denied extends Error {}

  it.each([
    ['a class', Denied],
    ['an array of classes', [TypeError, Denied]],
    ['a predicate', (error: unknown) => error instanceof Denied],
  ])('%s', (_, isFatal) => {
    const attempts = (error: Error): number => {
      let subscribed = 0;
      const source = defer(() => {
        subscribed += 1;
        return throwError(() => error);
      });
      outcome(source.pipe(retryWithPolicy(retries(2), { isFatal })));
      outcome(action(() => source, { retry: retries(2), isFatal })());
      return subscribed;
    };
    expect([attempts(new Denied()), attempts(down)]).toEqual([2, 6]);
  });
});

describe('action rejects what it cannot call', () => {
  it.each<[string, unknown]>([
    ['an Observable', of(1)],
    ['a promise', Promise.resolve(1)],
  ])('%s in place of a function', (_, given) => {
    expect(() => action(given as never)).toThrow(
      new TypeError('action: fn must be a function that returns it, as in action(() => source), got an object'),
    );
  });
});

describe('the outer function of an action', () => {
  it('runs once for all attempts of a call, and the inner one once for each', () => {
    const keys: number[] = [];
    let made = 0;
    const post = action(
      () => {
        const key = (made += 1);
        return ({ attempt }) => {
          keys.push(key);
          return attempt < 3 ? throwError(() => down) : of('done');
        };
      },
      { retry: retries(2) },
    );
    expect(outcome(post()).values).toEqual(['done']);
    expect(outcome(post()).values).toEqual(['done']);
    expect(keys).toEqual([1, 1, 1, 2, 2, 2]);
  });

  it('runs again for an attempt after one in which it threw', () => {
    let calls = 0;
    const load = action(
      () => {
        if ((calls += 1) < 3) throw down;
        return () => of(calls);
      },
      { retry: retries(2) },
    );
    expect(outcome(load()).values).toEqual([3]);
  });

  it('runs once per attempt where it returns no function', () => {
    let calls = 0;
    const load = action(() => ((calls += 1) < 3 ? throwError(() => down) : of(calls)), { retry: retries(2) });
    expect(outcome(load()).values).toEqual([3]);
  });

  it('is not called before a circuit admits the call', () => {
    const live = circuit();
    live.isolate();
    let calls = 0;
    outcome(action(() => () => (calls += 1), { circuit: live })());
    NEVER.subscribe(noop).unsubscribe();
    expect(calls).toBe(0);
  });
});
