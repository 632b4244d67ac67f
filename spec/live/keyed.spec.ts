import {
  BehaviorSubject,
  defer,
  map,
  NEVER,
  of,
  retry,
  Observable,
  Subject,
  Subscription,
  throwError,
  VirtualTimeScheduler,
} from 'rxjs';
import {
  circuit,
  circuitBreak,
  concurrencyLimit,
  fixed,
  gate,
  guard,
  isFinal,
  isRejection,
  keyed,
  openWhen,
  rateLimit,
  RejectedError,
  retries,
  retryBudget,
  retryWithPolicy,
  TooManyKeysError,
  type Circuit,
  type KeyedGates,
  type KeyedOptions,
} from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { outcome } from '../support/stage.js';
import { thrownBy } from '../support/thrown.js';

/*
 * One gate per key: which gates are kept, which are dropped, and what users of a dropped one meet.
 */

const down = new Error('down');
const failing = throwError(() => down);

/** Circuits in virtual time that one failure opens for 100 ms, and the keys for which one was made. */
function circuits(options: KeyedOptions = {}): {
  readonly byHost: KeyedGates<Circuit>;
  readonly made: string[];
  readonly clock: VirtualTimeScheduler;
} {
  const clock = new VirtualTimeScheduler();
  const made: string[] = [];
  const byHost = keyed((host) => {
    made.push(host);
    return circuit({ name: host, threshold: 2, window: 50, resetAfter: 100, scheduler: clock });
  }, options);
  return { byHost, made, clock };
}

const keysOf = (gates: KeyedGates): string[] => gates.entries().map(([key]) => key);

const call = (source: Observable<unknown>, byHost: KeyedGates<Circuit>, key: string): unknown =>
  outcome(source.pipe(circuitBreak(byHost, { key }))).end;

describe('keyed', () => {
  it('makes one gate per key, at the first use of the key', () => {
    const { byHost, made } = circuits();
    expect(made).toEqual([]);
    const first = byHost.for('a');
    expect(byHost.for('b')).not.toBe(first);
    expect(byHost.for('a')).toBe(first);
    expect(made).toEqual(['a', 'b']);
    expect(byHost.size).toBe(2);
  });

  it('lists its gates with their keys, the least recently used first', () => {
    const { byHost } = circuits();
    const [a, b, c] = ['a', 'b', 'c'].map((key) => byHost.for(key));
    byHost.for('a');
    expect(byHost.entries()).toEqual([
      ['b', b],
      ['c', c],
      ['a', a],
    ]);
  });

  it('lists a copy, so that gates can be used meanwhile', () => {
    const { byHost } = circuits({ max: 2 });
    byHost.for('a');
    byHost.for('b');
    for (const [key] of byHost.entries()) byHost.for(`${key}${key}`);
    expect(keysOf(byHost)).toEqual(['aa', 'bb']);
  });

  it('drops the least recently used gate at rest when there are more than max', () => {
    const { byHost } = circuits({ max: 2 });
    for (const key of ['a', 'b', 'a', 'c']) call(of(1), byHost, key);
    expect(keysOf(byHost)).toEqual(['a', 'c']);
  });

  it('keeps circuits of one key apart from those of another', () => {
    const { byHost } = circuits();
    expect([call(failing, byHost, 'a'), call(failing, byHost, 'a')]).toEqual([down, down]);
    expect(call(of(1), byHost, 'a')).toMatchObject({ name: 'CircuitOpenError', circuit: 'a' });
    expect(call(of(1), byHost, 'b')).toBe('complete');
  });
});

describe('keyed never drops a gate', () => {
  /** Uses two other keys of a map of two, and returns the keys that are left. */
  function leftAfter(use: (byHost: KeyedGates<Circuit>, clock: VirtualTimeScheduler) => void, ms = 0): string[] {
    const { byHost, clock } = circuits({ max: 2 });
    use(byHost, clock);
    clock.frame += ms;
    for (const key of ['b', 'c', 'd']) call(of(1), byHost, key);
    return keysOf(byHost);
  }

  it.each<[string, (byHost: KeyedGates<Circuit>, clock: VirtualTimeScheduler) => unknown]>([
    ['of a call that runs', (byHost) => NEVER.pipe(circuitBreak(byHost, { key: 'a' })).subscribe()],
    ['of a call that runs through a gate from for', (byHost) => NEVER.pipe(circuitBreak(byHost.for('a'))).subscribe()],
    ['whose state$ has a subscriber', (byHost) => byHost.for('a').state$.subscribe()],
    ['whose events$ have a subscriber', (byHost) => byHost.for('a').events$.subscribe()],
    ['that counts a failure', (byHost) => call(failing, byHost, 'a')],
    [
      'that is open',
      (byHost) => {
        byHost.for('a').open();
      },
    ],
    ['that is isolated', (byHost) => byHost.for('a').isolate()],
    [
      'that is disabled',
      (byHost) => {
        byHost.for('a').disable();
      },
    ],
    [
      'that is in shadow',
      (byHost) => {
        byHost.for('a').shadow();
      },
    ],
    [
      'that is half-open',
      (byHost) => {
        byHost.for('a').open();
        byHost.for('a').halfOpen();
      },
    ],
  ])('%s', (_, use) => {
    expect(leftAfter(use)).toEqual(['a', 'd']);
  });

  it.each<[string, (byHost: KeyedGates<Circuit>) => unknown]>([
    [
      'whose call has ended',
      (byHost) => {
        const source = new Subject();
        source.pipe(circuitBreak(byHost, { key: 'a' })).subscribe();
        source.complete();
      },
    ],
    [
      'whose call was left',
      (byHost) => {
        NEVER.pipe(circuitBreak(byHost, { key: 'a' }))
          .subscribe()
          .unsubscribe();
      },
    ],
    [
      'whose subscribers have left',
      (byHost) => {
        byHost.for('a').state$.subscribe().unsubscribe();
        byHost.for('a').events$.subscribe().unsubscribe();
      },
    ],
  ])('but one %s', (_, use) => {
    expect(leftAfter(use)).toEqual(['c', 'd']);
  });

  it.each<[string, number, (byHost: KeyedGates<Circuit>) => unknown]>([
    ['whose failures have left the window', 50, (byHost) => call(failing, byHost, 'a')],
    [
      'that could be probed for as long as it was open',
      200,
      (byHost) => {
        byHost.for('a').open();
      },
    ],
  ])('but one %s', (_, ms, use) => {
    expect(leftAfter(use, ms - 1)).toEqual(['a', 'd']);
    expect(leftAfter(use, ms)).toEqual(['c', 'd']);
  });
});

describe('keyed at max, if no gate can be dropped', () => {
  function full(): KeyedGates<Circuit> {
    const { byHost } = circuits({ max: 2, name: 'hosts' });
    for (const key of ['a', 'b']) byHost.for(key).open();
    return byHost;
  }

  it('rejects a new key with an error that names it', () => {
    const error = thrownBy(() => full().for('c'));
    expect(error).toBeInstanceOf(TooManyKeysError);
    expect(error).toBeInstanceOf(RejectedError);
    expect(error).toMatchObject({ reason: 'too-many-keys', retryAfter: 0, by: 'hosts', key: 'c', max: 2 });
    expect(String(error)).toBe(
      'TooManyKeysError: hosts: no room for "c", all 2 gates are in use or not at rest. Raise max',
    );
    expect([isRejection(error), isFinal(error)]).toEqual([true, true]);
  });

  it('does not call makeGate for it, and changes nothing', () => {
    const { byHost, made } = circuits({ max: 1 });
    byHost.for('a').open();
    thrownBy(() => byHost.for('b'));
    expect(made).toEqual(['a']);
    expect(keysOf(byHost)).toEqual(['a']);
  });

  it('ends the call with it, without a retry', () => {
    let calls = 0;
    const source = defer(() => {
      calls += 1;
      return of(1);
    });
    const protectedCall = source.pipe(circuitBreak(full(), { key: 'c' }), retryWithPolicy(retries(3)));
    expect(outcome(protectedCall).end).toBeInstanceOf(TooManyKeysError);
    expect(calls).toBe(0);
  });

  it('serves the keys that it has', () => {
    const byHost = full();
    byHost.for('b').reset();
    byHost.for('b').isolate();
    expect(call(of(1), byHost, 'b')).toMatchObject({ name: 'CircuitOpenError', state: 'isolated' });
    expect(byHost.for('a').state.phase).toBe('open');
  });

  it('has room again when one can be dropped', () => {
    const byHost = full();
    byHost.for('b').reset();
    expect(call(of(1), byHost, 'c')).toBe('complete');
    expect(keysOf(byHost)).toEqual(['a', 'c']);
  });

  it('keeps one that was found to be needed as if it had been used', () => {
    const { byHost } = circuits({ max: 3 });
    byHost.for('a').open();
    for (const key of ['b', 'c', 'd']) byHost.for(key);
    expect(keysOf(byHost)).toEqual(['c', 'a', 'd']);
  });
});

describe('idle', () => {
  it('drops what is at rest and was not used for so long, when any key is used', () => {
    const { byHost, clock } = circuits({ idle: 10 });
    byHost.for('a');
    clock.frame = 5;
    byHost.for('b');
    clock.frame = 10;
    expect(keysOf(byHost)).toEqual(['a', 'b']);
    byHost.for('c');
    expect(keysOf(byHost)).toEqual(['b', 'c']);
    clock.frame = 100;
    byHost.for('c');
    expect(keysOf(byHost)).toEqual(['c']);
  });

  it('keeps what is in use or not at rest', () => {
    const { byHost, clock } = circuits({ idle: 10 });
    const running = NEVER.pipe(circuitBreak(byHost, { key: 'a' })).subscribe();
    byHost.for('b').open();
    for (clock.frame = 10; clock.frame <= 50; clock.frame += 10) byHost.for('c');
    expect(keysOf(byHost).sort()).toEqual(['a', 'b', 'c']);
    byHost.for('c');
    running.unsubscribe();
    clock.frame = 69;
    byHost.for('c');
    expect(keysOf(byHost).sort()).toEqual(['a', 'b', 'c']);
    clock.frame = 70;
    byHost.for('c');
    expect(keysOf(byHost).sort()).toEqual(['b', 'c']);
  });

  it('of 0 keeps only what is used', () => {
    const { byHost } = circuits({ idle: 0 });
    byHost.for('a').open();
    for (const key of ['b', 'c']) byHost.for(key);
    expect(keysOf(byHost).sort()).toEqual(['a', 'c']);
  });

  it('reads no clock by default', () => {
    const clock = { now: 0 };
    const scheduler = new VirtualTimeScheduler();
    scheduler.now = () => (clock.now += 1);
    const byHost = keyed(() => circuit({ scheduler }));
    byHost.for('a');
    const before = clock.now;
    byHost.for('a');
    expect(clock.now).toBe(before);
  });
});

describe('events$', () => {
  it('has the events of all gates with their keys, also of those made later', () => {
    const { byHost, clock } = circuits();
    byHost.for('a');
    const seen: unknown[] = [];
    byHost.events$.subscribe(({ key, kind, circuit: name, at }) => seen.push([key, kind, name, at]));
    clock.frame = 7;
    byHost.for('b').open();
    byHost.for('a').open();
    expect(seen).toEqual([
      ['b', 'opened', 'b', 7],
      ['a', 'opened', 'a', 7],
    ]);
  });

  it('delivers each event to each subscriber once', () => {
    const { byHost } = circuits();
    const seen: string[] = [];
    byHost.events$.subscribe(({ key }) => seen.push(`1${key}`));
    byHost.events$.subscribe(({ key }) => seen.push(`2${key}`));
    byHost.for('a').open();
    expect(seen).toEqual(['1a', '2a']);
  });

  it('does not keep gates', () => {
    const { byHost } = circuits({ max: 2 });
    const events = byHost.events$.subscribe();
    for (const key of ['a', 'b', 'c', 'd']) call(of(1), byHost, key);
    expect(keysOf(byHost)).toEqual(['c', 'd']);
    events.unsubscribe();
  });

  it('keeps what another one listens to', () => {
    const { byHost } = circuits({ max: 2 });
    byHost.events$.subscribe();
    byHost.for('a').events$.subscribe();
    for (const key of ['b', 'c', 'd']) call(of(1), byHost, key);
    expect(keysOf(byHost)).toEqual(['a', 'd']);
  });

  it('keeps what another one listens to, also after its own subscribers have left', () => {
    const { byHost } = circuits({ max: 2 });
    const events = byHost.events$.subscribe();
    byHost.for('a').events$.subscribe();
    events.unsubscribe();
    for (const key of ['b', 'c', 'd']) call(of(1), byHost, key);
    expect(keysOf(byHost)).toEqual(['a', 'd']);
  });

  it('has none of a gate that was dropped', () => {
    const { byHost } = circuits({ max: 1 });
    const seen: string[] = [];
    byHost.events$.subscribe(({ key }) => seen.push(key));
    const a = byHost.for('a');
    byHost.for('b');
    a.open();
    expect(seen).toEqual([]);
    expect(byHost.for('b').state.phase).toBe('closed');
  });

  it('listens to the gates only while it has subscribers', () => {
    const { byHost } = circuits({ max: 2 });
    const a = byHost.for('a');
    expect(a.admitsAll).toBe(true);
    const subscriptions = new Subscription();
    subscriptions.add(byHost.events$.subscribe());
    subscriptions.add(byHost.events$.subscribe());
    expect(a.admitsAll).toBe(false);
    subscriptions.unsubscribe();
    expect(a.admitsAll).toBe(true);
    byHost.events$.subscribe();
    expect(a.admitsAll).toBe(false);
  });

  it('follows one gate that was made for two keys under both', () => {
    const live = circuit({ name: 'both' });
    const byHost = keyed(() => live);
    const seen: string[] = [];
    const events = byHost.events$.subscribe(({ key }) => seen.push(key));
    byHost.for('a');
    byHost.for('b').open();
    expect(seen).toEqual(['a', 'b']);
    events.unsubscribe();
    expect(live.isInUse(0)).toBe(false);
  });
});

describe('a gate that was dropped', () => {
  it('is the gate of its key again if a caller still holds it', () => {
    const { byHost, made } = circuits({ max: 1 });
    const a = byHost.for('a');
    byHost.for('b');
    outcome(failing.pipe(circuitBreak(a)));
    expect(byHost.for('a')).toBe(a);
    expect(byHost.for('a').state.failures).toBe(1);
    expect(made).toEqual(['a', 'b']);
  });

  it('is so each time', () => {
    const { byHost } = circuits({ max: 1 });
    const [a, b] = [byHost.for('a'), byHost.for('b')];
    for (let times = 0; times < 3; times += 1) expect([byHost.for('a'), byHost.for('b')]).toEqual([a, b]);
  });

  it('is so after calls of its key have used it, and others too', () => {
    const { byHost, made } = circuits({ max: 1 });
    const a = byHost.for('a');
    for (const key of ['b', 'a', 'b']) call(of(1), byHost, key);
    expect(byHost.for('a')).toBe(a);
    expect(made).toEqual(['a', 'b', 'b']);
  });

  it('is so if entries() has handed it out', () => {
    const { byHost } = circuits({ max: 1 });
    call(of(1), byHost, 'a');
    const [[, a] = []] = byHost.entries();
    call(of(1), byHost, 'b');
    expect(byHost.for('a')).toBe(a);
  });

  it('limits the calls of a retry that goes on with it and those of its key together', () => {
    const clock = new VirtualTimeScheduler();
    const byTenant = keyed((tenant) => gate(concurrencyLimit({ limit: 1 }), { name: tenant, scheduler: clock }), {
      max: 1,
    });
    let attempts = 0;
    const source = defer(() => ((attempts += 1) === 1 ? failing : NEVER));
    source.pipe(retryWithPolicy(fixed(10), { gates: [byTenant.for('a')], scheduler: clock })).subscribe();
    byTenant.for('b');
    clock.flush();
    expect(attempts).toBe(2);
    expect(outcome(of(1).pipe(guard(byTenant, { key: 'a', scheduler: clock }))).end).toMatchObject({
      reason: 'concurrency',
    });
  });
});

describe('the key of an operator', () => {
  it('is read for each subscription if it is a function', () => {
    const { byHost } = circuits();
    const hosts = ['a', 'b', 'a'];
    const source = failing.pipe(circuitBreak(byHost, { key: () => hosts.shift() ?? 'c' }));
    for (let calls = 0; calls < 3; calls += 1) outcome(source);
    expect(byHost.for('a').state.phase).toBe('open');
    expect(byHost.for('b').state.failures).toBe(1);
  });

  it('is not read for a consumer that has left before', () => {
    const { byHost } = circuits();
    const guarded = failing.pipe(circuitBreak(byHost, { key: () => 'a' }));
    const left = new Observable((consumer) => {
      consumer.complete();
      return guarded.subscribe(consumer);
    });
    expect(outcome(left).end).toBe('complete');
    expect(byHost.size).toBe(0);
  });

  it('chooses another gate for each attempt of a retry above', () => {
    const { byHost } = circuits();
    const replicas = ['a', 'b', 'c'];
    const source = failing.pipe(circuitBreak(byHost, { key: () => replicas.shift() ?? 'd' }), retry(2));
    outcome(source);
    expect(byHost.entries().map(([key, live]) => [key, live.state.failures])).toEqual([
      ['a', 1],
      ['b', 1],
      ['c', 1],
    ]);
  });

  it.each<[string, unknown, string]>([
    ['undefined', undefined, 'undefined'],
    ['a number', 5, '5'],
    ['an empty string', '', '""'],
    ['an object', {}, 'an object'],
  ])('is an error if it is %s', (_, key, got) => {
    const { byHost } = circuits();
    const wrong = { key } as { key: string };
    const wanted = `key must be a function or a string, not empty, got ${got}`;
    expect(thrownBy(() => circuitBreak(byHost, wrong))).toEqual(new TypeError(`circuitBreak: ${wanted}`));
    expect(thrownBy(() => guard(byHost, wrong))).toEqual(new TypeError(`guard: ${wanted}`));
    const answered = outcome(of(1).pipe(circuitBreak(byHost, { key: () => key as string }))).end;
    expect(String(answered)).toBe(`TypeError: circuitBreak: the answer of key must be a string, not empty, got ${got}`);
    expect(isFinal(answered)).toBe(true);
    expect(String(thrownBy(() => byHost.for(key as string)))).toBe(
      `TypeError: keyed.for: key must be a string, not empty, got ${got}`,
    );
    expect(byHost.size).toBe(0);
  });

  it('is needed', () => {
    const { byHost } = circuits();
    const missing = 'key must be a function or a string, not empty, got undefined';
    expect(() => circuitBreak(byHost as unknown as Circuit)).toThrow(missing);
    // @ts-expect-error the key is missing
    expect(() => guard(byHost, { maxWait: 5 })).toThrow(missing);
  });

  it('is an unknown option of a plain gate', () => {
    const wrong = { key: 'a' } as object;
    expect(() => circuitBreak(circuit(), wrong)).toThrow('circuitBreak: there is no option key, only successOn');
    expect(() => guard(circuit(), wrong)).toThrow('guard: there is no option key, only ');
  });

  it('stands beside the other options', () => {
    const { byHost } = circuits();
    const source = new BehaviorSubject(1);
    outcome(source.pipe(circuitBreak(byHost, { key: 'a', successOn: 'first' })));
    expect(byHost.for('a').isInUse(0)).toBe(false);
    const wrong = { key: 'a', maxwait: 5 } as { key: string };
    expect(() => circuitBreak(byHost, wrong)).toThrow('circuitBreak: there is no option maxwait, only successOn, key');
    expect(() => guard(byHost, wrong)).toThrow('guard: there is no option maxwait, only maxWait, ');
  });

  it('ends the call with what its function throws', () => {
    const { byHost } = circuits();
    const source = of(1).pipe(
      circuitBreak(byHost, {
        key: () => {
          throw down;
        },
      }),
    );
    expect(outcome(source).end).toBe(down);
  });
});

describe('keyed gates of an operator', () => {
  it('let calls of a tenant wait for that tenant alone', () => {
    const byTenant = keyed((tenant) => gate(concurrencyLimit({ limit: 1 }), { name: tenant }));
    const [first, second] = [new Subject<string>(), new Subject<string>()];
    const load = (tenant: string, source: Observable<string>): Observable<string> =>
      source.pipe(guard(byTenant, { key: tenant, maxWait: Infinity }));
    outcome(load('a', first));
    const waiting = outcome(load('a', second));
    expect(outcome(load('b', of('b'))).values).toEqual(['b']);
    expect(second.observed).toBe(false);
    first.complete();
    second.next('a');
    expect(waiting.values).toEqual(['a']);
  });

  it('are kept while a call waits for one', () => {
    const byTenant = keyed(() => openWhen(NEVER), { max: 1 });
    const waiting = of(1)
      .pipe(guard(byTenant, { key: 'a', maxWait: Infinity }))
      .subscribe();
    expect(() => byTenant.for('b')).toThrow(TooManyKeysError);
    waiting.unsubscribe();
  });

  it('are found below themselves', () => {
    const { byHost } = circuits();
    const nested = of(1).pipe(circuitBreak(byHost, { key: 'a' }), circuitBreak(byHost, { key: 'a' }));
    expect(String(outcome(nested).end)).toContain('circuit a is asked twice for one attempt');
    const other = of(1).pipe(circuitBreak(byHost, { key: 'a' }), circuitBreak(byHost, { key: 'b' }));
    expect(outcome(other).end).toBe('complete');
  });

  it('may be used by a call within a call of the same operator', () => {
    const { byHost } = circuits();
    const operator = circuitBreak<string>(byHost, { key: 'a' });
    const token$ = of('token').pipe(operator);
    expect(outcome(defer(() => token$).pipe(operator)).values).toEqual(['token']);
  });

  it('must be circuits in circuitBreak, and limit more than retries in guard', () => {
    const rates = keyed(() => gate(rateLimit({ limit: 1, per: 1 }))) as unknown as KeyedGates<Circuit>;
    expect(String(outcome(of(1).pipe(circuitBreak(rates, { key: 'a' }))).end)).toContain(
      'circuitBreak: circuit must be a circuit from circuit(), got an object',
    );
    const budgets = keyed((name) => gate(retryBudget(), { name }));
    expect(String(outcome(of(1).pipe(guard(budgets, { key: 'a' }))).end)).toContain(
      'guard: gate a only limits retries',
    );
  });

  it('are not gates themselves', () => {
    const { byHost } = circuits();
    const wrong = byHost as unknown as Circuit;
    expect(() => guard([wrong])).toThrow('guard: gates must be a gate or an array of distinct gates');
    expect(() => retryWithPolicy(retries(1), { gates: [wrong] })).toThrow('gates must be an array of distinct gates');
  });
});

describe('makeGate', () => {
  it.each([undefined, 5, {}])('must return a gate, not %j', (answer) => {
    const byHost = keyed(() => answer as unknown as Circuit);
    const message = 'keyed: the answer of makeGate must be a gate (from circuit() or gate()), got ';
    expect(() => byHost.for('a')).toThrow(message);
    const end = outcome(of(1).pipe(circuitBreak(byHost, { key: 'a' }))).end;
    expect(String(end)).toContain(message);
    expect(isFinal(end)).toBe(true);
    expect(byHost.size).toBe(0);
  });

  it('may throw: there is no gate, and the next use calls it again', () => {
    let calls = 0;
    const byHost = keyed(() => {
      calls += 1;
      if (calls === 1) throw down;
      return circuit();
    });
    expect(thrownBy(() => byHost.for('a'))).toBe(down);
    expect(byHost.for('a').state.phase).toBe('closed');
  });

  it('may use other keys, and the size stays at most max', () => {
    const byHost: KeyedGates<Circuit> = keyed(
      (host) => {
        if (host.length < 4) byHost.for(`${host}a`);
        return circuit({ name: host });
      },
      { max: 2 },
    );
    expect(byHost.for('a').name).toBe('a');
    expect(keysOf(byHost)).toEqual(['aa', 'a']);
  });

  it('may use its own key: then that gate stays', () => {
    const made: Circuit[] = [];
    const byHost: KeyedGates<Circuit> = keyed(() => {
      if (made.length === 0) {
        made.push(circuit());
        byHost.for('a');
      }
      const live = circuit();
      made.push(live);
      return live;
    });
    expect(byHost.for('a')).toBe(made[1]);
    expect(byHost.for('a')).toBe(made[1]);
    expect(made).toHaveLength(3);
  });
});

describe('keyed rejects', () => {
  it.each<[unknown, object | undefined, string]>([
    [undefined, undefined, 'keyed: makeGate must be a function, got undefined'],
    [circuit(), undefined, 'keyed: makeGate must be a function, got an object'],
    [circuit, { max: 0 }, 'keyed: max must be a whole number, at least 1, got 0'],
    [circuit, { max: Infinity }, 'keyed: max must be a whole number, at least 1, got Infinity'],
    [circuit, { idle: -1 }, 'keyed: idle must be a finite number of milliseconds, at least 0, got -1'],
    [circuit, { name: 5 }, 'keyed: name must be a string, got 5'],
    [circuit, { size: 5 }, 'keyed: there is no option size, only '],
  ])('wrong arguments %#', (makeGate, options, message) => {
    expect(() => keyed(makeGate as () => Circuit, options)).toThrow(message);
  });
});

describe('state$ of a gate of a key', () => {
  it('is that of the gate', () => {
    const { byHost } = circuits();
    const phases = outcome(byHost.for('a').state$.pipe(map(({ phase }) => phase)));
    byHost.for('a').open();
    expect(phases.values).toEqual(['closed', 'open']);
  });
});
