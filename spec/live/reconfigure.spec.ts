import { concat, NEVER, of, Subject, throwError, VirtualTimeScheduler } from 'rxjs';
import {
  aimd,
  both,
  circuit,
  circuitBreak,
  circuitBreaker,
  concurrencyLimit,
  consecutive,
  exponential,
  failureRate,
  failures,
  fixed,
  gate,
  guard,
  rateLimit,
  retries,
  retryBudget,
  retryQuota,
  retryThrottle,
  slowRate,
  type Circuit,
  type CircuitBreakerOptions,
} from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { outcome } from '../support/stage.js';
import { thrownBy } from '../support/thrown.js';

/*
 * A live gate goes on with other options.
 */

const down = new Error('down');

const fail = (live: Circuit, times = 1): void => {
  for (let time = 0; time < times; time += 1) outcome(throwError(() => down).pipe(circuitBreak(live)));
};

/** A circuit in virtual time, with a log of what is lost at each change of its options. */
function live(options: CircuitBreakerOptions): {
  users: Circuit;
  clock: VirtualTimeScheduler;
  lost: (readonly string[])[];
} {
  const clock = new VirtualTimeScheduler();
  const users = circuit({ name: 'users', scheduler: clock, random: () => 0.5, ...options });
  const lost: (readonly string[])[] = [];
  users.events$.subscribe((event) => {
    if (event.kind === 'reconfigured') lost.push(event.lost);
  });
  return { users, clock, lost };
}

/** Lets virtual time pass. */
function pass(clock: VirtualTimeScheduler, ms: number): void {
  clock.maxFrames = clock.now() + ms;
  clock.schedule(() => undefined, ms);
  clock.flush();
}

describe('circuit.reconfigure', () => {
  it('keeps what the window has counted, and opens at the next failure', () => {
    const { users, lost } = live({ threshold: 5 });
    fail(users, 3);
    users.reconfigure(circuitBreaker({ threshold: 2 }));
    expect(users.state).toMatchObject({ phase: 'closed', failures: 2 });
    fail(users);
    expect(users.state.phase).toBe('open');
    expect(lost).toEqual([[]]);
  });

  it('opens at once if a stricter rule is reached and `opens` says so', () => {
    const { users } = live({ threshold: 5 });
    fail(users, 3);
    users.reconfigure(circuitBreaker({ threshold: 4 }), { opens: 'now' });
    expect(users.state.phase).toBe('closed');
    users.reconfigure(circuitBreaker({ threshold: 3 }), { opens: 'now' });
    expect(users.state).toMatchObject({ phase: 'open', cause: undefined });
  });

  it('does not open a shadow circuit', () => {
    const { users } = live({ threshold: 5 });
    users.shadow();
    fail(users, 3);
    users.reconfigure(circuitBreaker({ threshold: 1 }), { opens: 'now' });
    expect(users.state.phase).toBe('shadow');
  });

  it('uses the new length of a window for what it has counted', () => {
    const { users, clock } = live({ threshold: 3, window: 1000 });
    fail(users, 2);
    pass(clock, 500);
    users.reconfigure(circuitBreaker({ threshold: 3, window: 400 }));
    expect(users.state.failures).toBe(0);
    users.reconfigure(circuitBreaker({ threshold: 3, window: 1000 }));
    expect(users.state.failures).toBe(2);
  });

  it('stays open for the time that it has left, with its cause', () => {
    const { users, clock } = live({ threshold: 1, resetAfter: 1000 });
    fail(users);
    pass(clock, 300);
    users.reconfigure(circuitBreaker({ threshold: 9, resetAfter: 60_000 }));
    expect(users.state).toMatchObject({ phase: 'open', retryAfter: 700, cause: down });
    pass(clock, 700);
    fail(users);
    expect(users.state).toMatchObject({ phase: 'open', retryAfter: 60_000 });
  });

  it('starts the open times anew if their policy is another one', () => {
    const { users, clock, lost } = live({ threshold: 1, resetAfter: exponential(1000) });
    fail(users);
    pass(clock, 1000);
    fail(users);
    expect(users.state.retryAfter).toBe(2000);
    users.reconfigure(circuitBreaker({ threshold: 1, resetAfter: both(fixed(500), exponential(100)) }));
    expect(users.state.retryAfter).toBe(2000);
    pass(clock, 2000);
    fail(users);
    expect(users.state.retryAfter).toBe(500);
    expect(lost).toEqual([['openTime']]);
  });

  it('can be probed at once if it was half-open and the number of probes changes', () => {
    const { users, clock, lost } = live({ threshold: 1, resetAfter: 1000, halfOpen: { probes: 3 } });
    fail(users);
    pass(clock, 1000);
    const probe = new Subject();
    const late: string[] = [];
    users.events$.subscribe(({ kind }) => late.push(kind));
    outcome(of('good').pipe(circuitBreak(users)));
    outcome(probe.pipe(circuitBreak(users)));
    users.reconfigure(circuitBreaker({ threshold: 1, resetAfter: 1000, halfOpen: { probes: 1 } }));
    expect(users.state).toMatchObject({ retryAfter: 0 });
    expect(outcome(of('good').pipe(circuitBreak(users))).end).toBe('complete');
    expect(users.state.phase).toBe('closed');
    probe.error(down);
    expect(users.state.phase).toBe('closed');
    expect(late).toEqual(['half-opened', 'reconfigured', 'opened', 'half-opened', 'closed', 'late']);
    expect(lost).toEqual([['probes']]);
  });

  it('keeps the probes of a half-open circuit if their number does not change', () => {
    const { users, clock } = live({ threshold: 1, resetAfter: 1000 });
    fail(users);
    pass(clock, 1000);
    const probe = new Subject();
    outcome(probe.pipe(circuitBreak(users)));
    users.reconfigure(circuitBreaker({ threshold: 9 }));
    expect(outcome(NEVER.pipe(circuitBreak(users))).end).toMatchObject({ reason: 'half-open' });
    probe.complete();
    expect(users.state.phase).toBe('closed');
  });

  it('begins a window anew that counts something else, and names it', () => {
    const { users, lost } = live({ trip: [failures(3, { calls: 10 }), consecutive(4)] });
    fail(users, 2);
    users.reconfigure(circuitBreaker({ trip: [failures(3, { calls: 20 }), consecutive(3)] }));
    users.reconfigure(circuitBreaker({ trip: [consecutive(3), slowRate(0.5, { calls: 20, slowerThan: 5 })] }));
    users.reconfigure(circuitBreaker({ trip: [consecutive(3), slowRate(0.6, { calls: 20, slowerThan: 9 })] }));
    users.reconfigure(circuitBreaker({ trip: [consecutive(3), failureRate(0.5, { calls: 20 })] }));
    expect(lost).toEqual([['windows[0]'], ['windows[1]'], [], ['windows[1]']]);
    fail(users);
    expect(users.state.phase).toBe('open');
  });

  it('leaves an isolated and a disabled circuit as it is', () => {
    const { users } = live({ threshold: 1 });
    const isolation = users.isolate();
    users.reconfigure(circuitBreaker({ trip: consecutive(1) }));
    expect(users.state.phase).toBe('isolated');
    isolation.release();
    expect(users.state.phase).toBe('closed');
    users.disable();
    users.reconfigure(circuitBreaker({ threshold: 1 }));
    fail(users);
    expect(users.state.phase).toBe('disabled');
  });

  it('emits an event and the new view', () => {
    const { users } = live({ threshold: 1, resetAfter: 1000 });
    const seen: unknown[] = [];
    users.state$.subscribe(({ phase }) => seen.push(phase));
    users.events$.subscribe((event) => seen.push(event));
    users.reconfigure(circuitBreaker({ threshold: 2 }));
    expect(seen).toEqual(['closed', 'closed', { kind: 'reconfigured', circuit: 'users', at: 0, lost: [] }]);
  });

  it('names what is wrong, and changes nothing', () => {
    const { users } = live({ threshold: 1 });
    const wrong = [
      () => {
        users.reconfigure({ threshold: 3 } as never);
      },
      () => {
        users.reconfigure(rateLimit({ limit: 1, per: 1 }) as never);
      },
      () => {
        users.reconfigure(circuitBreaker(), { opens: 'later' as never });
      },
      () => {
        users.reconfigure(circuitBreaker(), { open: 'now' } as never);
      },
    ];
    expect(wrong.map((act) => String(thrownBy(act)))).toEqual([
      'TypeError: circuit users: reconfigure: policy must be a circuitBreaker(..), got an object',
      'TypeError: circuit users: reconfigure: policy must be a circuitBreaker(..), got an object',
      "TypeError: circuit users: reconfigure: opens must be 'at-next-failure' or 'now', got \"later\"",
      'TypeError: circuit users: reconfigure: there is no option open, only opens',
    ]);
    fail(users);
    expect(users.state.phase).toBe('open');
  });
});

describe('gate.reconfigure', () => {
  it('lets waiting calls in when a limit grows, and none when it shrinks', () => {
    const clock = new VirtualTimeScheduler();
    const slots = gate(concurrencyLimit({ limit: 1 }), { name: 'slots', scheduler: clock, random: () => 0 });
    const calls = Array.from({ length: 4 }, () => new Subject());
    const started: number[] = [];
    for (const [index, call] of calls.entries()) {
      const call$ = concat(of(index), call).pipe(guard(slots, { maxWait: 1e6, scheduler: clock }));
      call$.subscribe((value) => started.push(Number(value)));
    }
    expect(started).toEqual([0]);
    slots.reconfigure(concurrencyLimit({ limit: 3 }));
    pass(clock, 1);
    expect(started).toEqual([0, 1, 2]);
    slots.reconfigure(concurrencyLimit({ limit: 1 }));
    calls[0]?.complete();
    calls[1]?.complete();
    pass(clock, 1);
    expect(started).toEqual([0, 1, 2]);
    expect(slots.state).toEqual({ running: 1, waiting: 1, free: 0, limit: 1 });
    calls[2]?.complete();
    pass(clock, 1);
    expect(started).toEqual([0, 1, 2, 3]);
  });

  it('lets waiting calls in when a limit that follows a service is restored or replaced', () => {
    const clock = new VirtualTimeScheduler();
    const started: number[] = [];
    const slots = gate(concurrencyLimit({ limit: aimd({ initial: 1 }) }), { scheduler: clock, random: () => 0 });
    const empty = slots.snapshot();
    for (let call = 0; call < 4; call += 1)
      concat(of(call), NEVER)
        .pipe(guard(slots, { maxWait: 1e6, scheduler: clock }))
        .subscribe((value) => started.push(value));
    expect(started).toEqual([0]);
    slots.restore(empty);
    pass(clock, 1);
    expect(started).toEqual([0, 1]);
    slots.reconfigure(concurrencyLimit({ limit: aimd({ initial: 2, min: 2 }) }));
    pass(clock, 1);
    expect(started).toEqual([0, 1, 2]);
  });

  it('can be saved while more runs than it would admit', () => {
    const slots = gate(concurrencyLimit({ limit: 3 }));
    for (let call = 1; call <= 3; call += 1) outcome(NEVER.pipe(guard(slots)));
    slots.reconfigure(concurrencyLimit({ limit: 1 }));
    const other = gate(concurrencyLimit({ limit: 1 }));
    other.restore(JSON.parse(JSON.stringify(slots.snapshot())));
    expect(other.state).toEqual({ running: 0, waiting: 0, free: 1, limit: 1 });
  });

  it('changes a rate without a burst, and without moving the next start away', () => {
    const clock = new VirtualTimeScheduler();
    const rate = gate(rateLimit({ limit: 10, per: 1000 }), { scheduler: clock, random: () => 0 });
    const started: number[] = [];
    const call = of(0).pipe(guard(rate, { maxWait: 1e6, scheduler: clock, random: () => 0 }));
    for (let count = 0; count < 5; count += 1) call.subscribe(() => started.push(clock.now()));
    rate.reconfigure(rateLimit({ limit: 1, per: 1000 }));
    for (let ms = 0; ms < 3000; ms += 1) {
      rate.reconfigure(rateLimit({ limit: 1 + (ms % 2), per: 1000 }));
      pass(clock, 1);
    }
    expect(started.slice(0, 2)).toEqual([0, 100]);
    expect(started).toHaveLength(5);
    for (const [index, instant] of started.entries())
      if (index > 1) expect(instant - Number(started[index - 1])).toBeGreaterThanOrEqual(500);
  });

  it('bounds what is left by a smaller quota, and names a budget that begins anew', () => {
    const quota = gate(retryQuota({ capacity: 100 }));
    quota.reconfigure(retryQuota({ capacity: 20 }));
    expect(quota.state).toEqual({ tokens: 20 });
    const throttle = gate(retryThrottle({ maxTokens: 10, tokenRatio: 0.1 }));
    throttle.reconfigure(retryThrottle({ maxTokens: 4, tokenRatio: 0.1 }));
    expect(throttle.state).toEqual({ tokens: 4, isThrottling: false });
    const budget = gate(retryBudget(), { name: 'budget' });
    const events: unknown[] = [];
    budget.events$.subscribe((event) => events.push(event));
    budget.reconfigure(retryBudget({ ratio: 0.5 }));
    budget.reconfigure(retryBudget({ ratio: 0.5, window: 60_000 }));
    expect(events).toMatchObject([
      { kind: 'reconfigured', gate: 'budget', lost: [] },
      { kind: 'reconfigured', gate: 'budget', lost: ['state'] },
    ]);
  });

  it('takes each part of a composed policy apart', () => {
    const limits = gate(both(concurrencyLimit({ limit: 1 }), retryBudget()));
    const lost: unknown[] = [];
    limits.events$.subscribe((event) => {
      if (event.kind === 'reconfigured') lost.push(event.lost);
    });
    outcome(NEVER.pipe(guard(limits)));
    limits.reconfigure(both(concurrencyLimit({ limit: 2 }), retryBudget({ window: 1 })));
    expect(outcome(NEVER.pipe(guard(limits))).end).toBe('pending');
    expect(outcome(NEVER.pipe(guard(limits))).end).toMatchObject({ reason: 'concurrency' });
    limits.reconfigure(both(retryBudget(), concurrencyLimit({ limit: 2 })));
    limits.reconfigure(concurrencyLimit({ limit: 2 }));
    limits.reconfigure(both(retryBudget(), retries(3)));
    expect(lost).toEqual([['1.state'], ['0.state', '1.state'], ['state'], ['state']]);
  });

  it('begins anew with another word', () => {
    const any = gate(concurrencyLimit({ limit: 1 }));
    const call = new Subject();
    outcome(call.pipe(guard(any)));
    any.reconfigure(rateLimit({ limit: 1, per: 1000 }));
    expect(any.state).toEqual({ retryAfter: 0, waiting: 0 });
    call.complete();
    expect(any.state).toEqual({ retryAfter: 0, waiting: 0 });
  });

  it('may be called by a listener of its events', () => {
    const slots = gate(concurrencyLimit({ limit: 1 }));
    const seen: unknown[] = [];
    slots.events$.subscribe(({ kind }) => {
      seen.push(kind);
      if (kind === 'rejected') slots.reconfigure(concurrencyLimit({ limit: 2 }));
    });
    outcome(NEVER.pipe(guard(slots)));
    expect(outcome(NEVER.pipe(guard(slots))).end).toMatchObject({ reason: 'concurrency' });
    expect(outcome(NEVER.pipe(guard(slots))).end).toBe('pending');
    expect(seen).toEqual(['admitted', 'rejected', 'reconfigured', 'admitted']);
  });

  it('rejects what is no limit', () => {
    const slots = gate(concurrencyLimit({ limit: 1 }), { name: 'slots' });
    const wrong = [3, fixed(10)].map((policy) =>
      String(
        thrownBy(() => {
          slots.reconfigure(policy as never);
        }),
      ),
    );
    expect(wrong).toEqual([
      'TypeError: gate slots: reconfigure: policy must be a policy such as retries(3) or exponentialBackoff(), got 3',
      expect.stringContaining(
        'TypeError: gate slots: reconfigure: policy must decide which attempts may start, as rateLimit(..) does',
      ),
    ]);
    expect(slots.state.free).toBe(1);
  });
});
