import {
  catchError,
  concat,
  config,
  defer,
  EMPTY,
  finalize,
  firstValueFrom,
  merge,
  NEVER,
  Observable,
  of,
  race,
  range,
  repeat,
  retry,
  Subject,
  Subscription,
  switchMap,
  take,
  takeUntil,
  tap,
  throwError,
  timer,
  VirtualTimeScheduler,
  type OperatorFunction,
} from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  circuit,
  circuitBreak,
  circuitBreaker,
  CircuitOpenError,
  failures,
  immediate,
  retryBudget,
  slowRate,
  type Circuit,
  type CircuitBreakOptions,
} from 'rxjs-reprise';
import { picture } from '../support/picture.js';
import { drawnEvents, halfOpen, outcome, untouched } from '../support/stage.js';

const down = new Error('down');
const failing = throwError(() => down);
const failingWith = (error: unknown): Observable<never> => throwError(() => error);
const noop = (): void => undefined;

/** Turns errors into values: `R` is a rejection, `x` an error of the source. */
const marked = <T>(): OperatorFunction<T, T | string> =>
  catchError((error: unknown) => of(error instanceof CircuitOpenError ? 'R' : 'x'));

/** The events of a circuit with their times, as `12:closed`. */
function logOf(live: Circuit): string[] {
  const log: string[] = [];
  live.events$.subscribe(({ at, kind }) => log.push(`${String(at)}:${kind}`));
  return log;
}

describe('circuitBreak, by marbles', () => {
  picture('the marble of its doc, 40: the third call never reaches the source', {
    operate: (source) => {
      const call = source.pipe(circuitBreak(circuit({ threshold: 2 })), marked());
      return concat(call, call, call);
    },
    diagram: `
      source         -#
      expected       -x(xR|)
      subscriptions  ^!
                     -^!
    `,
  });

  picture('42 rejects calls while it is open; the next call is a probe', {
    operate: (source) => {
      const live = circuit({ resetAfter: 10 });
      live.open();
      return { events: drawnEvents(live), calls: source.pipe(circuitBreak(live), marked()) };
    },
    diagram: `
      source         -g|
      events         r---------h-c
      calls          (R|)
                     ----------^g|
      subscriptions  ----------^-!
    `,
  });

  picture('43 of three calls at once, one is the probe', {
    operate: (source) => {
      const live = halfOpen();
      const call = source.pipe(circuitBreak(live), marked());
      return { events: drawnEvents(live), calls: merge(call, call, call) };
    },
    diagram: `
      source         -----a|
      events         (rr)--c
      calls          (RR)-a|
      subscriptions  ^-----!
    `,
  });

  picture('44 a probe that was left before a value frees its slot for the next', {
    operate: (source) => source.pipe(circuitBreak(halfOpen()), marked()),
    diagram: `
      source         ---a|
      expected       --!
                     --^--a|
      subscriptions  ^-!
                     --^---!
    `,
  });

  picture('45 a stream that is cut after its first value is a success', {
    operate: (source) => {
      const live = halfOpen();
      return { events: drawnEvents(live), calls: source.pipe(circuitBreak(live), take(1)) };
    },
    diagram: `
      source         --a--b--c-
      events         --c
      calls          --(a|)
      subscriptions  ^-!
    `,
  });

  picture('47 a predicate settles an endless stream at the value that proves success; leaving it adds nothing', {
    operate: (source) => {
      const live = halfOpen();
      return {
        events: drawnEvents(live),
        calls: source.pipe(circuitBreak(live, { successOn: (value) => value === 'b' })),
        successes: defer(() => of(String(live.state.successes))),
      };
    },
    diagram: `
      source         -a-b-c-d-
      events         ---c
      calls          -a-b-c!
      successes      -------(^0|)
      subscriptions  ^-----!
    `,
  });

  picture('48 an endless probe keeps its slot until its timeout, and then its values have closed the circuit', {
    operate: (source) => {
      const live = halfOpen({ resetAfter: 4, halfOpen: { probeTimeout: 6 } });
      const other = of('b').pipe(circuitBreak(live), marked());
      return { events: drawnEvents(live), probe: source.pipe(circuitBreak(live)), others: other };
    },
    diagram: `
      source         a-a-a-a-a-a-a-a-
      events         r--r--c
      probe          a-a-a-a-a-a-a-a-
      others         (R|)
                     ---(^R|)
                     ------(^b|)
    `,
  });

  picture('48a an endless probe that stays silent until its timeout opens the circuit again', {
    operate: (source) => {
      const live = halfOpen({ resetAfter: 4, halfOpen: { probeTimeout: 6 } });
      const other = of('b').pipe(circuitBreak(live), marked());
      return { events: drawnEvents(live), probe: source.pipe(circuitBreak(live)), others: other };
    },
    diagram: `
      source         -------a-a-a-a-
      events         r--r--(or)(hc)
      probe          -------a-a-a-a-
      others         (R|)
                     ---(^R|)
                     ------(^R|)
                     ----------(^b|)
    `,
  });

  picture('55 the loser of a race frees its slot', {
    operate: (source, m) => {
      const live = halfOpen();
      return {
        race: race(source.pipe(circuitBreak(live)), m.cold('---b|')),
        state: defer(() => of(live.state)),
      };
    },
    values: { a: 'a', b: 'b', u: expect.objectContaining(untouched) },
    diagram: `
      source         -----a|
      race           ---b|
      state          ------(^u|)
      subscriptions  ^--!
    `,
  });

  picture('66 a plain retry can wait as long as the rejection says', {
    operate: (source) => {
      const live = circuit({ threshold: 1, resetAfter: 7 });
      const delay = (error: unknown): Observable<number> =>
        timer(error instanceof CircuitOpenError ? error.retryAfter : 0);
      return { events: drawnEvents(live), calls: source.pipe(circuitBreak(live), retry({ delay })) };
    },
    diagram: `
      source         --#
                     -g|
      events         --(or)---h-c
      calls          ----------g|
      subscriptions  ^-!
                     ---------^-!
    `,
  });

  picture('68 failures of calls that were in flight when it opened do not keep it open longer', {
    operate: (source) => {
      const live = circuit({ threshold: 1, resetAfter: 10 });
      const call = source.pipe(circuitBreak(live), marked());
      return {
        events: drawnEvents(live),
        calls: merge(call, call, call),
        until: defer(() => of(live.state.openUntil)),
      };
    },
    values: { o: 'o', l: 'l', x: 'x', u: 11 },
    diagram: `
      source         -#
                     ---#
                     ------#
      events         -o-l--l
      calls          -x-x--(x|)
      until          -------(^u|)
      subscriptions  ^!
                     ^--!
                     ^-----!
    `,
  });
});

describe('circuitBreak asks for permission', () => {
  it('41 at subscribe, not when it is piped', () => {
    const live = circuit({ threshold: 1 });
    let calls = 0;
    const guarded = defer(() => of((calls += 1))).pipe(circuitBreak(live));
    live.open();
    expect(outcome(guarded).end).toBeInstanceOf(CircuitOpenError);
    expect(calls).toBe(0);
    live.reset();
    expect(outcome(guarded).values).toEqual([1]);
  });

  it('rejects with the name and the state of the circuit, the time to wait, and the cause', () => {
    const clock = new VirtualTimeScheduler();
    const live = circuit({ name: 'payments', threshold: 1, resetAfter: 500, scheduler: clock });
    const guarded = failing.pipe(circuitBreak(live));
    expect(outcome(guarded).end).toBe(down);
    clock.frame = 100;
    const { end } = outcome(guarded);
    expect(end).toBeInstanceOf(CircuitOpenError);
    expect(end).toMatchObject({ circuit: 'payments', state: 'open', reason: 'open', retryAfter: 400 });
    expect((end as Error).cause).toBe(down);
  });

  it('and is rejected while all probes of a half-open circuit are running, and while it is isolated', () => {
    const live = halfOpen();
    NEVER.pipe(circuitBreak(live)).subscribe();
    expect(outcome(of(1).pipe(circuitBreak(live))).end).toMatchObject({ state: 'half-open' });
    live.isolate();
    expect(outcome(of(1).pipe(circuitBreak(live))).end).toMatchObject({ state: 'isolated', retryAfter: Infinity });
  });

  it('for every repetition and every retry', () => {
    const live = circuit({ threshold: 3 });
    expect(outcome(of('a').pipe(circuitBreak(live), repeat(3))).values).toEqual(['a', 'a', 'a']);
    expect(live.state.successes).toBe(3);
  });

  it('67 of its own circuit only', () => {
    const [one, other] = [circuit({ threshold: 1 }), circuit({ threshold: 1 })];
    outcome(failing.pipe(circuitBreak(one)));
    expect(outcome(of('a').pipe(circuitBreak(one))).end).toBeInstanceOf(CircuitOpenError);
    expect(outcome(of('a').pipe(circuitBreak(other))).values).toEqual(['a']);
  });
});

describe('circuitBreak settles a call', () => {
  const settlements: [title: string, use: (guarded: Observable<string>) => unknown, stream: Observable<string>][] = [
    ['that completes empty', outcome, EMPTY],
    ['that completes', outcome, of('a', 'b')],
    ['46 that firstValueFrom left', firstValueFrom, concat(of('a'), NEVER)],
    ['that was left after a value', (guarded) => outcome(guarded.pipe(take(2))), of('a', 'b', 'c')],
  ];
  it.each(settlements)('%s: as a success', async (_, use, stream) => {
    const live = halfOpen();
    await use(stream.pipe(circuitBreak(live)));
    expect(live.state.phase).toBe('closed');
  });

  it('that was left before a value: as a cancel, which is not counted', () => {
    const closed = circuit({ trip: failures(1, { calls: 10 }) });
    NEVER.pipe(circuitBreak(closed)).subscribe().unsubscribe();
    expect(closed.state).toMatchObject({ phase: 'closed', failures: 0, successes: 0 });
  });

  it('with its error, the same reference: as a failure', () => {
    const live = circuit({ threshold: 1 });
    expect(outcome(failing.pipe(circuitBreak(live)))).toEqual({ values: [], end: down });
    expect(live.state).toMatchObject({ phase: 'open', opens: 1 });
    expect(live.state.cause).toBe(down);
  });

  it('51 once: an error and its teardown, a value and its error', () => {
    const live = circuit({ threshold: 10 });
    outcome(failing.pipe(circuitBreak(live)));
    expect(live.state).toMatchObject({ failures: 1, successes: 0 });
    outcome(concat(of('a'), failing).pipe(circuitBreak(live)));
    expect(live.state).toMatchObject({ failures: 2, successes: 0 });
  });

  it('62 that throws at its subscription: as a failure', () => {
    const live = circuit({ threshold: 1 });
    const throwing = new Observable<never>(() => {
      throw down;
    });
    expect(outcome(throwing.pipe(circuitBreak(live))).end).toBe(down);
    expect(live.state.phase).toBe('open');
  });

  it('60 as classify says: an error that proves a healthy dependency is a success', () => {
    const notFound = { status: 404 };
    const live = halfOpen({ classify: ({ status }: { status: number }) => (status < 500 ? 'success' : 'failure') });
    expect(outcome(failingWith(notFound).pipe(circuitBreak(live))).end).toBe(notFound);
    expect(live.state.phase).toBe('closed');
  });

  it('with the error of classify, if it throws, and counts a failure', () => {
    const mistake = new Error('a mistake');
    const live = circuit({
      threshold: 1,
      classify: () => {
        throw mistake;
      },
    });
    expect(outcome(failing.pipe(circuitBreak(live))).end).toBe(mistake);
    expect(live.state.phase).toBe('open');
  });

  it('63 before a fallback downstream is subscribed', () => {
    const live = circuit({ threshold: 1 });
    const seen: string[] = [];
    outcome(
      failing.pipe(
        circuitBreak(live),
        catchError(() => of(seen.push(live.state.phase))),
      ),
    );
    expect(seen).toEqual(['open']);
  });

  it('65 before the consumer receives the error or the completion', () => {
    const live = circuit({ threshold: 1 });
    const guarded = failing.pipe(circuitBreak(live));
    let second: unknown;
    guarded.subscribe({ error: () => (second = outcome(guarded).end) });
    expect(second).toBeInstanceOf(CircuitOpenError);

    const probed = halfOpen();
    let phase = '';
    of('a')
      .pipe(circuitBreak(probed))
      .subscribe({ complete: () => (phase = probed.state.phase) });
    expect(phase).toBe('closed');
  });

  it('49 before a retry in the same turn: the retry makes two calls, and then is rejected', () => {
    let calls = 0;
    const source = defer(() => throwError(() => new Error(String((calls += 1)))));
    const { end } = outcome(source.pipe(circuitBreak(circuit({ threshold: 2 })), retry(5)));
    expect(calls).toBe(2);
    expect(end).toBeInstanceOf(CircuitOpenError);
  });

  it('50 of all attempts as one, if it stands outside the retry', () => {
    const live = circuit({ threshold: 2 });
    let calls = 0;
    const source = defer(() => {
      calls += 1;
      return failing;
    });
    outcome(source.pipe(retry(4), circuitBreak(live)));
    expect(calls).toBe(5);
    expect(live.state).toMatchObject({ phase: 'closed', failures: 1 });
  });

  it.each([
    ['a failure', failing],
    ['a success', EMPTY],
  ])('52, 64 of an earlier phase as late: %s neither closes nor opens it, nor frees a slot', (_, end) => {
    const live = circuit({ threshold: 1 });
    const stale = new Subject<string>();
    outcome(
      stale.pipe(
        switchMap(() => end),
        circuitBreak(live),
      ),
    );
    live.open();
    live.halfOpen();
    NEVER.pipe(circuitBreak(live)).subscribe();
    const before = live.snapshot();
    const log = logOf(live);
    stale.next('go');
    stale.complete();
    expect(live.snapshot()).toEqual(before);
    expect(log.map((event) => event.replace(/.*:/, ''))).toEqual(['late']);
  });

  it('once a minute: a healthy service closes after its three probes', () => {
    const scheduler = new VirtualTimeScheduler();
    const live = circuit({ threshold: 1, resetAfter: 60_000, halfOpen: { probes: 3 }, scheduler });
    outcome(failing.pipe(circuitBreak(live)));
    const phases = [1, 2, 3].map((minute) => {
      scheduler.frame = minute * 60_000;
      outcome(of('a').pipe(circuitBreak(live)));
      return live.state.phase;
    });
    expect(phases).toEqual(['half-open', 'half-open', 'closed']);
  });

  it('of an earlier phase that was left: as late too', () => {
    const live = circuit({ threshold: 1 });
    const stale = NEVER.pipe(circuitBreak(live)).subscribe();
    live.open();
    live.halfOpen();
    NEVER.pipe(circuitBreak(live)).subscribe();
    stale.unsubscribe();
    expect(live.state.retryAfter).toBeGreaterThan(0);
  });
});

describe('circuitBreak successOn', () => {
  const settling = (
    successOn: CircuitBreakOptions<string>['successOn'],
    use: (held: Subscription, source: Subject<string>) => void,
  ): Circuit => {
    const live = halfOpen();
    const source = new Subject<string>();
    const options = successOn === undefined ? {} : { successOn };
    use(source.pipe(circuitBreak(live, options)).subscribe({ error: noop }), source);
    return live;
  };
  const isB = (value: string): boolean => value === 'b';
  const emit =
    (...values: string[]) =>
    (_: Subscription, source: Subject<string>): void => {
      for (const value of values) source.next(value);
    };
  const leaveAfter =
    (...values: string[]) =>
    (held: Subscription, source: Subject<string>): void => {
      emit(...values)(held, source);
      held.unsubscribe();
    };
  const failAfter =
    (...values: string[]) =>
    (held: Subscription, source: Subject<string>): void => {
      emit(...values)(held, source);
      source.error(down);
    };
  const complete = (_: Subscription, source: Subject<string>): void => {
    source.complete();
  };
  const taken = { phase: 'half-open', successes: 0 };

  it.each([
    [undefined, 'values', emit('a', 'b'), taken],
    ['complete', 'values', emit('a', 'b'), taken],
    ['complete', 'a value and an error', failAfter('a'), { phase: 'open', opens: 2 }],
    ['complete', 'leaving after a value', leaveAfter('a'), { phase: 'closed' }],
    ['complete', 'leaving before a value', leaveAfter(), untouched],
    ['first', 'a value', emit('a'), { phase: 'closed' }],
    ['first', 'an error before a value', failAfter(), { phase: 'open' }],
    ['first', 'leaving before a value', leaveAfter(), untouched],
    [isB, 'a value that does not match', emit('a'), taken],
    [isB, 'a value that matches', emit('a', 'b'), { phase: 'closed' }],
    [isB, 'leaving after values that do not match', leaveAfter('a', 'a'), untouched],
    [isB, 'an error after values that do not match', failAfter('a'), { phase: 'open' }],
  ] as const)('%s: %s', (successOn, _, use, state) => {
    expect(settling(successOn, use).state).toMatchObject(state);
  });

  it.each(['complete', 'first', isB] as const)('%s: a completion is a success in any case', (successOn) => {
    expect(settling(successOn, complete).state.phase).toBe('closed');
  });

  it.each(['first', isB] as const)('%s: nothing after the proof is counted', (successOn) => {
    expect(settling(successOn, failAfter('b')).state).toMatchObject({ phase: 'closed', failures: 0 });
  });

  it('the error of a predicate that throws ends the stream, and the call is a cancel', () => {
    const mistake = new Error('a mistake');
    const live = halfOpen();
    const source = new Subject<string>();
    const successOn = (): boolean => {
      throw mistake;
    };
    const received: unknown[] = [];
    source
      .pipe(circuitBreak(live, { successOn }))
      .subscribe({ error: (error: unknown) => received.push(error, live.state.retryAfter) });
    source.next('a');
    expect(received).toEqual([mistake, 0]);
    expect(source.observed).toBe(false);
    expect(live.state).toMatchObject(untouched);
  });

  it('settles before the consumer receives the value', () => {
    const live = halfOpen();
    const phases: string[] = [];
    of('a', 'b')
      .pipe(circuitBreak(live, { successOn: 'first' }))
      .subscribe(() => phases.push(live.state.phase));
    expect(phases).toEqual(['closed', 'closed']);
  });
});

describe('circuitBreak leaks no slot', () => {
  it('to a consumer that unsubscribed before it was reached', () => {
    const live = halfOpen();
    const log = logOf(live);
    expect(outcome(concat(of(1), of(2).pipe(circuitBreak(live))).pipe(take(1))).values).toEqual([1]);
    expect(live.state).toMatchObject(untouched);
    expect(log).toEqual([]);
  });

  it('56 to a takeUntil that has fired already', () => {
    const live = halfOpen();
    NEVER.pipe(circuitBreak(live), takeUntil(of('fired'))).subscribe();
    expect(live.state).toMatchObject(untouched);
  });

  it('to a subscriber that is closed already', () => {
    const live = halfOpen();
    let calls = 0;
    const source = new Observable<number>((subscriber) => {
      calls += subscriber.closed ? 0 : 1;
      subscriber.next(1);
    });
    const guarded = source.pipe(circuitBreak(live));
    new Observable<number>((subscriber) => {
      subscriber.complete();
      return guarded.subscribe(subscriber);
    }).subscribe();
    expect(live.state).toMatchObject(untouched);
    expect(calls).toBe(0);
  });

  it('57 to a consumer that leaves while it is being subscribed', () => {
    const live = halfOpen();
    const held = new Subscription();
    const source = new Observable<never>(() => {
      held.unsubscribe();
    });
    new Observable<never>((subscriber) => {
      held.add(subscriber);
      source.pipe(circuitBreak(live)).subscribe(subscriber);
    }).subscribe();
    expect(live.state).toMatchObject(untouched);
  });

  it('to a consumer that leaves when events$ reports its own admission', () => {
    const clock = new VirtualTimeScheduler();
    const live = circuit({ resetAfter: 10, scheduler: clock });
    live.open();
    clock.frame = 10;
    const held = new Subscription();
    live.events$.subscribe(() => {
      held.unsubscribe();
    });
    let calls = 0;
    new Observable<never>((subscriber) => {
      held.add(subscriber);
      new Observable<never>(({ closed }) => {
        calls += closed ? 0 : 1;
      })
        .pipe(circuitBreak(live))
        .subscribe(subscriber);
    }).subscribe();
    expect(live.state).toMatchObject({ ...untouched, opens: 1 });
    expect(calls).toBe(0);
  });

  it('69 in a switchMap storm: one slot serves a hundred calls, one after the other', () => {
    const live = halfOpen();
    const keys = new Subject<number>();
    let calls = 0;
    const call = defer(() => {
      calls += 1;
      return NEVER;
    }).pipe(circuitBreak(live), marked());
    const rejected: unknown[] = [];
    keys.pipe(switchMap(() => call)).subscribe((answer) => rejected.push(answer));
    for (let key = 0; key < 100; key += 1) keys.next(key);
    expect(calls).toBe(100);
    expect(rejected).toEqual([]);
    expect(live.state).toMatchObject({ ...untouched, retryAfter: expect.any(Number) as number });
    keys.complete();
    expect(outcome(of(1).pipe(circuitBreak(live))).end).toBeInstanceOf(CircuitOpenError);
  });

  it('and stops a firehose at take(3): 58, 59', () => {
    const live = halfOpen();
    let produced = 0;
    const firehose = range(1, 100_000).pipe(tap(() => (produced += 1)));
    expect(outcome(firehose.pipe(circuitBreak(live), take(3))).values).toEqual([1, 2, 3]);
    expect(produced).toBe(3);
    expect(live.state.phase).toBe('closed');
  });

  it('46 and settles a call that was left after the consumer has received its value', async () => {
    const live = halfOpen();
    const order: string[] = [];
    live.events$.subscribe(({ kind }) => order.push(kind));
    const source = concat(of('a'), NEVER).pipe(finalize(() => order.push('source left')));
    await firstValueFrom(
      source.pipe(
        circuitBreak(live),
        tap(() => order.push('value')),
      ),
    );
    expect(order).toEqual(['value', 'closed', 'source left']);
  });
});

describe('circuitBreak and its listeners', () => {
  const unhandled: unknown[] = [];
  beforeEach(() => {
    vi.useFakeTimers();
    unhandled.length = 0;
    config.onUnhandledError = (error: unknown) => unhandled.push(error);
  });
  afterEach(() => {
    config.onUnhandledError = null;
    vi.useRealTimers();
  });

  it.each(['events$', 'state$'] as const)('53 a listener of %s that throws does not change the stream', (look) => {
    const mistake = new Error('a mistake');
    const live = circuit({ threshold: 1 });
    const looks: Observable<{ readonly phase?: string; readonly kind?: string }> = live[look];
    looks.subscribe(({ phase, kind }) => {
      if (phase === 'open' || kind === 'opened') throw mistake;
    });
    expect(outcome(failing.pipe(circuitBreak(live))).end).toBe(down);
    vi.advanceTimersByTime(1);
    expect(unhandled).toEqual([mistake]);
    expect(live.state.phase).toBe('open');
  });

  it.each(['events$', 'state$'] as const)('54 a call in a listener of %s when it opens is rejected', (look) => {
    const live = circuit({ threshold: 1 });
    const ends: unknown[] = [];
    const looks: Observable<{ readonly phase?: string; readonly kind?: string }> = live[look];
    looks.pipe(take(3)).subscribe(({ phase, kind }) => {
      if (phase === 'open' || kind === 'opened') ends.push(outcome(of('a').pipe(circuitBreak(live))).end);
    });
    outcome(failing.pipe(circuitBreak(live)));
    expect(ends).toEqual([expect.any(CircuitOpenError)]);
    expect((ends[0] as Error).cause).toBe(down);
  });

  it('a consumer that leaves in events$ when its own call fails receives nothing more', () => {
    const live = circuit({ threshold: 1 });
    const source = new Subject<string>();
    let end: unknown = 'pending';
    const held = source.pipe(circuitBreak(live)).subscribe({ error: (error: unknown) => (end = error) });
    live.events$.subscribe(() => {
      held.unsubscribe();
    });
    source.error(down);
    expect(end).toBe('pending');
    expect(live.state).toMatchObject({ phase: 'open', opens: 1 });
  });

  it('the error of a policy that throws when the consumer leaves is reported, not thrown at the consumer', () => {
    const mistake = new Error('a mistake');
    const record = (): never => {
      throw mistake;
    };
    const live = circuit({ trip: { ...slowRate(1, { calls: 1, slowerThan: 5 }), record } });
    const held = NEVER.pipe(circuitBreak(live)).subscribe();
    vi.advanceTimersByTime(6);
    held.unsubscribe();
    vi.advanceTimersByTime(1);
    expect(unhandled).toEqual([mistake]);
  });
});

describe('circuitBreak rejects bad input', () => {
  it.each<[title: string, make: () => unknown, message: string]>([
    ...(
      [
        ['a policy', immediate, 'an object'],
        ['a gate policy that is no circuit breaker', retryBudget(), 'an object'],
        ['no circuit', undefined, 'undefined'],
        ['null', null, 'null'],
      ] as const
    ).map(
      ([title, given, shown]) =>
        [
          title,
          () => circuitBreak(given as never),
          `circuitBreak: circuit must be a circuit from circuit(), got ${shown}`,
        ] as [string, () => unknown, string],
    ),
    [
      'the policy of a circuit',
      () => circuitBreak(circuitBreaker() as unknown as Circuit),
      'circuitBreak: circuit must be a circuit, got the policy of one, which would count the failures of each pipe apart. ' +
        'Make a circuit once, with circuit(options), and pass that',
    ],
    [
      'options',
      () => circuitBreak(circuit(), 5 as CircuitBreakOptions<unknown>),
      'circuitBreak: options must be an object, got 5',
    ],
    [
      'successOn',
      () => circuitBreak(circuit(), { successOn: 'last' as 'first' }),
      "circuitBreak: successOn must be 'complete', 'first' or a predicate, got \"last\"",
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
