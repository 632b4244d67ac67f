import {
  BehaviorSubject,
  concat,
  config,
  defer,
  EMPTY,
  NEVER,
  of,
  Subject,
  throwError,
  VirtualTimeScheduler,
} from 'rxjs';
import {
  circuit,
  circuitBreak,
  fixed,
  gate,
  guard,
  openWhen,
  rateLimit,
  retryWithPolicy,
  type OpenGate,
} from 'rxjs-reprise';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { outcome } from '../support/stage.js';

/*
 * A gate that an Observable opens and closes.
 */

const lost = new Error('lost');

afterEach(() => {
  config.onUnhandledError = null;
  vi.useRealTimers();
});

/** A gate that a spec opens and closes, in virtual time. */
function door(
  isOpen: boolean,
  spread?: number,
): { gate: OpenGate; open$: BehaviorSubject<boolean>; clock: VirtualTimeScheduler } {
  const clock = new VirtualTimeScheduler();
  const open$ = new BehaviorSubject(isOpen);
  return { gate: openWhen(open$, { name: 'online', scheduler: clock, random: () => 0.5, spread }), open$, clock };
}

describe('openWhen', () => {
  it('admits calls while the last value is true', () => {
    const { gate: online, open$ } = door(true);
    const call = (): unknown => outcome(of('a').pipe(guard(online))).end;
    expect(call()).toBe('complete');
    open$.next(false);
    expect(call()).toMatchObject({ reason: 'closed', by: 'online', retryAfter: 0 });
    open$.next(true);
    expect(call()).toBe('complete');
  });

  it('lets each attempt of a retry wait until it opens', () => {
    const { gate: online, open$, clock } = door(false);
    const attempts: number[] = [];
    const fails = throwError(() => {
      attempts.push(clock.now());
      return new Error('offline');
    });
    const seen = outcome(fails.pipe(retryWithPolicy(fixed(10), { gates: [online], scheduler: clock })));
    clock.schedule(() => {
      open$.next(true);
    }, 100);
    clock.schedule(() => {
      open$.next(false);
    }, 105);
    clock.schedule(() => {
      open$.next(true);
    }, 300);
    clock.maxFrames = 305;
    clock.flush();
    expect(attempts).toEqual([100, 300]);
    expect(seen.end).toBe('pending');
  });

  it.each<[string, number | undefined, number, number[]]>([
    ['a tenth of the time that it was closed', undefined, 1000, [1000 + 50, 1000 + 50]],
    ['at most 5 s', undefined, 1e6, [1e6 + 2500, 1e6 + 2500]],
    ['the time of the option', 60, 1000, [1030, 1030]],
    ['no time with the option 0', 0, 1000, [1000, 1000]],
  ])('spreads waiting calls over %s', (_, spread, opensAt, expected) => {
    const { gate: online, open$, clock } = door(false, spread);
    const started: number[] = [];
    for (const call of [1, 2]) {
      of(call)
        .pipe(guard(online, { maxWait: Infinity, scheduler: clock, random: () => 0.5 }))
        .subscribe(() => started.push(clock.now()));
    }
    clock.schedule(() => {
      open$.next(true);
    }, opensAt);
    clock.maxFrames = Infinity;
    clock.flush();
    expect(started).toEqual(expected);
  });

  it('admits a lone call at once when it opens', () => {
    const { gate: online, open$ } = door(false);
    const seen = outcome(of('a').pipe(guard(online, { maxWait: Infinity })));
    open$.next(true);
    expect(seen.values).toEqual(['a']);
  });

  it('is closed before the first value', () => {
    const online = openWhen(NEVER);
    expect(online.state).toEqual({ isOpen: false });
    expect(outcome(of('a').pipe(guard(online))).end).toMatchObject({ reason: 'closed' });
  });

  it.each<[string, (online: OpenGate) => unknown]>([
    ['a call', (online) => of('a').pipe(guard(online)).subscribe()],
    ['its state', (online) => online.state],
    ['a listener of its state', (online) => online.state$.subscribe()],
    ['a listener of its events', (online) => online.events$.subscribe()],
  ])('subscribes to the Observable once, at the first use by %s', (_, use) => {
    let subscriptions = 0;
    const online = openWhen(
      defer(() => {
        subscriptions += 1;
        return concat(of(true), NEVER);
      }),
    );
    expect(subscriptions).toBe(0);
    use(online);
    use(online);
    expect(online.state).toEqual({ isOpen: true });
    expect(subscriptions).toBe(1);
  });

  it('shows when it opens and closes', () => {
    const { gate: online, open$, clock } = door(false);
    const states: unknown[] = [];
    const events: unknown[] = [];
    online.state$.subscribe(({ isOpen }) => states.push(isOpen));
    online.events$.subscribe((event) => events.push(event));
    clock.frame = 7;
    open$.next(true);
    open$.next(true);
    open$.next(false);
    open$.complete();
    expect(states).toEqual([false, true, false, false]);
    expect(events).toEqual([
      { kind: 'opened', gate: 'online', at: 7 },
      { kind: 'closed', gate: 'online', at: 7 },
    ]);
  });

  it('stays open when the Observable completes', () => {
    const online = openWhen(of(true));
    expect(outcome(of('a').pipe(guard(online))).values).toEqual(['a']);
    expect(outcome(of('b').pipe(guard(online))).values).toEqual(['b']);
  });

  it('rejects for good when the Observable completes and it is closed', () => {
    const open$ = new Subject<boolean>();
    const closed = openWhen(open$, { name: 'page' });
    const waiting = [1, 2].map((call) => outcome(of(call).pipe(guard(closed, { maxWait: Infinity }))));
    open$.complete();
    for (const { end } of waiting) expect(end).toMatchObject({ reason: 'closed', retryAfter: Infinity, by: 'page' });
    expect(outcome(of('a').pipe(retryWithPolicy(fixed(1), { gates: [closed] }))).end).toMatchObject({
      reason: 'closed',
    });
    expect(outcome(of('a').pipe(guard(openWhen(EMPTY), { maxWait: 5 }))).end).toMatchObject({ reason: 'closed' });
  });

  it('rejects for good when the Observable fails, and the error is reported', () => {
    vi.useFakeTimers();
    const unhandled: unknown[] = [];
    config.onUnhandledError = (error: unknown) => unhandled.push(error);
    const open$ = new BehaviorSubject(true);
    const online = openWhen(open$);
    expect(online.state).toEqual({ isOpen: true });
    open$.error(lost);
    expect(outcome(of('a').pipe(guard(online, { maxWait: Infinity }))).end).toMatchObject({ reason: 'closed' });
    vi.runAllTimers();
    expect(unhandled).toEqual([lost]);
  });

  it('reports a value that is not a boolean, and stays as it is', () => {
    vi.useFakeTimers();
    const unhandled: unknown[] = [];
    config.onUnhandledError = (error: unknown) => unhandled.push(error);
    const open$ = new BehaviorSubject<unknown>('yes');
    const online = openWhen(open$ as BehaviorSubject<boolean>, { name: 'page' });
    expect(online.state).toEqual({ isOpen: false });
    open$.next(true);
    expect(online.state).toEqual({ isOpen: true });
    vi.runAllTimers();
    expect(unhandled).toEqual([new TypeError('gate page: a value of open$ must be a boolean, got "yes"')]);
  });

  it('can be opened by a call that goes through the circuit of the call which uses it first', () => {
    const users = circuit({ name: 'users' });
    const isHealthy$ = concat(of(true), NEVER).pipe(circuitBreak(users));
    const healthy = openWhen(isHealthy$);
    const seen = outcome(of('a').pipe(guard(healthy), circuitBreak(users)));
    expect(seen).toMatchObject({ values: ['a'], end: 'complete' });
  });

  it('does not hide that a gate is asked twice below the call which uses it first', () => {
    const users = circuit({ name: 'users' });
    const twice = of('a').pipe(circuitBreak(users), guard(openWhen(of(true))), circuitBreak(users));
    expect(outcome(twice).end).toMatchObject({ message: expect.stringContaining('asked twice') as unknown });
  });

  it('is asked in one transaction with other gates', () => {
    const { gate: online, open$ } = door(false);
    const rate = gate(rateLimit({ limit: 1, per: 1000 }));
    const seen = outcome(of('a').pipe(guard([rate, online], { maxWait: Infinity })));
    expect(outcome(of('b').pipe(guard(rate))).values).toEqual(['b']);
    open$.next(true);
    expect(seen.values).toEqual([]);
    expect(rate.state.waiting).toBe(1);
  });

  it('has a snapshot, which changes nothing when it is restored', () => {
    const { gate: online, open$ } = door(true);
    const open = online.state.isOpen && online.snapshot();
    expect(open).toMatchObject({ format: 'rxjs-reprise/openWhen', state: { isOpen: true } });
    open$.next(false);
    online.restore(open);
    expect(online.state).toEqual({ isOpen: false });
    expect(() => {
      online.restore({ ...Object(open), state: { isOpen: 1 } });
    }).toThrow(new TypeError('gate online: the snapshot must fit this policy, got isOpen 1'));
    expect(() => {
      online.restore(circuit().snapshot());
    }).toThrow(TypeError);
  });

  it.each<[string, unknown[], string]>([
    ['no Observable', [true], 'open$ must be an Observable of booleans, got true'],
    ['a promise', [Promise.resolve(true)], 'open$ must be an Observable of booleans, got an object'],
    ['an unknown option', [of(true), { delay: 5 }], 'there is no option delay, only'],
    [
      'a negative spread',
      [of(true), { spread: -1 }],
      'spread must be a finite number of milliseconds, at least 0, got -1',
    ],
    ['a name that is none', [of(true), { name: 5 }], 'name must be a string, got 5'],
  ])('rejects %s', (_, args, message) => {
    expect(() => (openWhen as (...args: unknown[]) => unknown)(...args)).toThrow(`openWhen: ${message}`);
  });
});
