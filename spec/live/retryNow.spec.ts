import {
  BehaviorSubject,
  config,
  delay,
  map,
  NEVER,
  startWith,
  Subject,
  throwError,
  timer,
  VirtualTimeScheduler,
  type Observable,
} from 'rxjs';
import {
  both,
  circuit,
  fixed,
  guard,
  openWhen,
  retries,
  retryBudget,
  gate,
  retryNow,
  retryWithPolicy,
} from 'rxjs-reprise';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { picture } from '../support/picture.js';
import { outcome } from '../support/stage.js';
import { thrownBy } from '../support/thrown.js';

/*
 * A trigger that cuts the waits of retries short.
 */

const down = new Error('down');

afterEach(() => {
  config.onUnhandledError = null;
  vi.useRealTimers();
});

/** A source that always fails, and the instants at which it was called. */
function failing(clock: VirtualTimeScheduler): { source: Observable<never>; calls: number[] } {
  const calls: number[] = [];
  const source = throwError(() => {
    calls.push(clock.now());
    return down;
  });
  return { source, calls };
}

describe('retryNow', () => {
  picture('ends the delay of a retry at once', {
    operate: (source, m) =>
      source.pipe(retryWithPolicy(both(fixed(9), retries(2)), { gates: [retryNow(m.hot('---x|'))] })),
    diagram: `
      source         -#
                     -#
                     -a|
      expected       --------------a|
      subscriptions  ^!
                     ---^!
                     -------------^-!
    `,
  });
  picture('ignores false, and a value while no retry waits', {
    operate: (source, m) => {
      const trigger$ = m.hot('f-f--x').pipe(map((value) => value === 'x'));
      return source.pipe(retryWithPolicy(both(fixed(3), retries(2)), { gates: [retryNow(trigger$)] }));
    },
    diagram: `
      source         -#
                     --a|
      expected       ------a|
      subscriptions  ^!
                     ----^--!
    `,
  });

  it('does not use the value with which its Observable begins', () => {
    const clock = new VirtualTimeScheduler();
    const { source, calls } = failing(clock);
    const isOnline$ = new BehaviorSubject(true);
    const gates = [openWhen(isOnline$, { scheduler: clock }), retryNow(isOnline$, { scheduler: clock })];
    outcome(source.pipe(retryWithPolicy(both(fixed(100), retries(2)), { gates, scheduler: clock })));
    clock.schedule(() => {
      isOnline$.next(true);
    }, 110);
    clock.flush();
    expect(calls).toEqual([0, 100, 110]);
  });

  it('still asks the policy and the other gates', () => {
    const clock = new VirtualTimeScheduler();
    const { source, calls } = failing(clock);
    const click$ = new Subject<void>();
    const budget = gate(retryBudget({ ratio: 0, reserve: 0.1 }));
    const users = circuit({ name: 'users', scheduler: clock, resetAfter: 500 });
    const gates = [retryNow(click$), budget, users];
    const seen = outcome(source.pipe(retryWithPolicy(fixed(100), { gates, scheduler: clock })));
    users.open();
    click$.next();
    expect(calls).toEqual([0]);
    clock.flush();
    expect(calls).toEqual([0, 500]);
    expect(seen.end).toBe(down);
  });

  it('subscribes once, when a retry first waits, and stays subscribed', () => {
    const clock = new VirtualTimeScheduler();
    const { source } = failing(clock);
    const click$ = new Subject<void>();
    const now = retryNow(click$);
    const load$ = source.pipe(retryWithPolicy(both(fixed(100), retries(1)), { gates: [now], scheduler: clock }));
    expect(click$.observed).toBe(false);
    outcome(load$);
    outcome(load$);
    clock.flush();
    expect(click$.observed).toBe(true);
    const seen: unknown[] = [];
    now.state$.subscribe((state) => seen.push(state));
    now.events$.subscribe((event) => seen.push(event));
    click$.next();
    expect(seen).toEqual([
      { triggered: 0 },
      { triggered: 1 },
      { kind: 'triggered', gate: 'retryNow', at: expect.any(Number) as number },
    ]);
    expect(now.state).toEqual({ triggered: 1 });
  });

  it('spreads what waits', () => {
    const clock = new VirtualTimeScheduler();
    const { source, calls } = failing(clock);
    const click$ = new Subject<void>();
    const draws = [0, 0, 0, 0.1, 0.9];
    const now = retryNow(click$, { spread: 50, scheduler: clock, random: () => draws.shift() ?? 0 });
    const load$ = source.pipe(retryWithPolicy(both(fixed(1000), retries(1)), { gates: [now], scheduler: clock }));
    outcome(load$);
    outcome(load$);
    click$.next();
    clock.flush();
    expect(calls).toEqual([0, 0, 5, 45]);
  });

  it('leaves nothing behind when the consumer leaves', () => {
    const clock = new VirtualTimeScheduler();
    const { source, calls } = failing(clock);
    const click$ = new Subject<void>();
    const gates = [retryNow(click$, { spread: 10, scheduler: clock, random: () => 0.5 })];
    const load$ = source.pipe(retryWithPolicy(fixed(1000), { gates, scheduler: clock }));
    const subscription = load$.subscribe();
    click$.next();
    subscription.unsubscribe();
    click$.next();
    clock.flush();
    expect(calls).toEqual([0]);
    expect(clock.actions).toEqual([]);
  });

  it('waits as the policy says when the trigger has failed, which is reported', () => {
    vi.useFakeTimers();
    const unhandled: unknown[] = [];
    config.onUnhandledError = (error) => unhandled.push(error);
    const clock = new VirtualTimeScheduler();
    const { source, calls } = failing(clock);
    const gates = [retryNow(throwError(() => new Error('lost')))];
    outcome(source.pipe(retryWithPolicy(both(fixed(100), retries(1)), { gates, scheduler: clock })));
    clock.flush();
    vi.runAllTimers();
    expect(calls).toEqual([0, 100]);
    expect(unhandled).toEqual([new Error('lost')]);
  });

  it('lets a retry get ready once, however long that takes', () => {
    const clock = new VirtualTimeScheduler();
    const { source, calls } = failing(clock);
    const click$ = new Subject<void>();
    const prepared: number[] = [];
    const load$ = source.pipe(
      retryWithPolicy(both(fixed(10), retries(1)), {
        gates: [retryNow(click$)],
        beforeRetry: () => {
          prepared.push(clock.now());
          return timer(50, clock);
        },
        scheduler: clock,
      }),
    );
    outcome(load$);
    click$.next();
    click$.next();
    clock.flush();
    expect(prepared).toEqual([0]);
    expect(calls).toEqual([0, 50]);
  });

  it('has an event for each trigger, and none for the calls', () => {
    const clock = new VirtualTimeScheduler();
    const { source } = failing(clock);
    const click$ = new Subject<void>();
    const now = retryNow(click$, { name: 'online', scheduler: clock });
    const events: unknown[] = [];
    now.events$.subscribe((event) => events.push(event));
    const views: unknown[] = [];
    now.state$.subscribe((view) => views.push(view));
    outcome(source.pipe(retryWithPolicy(both(fixed(1000), retries(2)), { gates: [now], scheduler: clock })));
    clock.frame = 7;
    click$.next();
    expect(events).toEqual([{ kind: 'triggered', gate: 'online', at: 7 }]);
    expect(views).toEqual([{ triggered: 0 }, { triggered: 1 }]);
    expect(now.state).toEqual({ triggered: 1 });
  });

  it('may have a trigger that goes through the circuit of the call', () => {
    const clock = new VirtualTimeScheduler();
    const { source, calls } = failing(clock);
    const users = circuit({ scheduler: clock });
    const trigger$ = NEVER.pipe(startWith('up'), delay(5, clock), guard(users));
    const gates = [retryNow(trigger$)];
    const retried = source.pipe(retryWithPolicy(both(fixed(100), retries(1)), { gates, scheduler: clock }));
    outcome(retried.pipe(guard(users)));
    clock.flush();
    expect(calls).toEqual([0, 5]);
  });

  it('checks a snapshot and changes nothing', () => {
    const now = retryNow(new Subject());
    now.restore({ ...now.snapshot(), state: { triggered: 7 } });
    expect(now.state).toEqual({ triggered: 0 });
    expect(
      String(
        thrownBy(() => {
          now.restore({ ...now.snapshot(), state: { triggered: -1 } });
        }),
      ),
    ).toContain('triggered -1');
  });

  it('rejects what is no Observable, and a guard rejects it', () => {
    const wrong = [
      () => retryNow('click' as never),
      () => retryNow(new Subject(), { spread: -1 }),
      () => retryNow(new Subject(), { spred: 1 } as never),
      () => guard(retryNow(new Subject())),
    ];
    expect(wrong.map((act) => String(thrownBy(act)))).toEqual([
      'TypeError: retryNow: trigger$ must be an Observable, got "click"',
      expect.stringContaining('RangeError: retryNow: spread must be'),
      'TypeError: retryNow: there is no option spred, only spread, scheduler, random, name',
      expect.stringContaining('guard: gate retryNow only limits retries'),
    ]);
  });
});
