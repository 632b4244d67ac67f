import {
  concat,
  NEVER,
  of,
  skip,
  Subject,
  take,
  throwError,
  VirtualTimeScheduler,
  type Observable,
  type Subscription,
} from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  circuit,
  circuitBreak,
  consecutive,
  exponential,
  failures,
  fixed,
  jittered,
  never,
  onFailure,
  onlyIf,
  retryWithPolicy,
  slowRate,
  type Circuit,
  type CircuitEvent,
  type CircuitOptions,
  type CircuitStatus,
} from 'rxjs-reprise';

const down = new Error('down');
const noop = (): void => undefined;

/** A circuit and its clock, which a spec sets. */
function timed(options: CircuitOptions = {}): { readonly live: Circuit; readonly clock: VirtualTimeScheduler } {
  const clock = new VirtualTimeScheduler();
  const rule = options.trip === undefined ? { threshold: 1 } : {};
  return { live: circuit({ name: 'users', ...rule, resetAfter: 100, scheduler: clock, ...options }), clock };
}

/** Sends one call through a circuit. It fails, completes or stays in flight. */
function call(live: Circuit, stream: 'fails' | 'completes' | 'stays out'): Subscription {
  const source: Observable<string> = { fails: throwError(() => down), completes: of('a'), 'stays out': NEVER }[stream];
  return source.pipe(circuitBreak(live)).subscribe({ error: noop });
}

function eventsOf(live: Circuit): CircuitEvent[] {
  const events: CircuitEvent[] = [];
  live.events$.subscribe((event) => events.push(event));
  return events;
}

describe('circuit', () => {
  it('has a name, `circuit` by default', () => {
    expect(circuit({ name: 'payments' }).name).toBe('payments');
    expect(circuit().name).toBe('circuit');
  });

  it('shows its whole state', () => {
    const { live } = timed({ threshold: 2 });
    expect(live.state).toEqual({
      phase: 'closed',
      failures: 0,
      successes: 0,
      slow: 0,
      opens: 0,
      openUntil: undefined,
      retryAfter: 0,
      cause: undefined,
    });
    call(live, 'completes');
    call(live, 'fails');
    expect(live.state).toMatchObject({ phase: 'closed', failures: 1, successes: 1 });
    call(live, 'fails');
    expect(live.state).toMatchObject({ phase: 'open', opens: 1, openUntil: 100, retryAfter: 100, cause: down });
  });

  it('is not changed by a look at it, neither after its open time nor after a probe timeout', () => {
    const { live, clock } = timed({ halfOpen: { probeTimeout: 50 } });
    live.open();
    const open = live.snapshot();
    clock.frame = 100;
    expect(live.state).toMatchObject({ phase: 'open', retryAfter: 0 });
    expect(live.snapshot()).toEqual(open);

    call(live, 'stays out');
    const probed = live.snapshot();
    clock.frame = 150;
    expect(live.state).toMatchObject({ phase: 'open', opens: 2, retryAfter: 100 });
    expect(live.snapshot()).toEqual(probed);
  });

  it('keeps the error that opened it until it closes', () => {
    const { live, clock } = timed();
    call(live, 'fails');
    clock.frame = 100;
    const probe = new Subject<string>();
    probe.pipe(circuitBreak(live)).subscribe();
    expect(live.state).toMatchObject({ phase: 'half-open', cause: down });
    probe.complete();
    expect(live.state).toMatchObject({ phase: 'closed', cause: undefined });
  });

  it('keeps the newest error that opened it, and keeps it after a probe timeout', () => {
    const { live, clock } = timed({ halfOpen: { probeTimeout: 50 } });
    call(live, 'fails');
    clock.frame = 100;
    const still = new Error('still down');
    throwError(() => still)
      .pipe(circuitBreak(live))
      .subscribe({ error: noop });
    expect(live.state).toMatchObject({ phase: 'open', opens: 2 });
    expect(live.state.cause).toBe(still);

    clock.frame = 200;
    const late = call(live, 'stays out');
    clock.frame = 250;
    late.unsubscribe();
    expect(live.state).toMatchObject({ phase: 'open', opens: 3 });
    expect(live.state.cause).toBe(still);
  });

  it('has no cause if a slow call or a command opened it', () => {
    const { live, clock } = timed({ trip: slowRate(1, { calls: 1, slowerThan: 5 }) });
    const slow = new Subject<string>();
    slow.pipe(circuitBreak(live)).subscribe();
    clock.frame = 6;
    slow.complete();
    expect(live.state).toMatchObject({ phase: 'open', cause: undefined });

    const { live: other } = timed();
    call(other, 'fails');
    other.open();
    expect(other.state).toMatchObject({ phase: 'open', cause: undefined });
  });

  it('draws its open times from random', () => {
    const draws = [0, 0.25];
    const { live } = timed({ random: () => draws.shift() ?? 0, resetAfter: jittered([1, 2], fixed(100)) });
    call(live, 'fails');
    expect(live.state.retryAfter).toBe(125);
    draws.push(0.75);
    live.reset();
    draws.push(0.5);
    live.open();
    expect(live.state.retryAfter).toBe(150);
  });

  it('loses no time if its clock is set back an hour', () => {
    const { live, clock } = timed();
    clock.frame = 3_600_000;
    live.open();
    clock.frame = 0;
    expect(live.state.retryAfter).toBe(100);
    clock.frame = 100;
    expect(live.state.retryAfter).toBe(0);
  });

  it('does not read the clock for values while it is closed', () => {
    const { live, clock } = timed();
    const source = new Subject<string>();
    source.pipe(circuitBreak(live)).subscribe();
    source.pipe(retryWithPolicy(never, { gates: [live] })).subscribe();
    const now = vi.spyOn(clock, 'now');
    source.next('a');
    source.next('b');
    expect(now).not.toHaveBeenCalled();
  });

  it('shows a circuit that a probe has closed by its value without a cause', () => {
    const { live, clock } = timed({ halfOpen: { probeTimeout: 50 } });
    call(live, 'fails');
    clock.frame = 100;
    concat(of('a'), NEVER).pipe(circuitBreak(live)).subscribe();
    clock.frame = 149;
    expect(live.state).toMatchObject({ phase: 'half-open', cause: down });
    clock.frame = 150;
    expect(live.state).toMatchObject({ phase: 'closed', cause: undefined });
  });

  it('is open for as long as its policy says, each time', () => {
    const { live, clock } = timed({ resetAfter: exponential(100) });
    const waits = [1, 2, 3].map(() => {
      call(live, 'fails');
      clock.frame += live.state.retryAfter;
      return clock.frame;
    });
    expect(waits).toEqual([100, 300, 700]);
  });
});

describe('circuit events$', () => {
  const at = (when: number, event: object): object => ({ circuit: 'users', at: when, ...event });

  it('emits the error of a policy of open times that fails, before the opening', () => {
    const broken = new Error('broken');
    const resetAfter = onFailure(0, () => {
      throw broken;
    });
    const { live, clock } = timed({ resetAfter, halfOpen: { probeTimeout: 50 } });
    const events = eventsOf(live);
    const failed = (when: number): object => at(when, { kind: 'open-time-failed', error: broken });
    call(live, 'fails');
    clock.frame = 60_000;
    call(live, 'stays out');
    clock.frame = 60_060;
    call(live, 'completes');
    live.reset();
    live.open();
    expect(events).toStrictEqual([
      failed(0),
      at(0, { kind: 'opened', cause: down, opens: 1, retryAfter: 60_000 }),
      at(60_000, { kind: 'half-opened' }),
      failed(60_060),
      at(60_060, { kind: 'opened', cause: down, opens: 2, retryAfter: 59_990 }),
      at(60_060, { kind: 'rejected', reason: 'open', retryAfter: 59_990 }),
      at(60_060, { kind: 'closed' }),
      failed(60_060),
      at(60_060, { kind: 'opened', cause: undefined, opens: 1, retryAfter: 60_000 }),
    ]);
  });

  it('emits that a probe which has delivered a value has closed it', () => {
    const { live, clock } = timed({ halfOpen: { probeTimeout: 50 } });
    live.open();
    clock.frame = 100;
    concat(of('a'), NEVER).pipe(circuitBreak(live)).subscribe();
    const events = eventsOf(live);
    clock.frame = 170;
    call(live, 'completes');
    expect(events).toStrictEqual([at(170, { kind: 'closed' })]);
  });

  it('emits a whole life: opened with its cause, rejected, half-opened, closed', () => {
    const { live, clock } = timed();
    const events = eventsOf(live);
    clock.frame = 5;
    call(live, 'completes');
    call(live, 'fails');
    clock.frame = 65;
    call(live, 'completes');
    clock.frame = 105;
    const probe = new Subject<string>();
    probe.pipe(circuitBreak(live)).subscribe();
    call(live, 'completes');
    clock.frame = 110;
    probe.complete();
    expect(events).toStrictEqual([
      at(5, { kind: 'opened', cause: down, opens: 1, retryAfter: 100 }),
      at(65, { kind: 'rejected', reason: 'open', retryAfter: 40 }),
      at(105, { kind: 'half-opened' }),
      at(105, { kind: 'rejected', reason: 'half-open', retryAfter: 60_000 }),
      at(110, { kind: 'closed' }),
    ]);
  });

  it('emits that a failed probe opened it again', () => {
    const { live, clock } = timed();
    call(live, 'fails');
    const events = eventsOf(live);
    clock.frame = 100;
    call(live, 'fails');
    expect(events).toStrictEqual([
      at(100, { kind: 'half-opened' }),
      at(100, { kind: 'opened', cause: down, opens: 2, retryAfter: 100 }),
    ]);
  });

  it.each([
    ['while it is open', 170, [{ kind: 'rejected', reason: 'open', retryAfter: 80 }]],
    ['when it may be probed again', 250, [{ kind: 'half-opened' }]],
  ])('emits that a probe timed out at the first ask %s', (_, when, then) => {
    const { live, clock } = timed({ halfOpen: { probeTimeout: 50 } });
    call(live, 'fails');
    clock.frame = 100;
    call(live, 'stays out');
    const events = eventsOf(live);
    clock.frame = when;
    call(live, 'stays out');
    const retryAfter = Math.max(0, 250 - when);
    expect(events).toStrictEqual(
      [{ kind: 'opened', cause: down, opens: 2, retryAfter }, ...then].map((event) => at(when, event)),
    );
  });

  it.each([
    [160, 90],
    [260, 0],
  ])('emits that a probe ended after its timeout, at %d: open since the timeout, and late', (when, retryAfter) => {
    const { live, clock } = timed({ halfOpen: { probeTimeout: 50 } });
    call(live, 'fails');
    clock.frame = 100;
    const probe = new Subject<string>();
    probe.pipe(circuitBreak(live)).subscribe();
    const events = eventsOf(live);
    clock.frame = when;
    probe.complete();
    expect(events).toStrictEqual([
      at(when, { kind: 'opened', cause: down, opens: 2, retryAfter }),
      at(when, { kind: 'late', ending: 'success' }),
    ]);
  });

  it('emits each kind of late end', () => {
    const { live } = timed();
    const [one, two, three] = [new Subject<string>(), new Subject<string>(), new Subject<string>()];
    const calls = [one, two, three].map((source) => source.pipe(circuitBreak(live)).subscribe({ error: noop }));
    live.open();
    const events = eventsOf(live);
    one.complete();
    two.error(down);
    calls[2]?.unsubscribe();
    expect(events).toStrictEqual(['success', 'failure', 'cancel'].map((ending) => at(0, { kind: 'late', ending })));
  });

  it('emits every command that changes the phase, and no other', () => {
    const { live } = timed();
    const events = eventsOf(live);
    const hold = live.isolate();
    live.isolate();
    hold.release();
    live.reset();
    live.reset();
    live.disable();
    live.shadow();
    live.open(7);
    live.open(7);
    live.open(8);
    live.halfOpen();
    live.halfOpen();
    live.reset();
    const opened = { kind: 'opened', cause: undefined, opens: 1 };
    expect(events).toStrictEqual(
      [
        { kind: 'isolated' },
        { kind: 'closed' },
        { kind: 'disabled' },
        { kind: 'shadowed' },
        { ...opened, retryAfter: 7 },
        { ...opened, retryAfter: 8 },
        { kind: 'half-opened' },
        { kind: 'closed' },
      ].map((event) => at(0, event)),
    );
  });

  it('emits rejections by isolation', () => {
    const { live } = timed();
    live.isolate();
    const events = eventsOf(live);
    call(live, 'completes');
    expect(events).toStrictEqual([at(0, { kind: 'rejected', reason: 'isolated', retryAfter: Infinity })]);
  });

  it('emits nothing of the past, and nothing about calls through a healthy circuit', () => {
    const { live } = timed({ threshold: 2 });
    live.open();
    live.reset();
    const events = eventsOf(live);
    call(live, 'completes');
    call(live, 'fails');
    expect(events).toEqual([]);
  });

  it('emits events to all listeners in the order in which they happened, even if a listener gives a command', () => {
    const { live } = timed();
    live.events$.subscribe(({ kind }) => {
      if (kind === 'opened') live.reset();
    });
    const events = eventsOf(live);
    call(live, 'fails');
    call(live, 'fails');
    const opened = at(0, { kind: 'opened', cause: down, opens: 1, retryAfter: 100 });
    const closed = at(0, { kind: 'closed' });
    expect(events).toStrictEqual([opened, closed, opened, closed]);
  });
});

describe('circuit state$', () => {
  it('does not emit for a good call of a closed circuit, which a failure or a reset does', () => {
    const { live } = timed({ threshold: 3 });
    const seen: string[] = [];
    live.state$.subscribe(({ failures, successes }) =>
      seen.push(`${String(failures)} of ${String(failures + successes)}`),
    );
    call(live, 'completes');
    call(live, 'completes');
    call(live, 'stays out').unsubscribe();
    expect(seen).toEqual(['0 of 0']);
    expect(live.state.successes).toBe(2);
    call(live, 'fails');
    live.reset();
    expect(seen).toEqual(['0 of 0', '1 of 3', '0 of 0']);
  });

  it.each(['closed', 'shadow'])('emits for a good call that moves a failure out of a window of calls: %s', (phase) => {
    const { live } = timed({ trip: failures(2, { calls: 2 }) });
    if (phase === 'shadow') live.shadow();
    const seen: number[] = [];
    live.state$.subscribe(({ failures }) => seen.push(failures));
    for (const stream of ['fails', 'completes', 'completes', 'completes'] as const) call(live, stream);
    expect(seen).toEqual([0, 1, 0]);
  });

  it('emits for a good probe and for a slow call', () => {
    const { live, clock } = timed({ trip: slowRate(1, { calls: 10, slowerThan: 0 }), halfOpen: { probes: 2 } });
    const seen: string[] = [];
    live.state$.subscribe(({ phase, slow, successes }) => seen.push(`${phase} ${String(slow)} ${String(successes)}`));
    const slow = call(live, 'stays out');
    clock.frame = 5;
    slow.unsubscribe();
    expect(seen).toEqual(['closed 0 0', 'closed 1 0']);
    live.open();
    live.halfOpen();
    call(live, 'completes');
    expect(seen.at(-1)).toBe('half-open 0 1');
  });

  beforeEach(() => vi.useFakeTimers({ now: 0 }));
  afterEach(() => vi.useRealTimers());

  /** Each state that is emitted, as `time phase retryAfter`. */
  function watch(live: Circuit): { readonly seen: string[]; readonly held: Subscription } {
    const seen: string[] = [];
    const held = live.state$.subscribe(({ phase, retryAfter }: CircuitStatus) => {
      seen.push(`${String(Date.now())} ${phase} ${String(retryAfter)}`);
    });
    return { seen, held };
  }

  it('emits the current state to each subscriber, and keeps no timer if there is nothing to count down', () => {
    const live = circuit({ threshold: 1 });
    expect(watch(live).seen).toEqual(['0 closed 0']);
    live.isolate();
    expect(watch(live).seen).toEqual(['0 isolated Infinity']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('emits every change, also the counts of calls', () => {
    const live = circuit({ threshold: 2 });
    const failures: number[] = [];
    live.state$.subscribe((state) => failures.push(state.failures));
    call(live, 'fails');
    expect(failures).toEqual([0, 1]);
  });

  it('emits nothing if nothing changes', () => {
    const live = circuit({ threshold: 1 });
    live.open();
    const { seen } = watch(live);
    call(live, 'completes');
    expect(seen).toEqual(['0 open 60000']);
  });

  it('counts down the full seconds that are left while it is open, and then is silent', () => {
    const live = circuit({ threshold: 1, resetAfter: 2500 });
    const { seen } = watch(live);
    call(live, 'fails');
    vi.advanceTimersByTime(10_000);
    expect(seen).toEqual(['0 closed 0', '0 open 2500', '500 open 2000', '1500 open 1000', '2500 open 0']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps to the full seconds, whenever it is subscribed', () => {
    const live = circuit({ threshold: 1, resetAfter: 2000 });
    live.open();
    vi.advanceTimersByTime(300);
    const { seen } = watch(live);
    vi.advanceTimersByTime(10_000);
    expect(seen).toEqual(['300 open 1700', '1000 open 1000', '2000 open 0']);
  });

  it('shows a probe timeout as open at that instant, without an ask', () => {
    const live = circuit({ threshold: 1, resetAfter: 1000, halfOpen: { probes: 2, probeTimeout: 1500 } });
    live.open();
    live.halfOpen();
    const { seen } = watch(live);
    call(live, 'stays out');
    vi.advanceTimersByTime(10_000);
    expect(seen).toEqual(['0 half-open 0', '0 half-open 0', '1500 open 1000', '2500 open 0']);
  });

  it('counts down the probe timeout while all probes are running', () => {
    const live = circuit({ threshold: 1, resetAfter: 1000, halfOpen: { probeTimeout: 1500 } });
    live.open();
    live.halfOpen();
    const { seen } = watch(live);
    call(live, 'stays out');
    vi.advanceTimersByTime(1500);
    expect(seen).toEqual(['0 half-open 0', '0 half-open 1500', '500 half-open 1000', '1500 open 1000']);
  });

  it('keeps no timer while half-open without a running probe', () => {
    const live = circuit({ threshold: 1 });
    live.open();
    live.halfOpen();
    watch(live);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps a timer only while it is subscribed', () => {
    const live = circuit({ threshold: 1 });
    live.open();
    expect(vi.getTimerCount()).toBe(0);
    const [one, other] = [watch(live), watch(live)];
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    one.held.unsubscribe();
    other.held.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('clears the timer of a past state', () => {
    const live = circuit({ threshold: 1 });
    watch(live);
    live.open();
    live.reset();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('schedules nothing for a wait that cannot end', () => {
    const live = circuit({ threshold: 1, resetAfter: Number.MAX_VALUE });
    watch(live);
    live.open();
    vi.advanceTimersByTime(5000);
    expect(live.state.phase).toBe('open');
  });

  it('emits the effect of a command to the listener that gave it', () => {
    const live = circuit({ threshold: 1 });
    live.open();
    const phases: string[] = [];
    live.state$.subscribe(({ phase }) => {
      phases.push(phase);
      if (phase === 'open') live.reset();
    });
    expect(phases).toEqual(['open', 'closed']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('runs on the scheduler of the circuit', () => {
    const { live, clock } = timed({ resetAfter: 1500 });
    live.open();
    const seen: number[] = [];
    live.state$.pipe(take(3)).subscribe(({ retryAfter }) => seen.push(retryAfter));
    clock.flush();
    expect(seen).toEqual([1500, 1000, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('circuit commands', () => {
  it('isolate: two holds need two releases, and one release counts once', () => {
    const { live } = timed();
    const [one, other] = [live.isolate(), live.isolate()];
    one.release();
    one.release();
    expect(live.state).toMatchObject({ phase: 'isolated', retryAfter: Infinity });
    other.release();
    expect(live.state).toMatchObject({ phase: 'closed', retryAfter: 0 });
  });

  it.each(['reset', 'restore'] as const)('isolate: a hold from before a %s has no effect', (sweep) => {
    const { live } = timed();
    const old = live.isolate();
    live[sweep](live.snapshot());
    live.reset();
    const held = live.isolate();
    old.release();
    expect(live.state.phase).toBe('isolated');
    held.release();
    expect(live.state.phase).toBe('closed');
  });

  it('open: for as long as it would open by itself, or for a number of milliseconds', () => {
    const { live } = timed();
    live.open();
    expect(live.state).toMatchObject({ phase: 'open', retryAfter: 100, opens: 1, cause: undefined });
    live.open(1);
    expect(live.state).toMatchObject({ phase: 'open', retryAfter: 1, opens: 1 });
  });

  it('halfOpen: an open circuit may be probed now', () => {
    const { live } = timed();
    call(live, 'fails');
    live.halfOpen();
    expect(live.state).toMatchObject({ phase: 'half-open', retryAfter: 0, cause: down });
    call(live, 'completes');
    expect(live.state.phase).toBe('closed');
  });

  it('reset: closed, without any counts, from every phase', () => {
    const { live } = timed({ threshold: 2 });
    call(live, 'fails');
    live.reset();
    expect(live.state).toMatchObject({ phase: 'closed', failures: 0 });
    live.isolate();
    live.reset();
    expect(live.state.phase).toBe('closed');
  });

  it('disable: admits all and records nothing', () => {
    const { live } = timed();
    live.open();
    live.disable();
    call(live, 'fails');
    expect(live.state).toMatchObject({ phase: 'disabled', failures: 0, retryAfter: 0, cause: undefined });
  });

  it('shadow: admits all and records, but never opens', () => {
    const { live } = timed();
    live.shadow();
    call(live, 'fails');
    call(live, 'fails');
    expect(live.state).toMatchObject({ phase: 'shadow', failures: 1, retryAfter: 0 });
    live.reset();
    call(live, 'fails');
    expect(live.state.phase).toBe('open');
  });

  it.each([
    ['open an isolated circuit', 'isolate', 'open'],
    ['half-open an isolated circuit', 'isolate', 'halfOpen'],
    ['disable an isolated circuit', 'isolate', 'disable'],
    ['shadow an isolated circuit', 'isolate', 'shadow'],
    ['half-open a closed circuit', 'reset', 'halfOpen'],
    ['half-open a disabled circuit', 'disable', 'halfOpen'],
    ['half-open a shadow circuit', 'shadow', 'halfOpen'],
  ] as const)('cannot %s', (command, prepare, apply) => {
    const { live } = timed();
    live[prepare]();
    const before = live.snapshot();
    const events = eventsOf(live);
    expect(() => {
      live[apply]();
    }).toThrow(new Error(`circuit users: cannot ${command}`));
    expect(live.snapshot()).toEqual(before);
    expect(events).toEqual([]);
  });

  it.each([0, -1, NaN, Infinity, '5'])('open(%s) is rejected', (ms) => {
    const { live } = timed();
    const shown = typeof ms === 'string' ? '"5"' : String(ms);
    expect(() => {
      live.open(ms as number);
    }).toThrow(`circuit users: open(ms) must be a finite number of milliseconds, at least 1, got ${shown}`);
    expect(live.state.phase).toBe('closed');
  });
});

describe('circuit snapshot and restore', () => {
  const moved = (live: Circuit): unknown => JSON.parse(JSON.stringify(live.snapshot()));

  it('is JSON with its format, version and name', () => {
    const { live } = timed();
    live.disable();
    expect(live.snapshot()).toEqual({
      format: 'rxjs-reprise/circuit',
      version: 1,
      name: 'users',
      state: { phase: 'disabled', seen: 0 },
    });
    call(live, 'fails');
    expect(moved(live)).toEqual(live.snapshot());
  });

  it('continues in another circuit: open for the remaining time, without its cause', () => {
    const { live } = timed();
    call(live, 'fails');
    const { live: other, clock } = timed({ name: 'other' });
    clock.frame = 30;
    call(other, 'fails');
    const events = eventsOf(other);
    other.restore(moved(live));
    expect(other.state).toMatchObject({ phase: 'open', retryAfter: 70, opens: 1, cause: undefined });
    expect(events).toStrictEqual([
      { kind: 'opened', circuit: 'other', at: 30, cause: undefined, opens: 1, retryAfter: 70 },
    ]);
  });

  it('is never open longer than its open time, on a clock that is far behind', () => {
    const { live, clock } = timed();
    clock.frame = 1_000_000;
    call(live, 'fails');
    const { live: other } = timed();
    other.restore(moved(live));
    expect(other.state).toMatchObject({ phase: 'open', retryAfter: 100 });
  });

  it('keeps its counts', () => {
    const { live } = timed({ threshold: 3 });
    call(live, 'fails');
    call(live, 'fails');
    const { live: other } = timed({ threshold: 3 });
    other.restore(moved(live));
    expect(other.state.failures).toBe(2);
    call(other, 'fails');
    expect(other.state.phase).toBe('open');
  });

  it('half-open: may be probed at once, without the probes of the snapshot', () => {
    const { live, clock } = timed();
    call(live, 'fails');
    clock.frame = 100;
    const probe = call(live, 'stays out');
    live.restore(moved(live));
    expect(live.state).toMatchObject({ phase: 'open', retryAfter: 0, opens: 1 });
    probe.unsubscribe();
    call(live, 'completes');
    expect(live.state.phase).toBe('closed');
  });

  it('forgets calls that were in flight: their end is late', () => {
    const { live } = timed();
    const source = new Subject<string>();
    source.pipe(circuitBreak(live)).subscribe({ error: noop });
    live.restore(moved(live));
    source.error(down);
    expect(live.state).toMatchObject({ phase: 'closed', failures: 0 });
  });

  it('isolated: only reset ends it', () => {
    const { live } = timed();
    const hold = live.isolate();
    live.restore(moved(live));
    hold.release();
    expect(live.state.phase).toBe('isolated');
    live.reset();
    expect(live.state.phase).toBe('closed');
  });

  const snapshot = timed().live.snapshot();
  it.each<[title: string, json: unknown, message: string]>([
    ['nothing', undefined, 'must be of the format rxjs-reprise/circuit, got undefined'],
    ['text', '{}', 'must be of the format rxjs-reprise/circuit, got "{}"'],
    ['a list', [], 'must be of the format rxjs-reprise/circuit, got []'],
    ['foreign', { format: 'opossum' }, 'must be of the format rxjs-reprise/circuit, got "opossum"'],
    ['newer', { ...snapshot, version: 2 }, 'must be of version 1, got 2'],
    ['damaged', { ...snapshot, state: null }, 'must fit this circuit, got the phase undefined'],
    ['in no phase', { ...snapshot, state: { phase: 'ajar' } }, 'must fit this circuit, got the phase "ajar"'],
    ['cut short', { ...snapshot, state: { phase: 'open', seen: 0 } }, 'must fit this circuit, got since undefined'],
    [
      'of other rules',
      timed({ trip: consecutive(2) }).live.snapshot(),
      'must fit this circuit, got windows[0].times undefined',
    ],
  ])('rejects one that is %s, and stays as it was', (_, json, message) => {
    const { live } = timed();
    const hold = live.isolate();
    const before = live.snapshot();
    const events = eventsOf(live);
    expect(() => {
      live.restore(json);
    }).toThrow(new TypeError(`circuit users: the snapshot ${message}`));
    expect(live.snapshot()).toEqual(before);
    expect(events).toEqual([]);
    hold.release();
    expect(live.state.phase).toBe('closed');
  });
});

describe('circuit rejects bad input', () => {
  it.each<[options: unknown, message: string]>([
    [5, 'circuit: options must be an object, got 5'],
    [{ name: 5 }, 'circuit: name must be a string, got 5'],
    [{ scheduler: {} }, 'circuit: scheduler must be an RxJS scheduler, got an object'],
    [{ random: 0.5 }, 'circuit: random must be a function, got 0.5'],
    [{ threshold: 0 }, 'circuit: threshold must be a whole number, at least 1, got 0'],
    [{ threshold: 1.5 }, 'circuit: threshold must be a whole number, at least 1, got 1.5'],
    [{ window: 0 }, 'circuit: window must be a finite number of milliseconds, at least 1, got 0'],
    [{ resetAfter: NaN }, 'circuit: resetAfter must be a finite number of milliseconds, at least 1, got NaN'],
    [{ trip: [] }, 'circuit: trip must be a trip rule or an array of them, got []'],
    [{ halfOpen: { probes: 0 } }, 'circuit: halfOpen.probes must be a whole number, at least 1, got 0'],
    [{ halfOpen: { allowedFailures: 1 } }, 'circuit: halfOpen.allowedFailures must be less than probes (1), got 1'],
    [
      { halfOpen: { probeTimeout: 0.5 } },
      'circuit: halfOpen.probeTimeout must be a finite number of milliseconds, at least 1, got 0.5',
    ],
  ])('%j', (options, message) => {
    expect(() => circuit(options as CircuitOptions)).toThrow(message);
  });

  it('ends a stream with an error if random answers a number out of range', () => {
    const { live } = timed({ random: () => 1 });
    let end: unknown;
    of(1)
      .pipe(circuitBreak(live))
      .subscribe({ error: (error: unknown) => (end = error) });
    expect(end).toEqual(new RangeError('circuit: the answer of random must be a number in [0, 1), got 1'));
  });
});

describe('circuit, and code that reaches into it', () => {
  it('counts a release once if a listener of it repeats it', () => {
    const live = circuit();
    const one = live.isolate();
    live.isolate();
    let changes = 0;
    live.state$.pipe(skip(1)).subscribe(() => {
      changes += 1;
      one.release();
    });
    one.release();
    expect([changes, live.state.phase]).toEqual([1, 'isolated']);
  });

  it('stays isolated if its policy of open times isolates it during a command', () => {
    const isolate = (): boolean => {
      live.isolate();
      return true;
    };
    const live: Circuit = circuit({ resetAfter: onlyIf(isolate, fixed(1000)) });
    live.open();
    expect(live.state.phase).toBe('isolated');
  });

  it('gives out copies of its state, and keeps a copy of a restored snapshot', () => {
    const live = circuit({ threshold: 1, resetAfter: 60_000 });
    call(live, 'fails');
    const taken = JSON.parse(JSON.stringify(live.snapshot())) as { state: { until: number; ms: number } };
    Object.assign(live.snapshot().state, { until: 0 });
    expect(live.state.phase).toBe('open');
    live.restore(taken);
    taken.state.until = 0;
    expect(live.state.retryAfter).toBeGreaterThan(0);
  });
});
