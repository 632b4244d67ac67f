import {
  concat,
  config,
  defer,
  EMPTY,
  finalize,
  NEVER,
  of,
  Subject,
  switchMap,
  takeUntil,
  throwError,
  timer,
  VirtualTimeScheduler,
  type Observable,
} from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import {
  both,
  circuit,
  circuitBreak,
  circuitBreaker,
  CircuitOpenError,
  fixed,
  immediate,
  never,
  onlyIf,
  RejectedError,
  resetOn,
  retries,
  retryWithPolicy,
  gate,
  type Gate,
  type Circuit,
  type CircuitOptions,
  type Policy,
  type Signal,
} from 'rxjs-reprise';
import { flaky } from 'rxjs-reprise/testing';
import { picture } from '../../support/picture.js';
import { drawnEvents, halfOpen, outcome, untouched, turns, type Turn } from '../../support/stage.js';

/*
 * Gates that are shared: how an attempt waits for them and is woken, what an ask charges, and how its end is reported.
 */

const down = new Error('down');
const failing = throwError(() => down);
const mistake = new Error('a mistake');
const throwing = (): never => {
  throw mistake;
};

/** A gate that admits all attempts by default, and logs the signals that it receives. */
function recording(answer: (signal: Signal) => number = () => 0): { readonly gate: Gate; readonly log: string[] } {
  const log: string[] = [];
  const policy: Policy<null> = {
    initial: null,
    reduce(state, signal) {
      log.push(`${signal.kind} ${String(signal.ticket)}`);
      return { state, wait: answer(signal), reason: 'recorded' };
    },
  };
  return { gate: gate(policy), log };
}

describe('retryWithPolicy over a shared circuit', () => {
  picture('waits until it may be probed, and recovers', {
    operate: (source) => {
      const live = circuit({ threshold: 1, resetAfter: 6 });
      return { events: drawnEvents(live), calls: source.pipe(retryWithPolicy(immediate, { gates: [live] })) };
    },
    diagram: `
      source         -#
                     -a|
      events         -(or)--h-c
      calls          --------a|
      subscriptions  ^!
                     -------^-!
    `,
  });

  picture('waits before the first attempt too; a retry waits for its policy first, and then for the circuit', {
    operate: (source) => {
      const live = circuit({ threshold: 1, resetAfter: 5 });
      live.open();
      return source.pipe(retryWithPolicy(both(fixed(8), retries(1)), { gates: [live] }));
    },
    diagram: `
      source         -#
      expected       ---------------#
      subscriptions  -----^!
                     --------------^!
    `,
  });

  picture('asks early when the circuit closes', {
    operate: (source, m) => {
      const live = circuit({ resetAfter: 100 });
      live.open();
      m.scheduler.schedule(() => {
        live.reset();
      }, 20);
      return source.pipe(retryWithPolicy(immediate, { gates: [live], random: () => 0.5 }));
    },
    diagram: `
      source         a|
      expected       20ms a|
    `,
  });

  picture('closes the circuit at the probe timeout of an endless probe that has delivered a value', {
    operate: (source) => {
      const live = halfOpen({ halfOpen: { probeTimeout: 4 } });
      const through = retryWithPolicy<string>(never, { gates: [live] });
      return { probe: source.pipe(through), other: of('b').pipe(through) };
    },
    diagram: `
      source         -a-a-a-a
      probe          -a-a-a-a
      other          ----(b|)
    `,
  });

  picture('asks early when a probe frees its slot', {
    operate: (source, m) => {
      const live = halfOpen({ halfOpen: { probeTimeout: 100 } });
      const probe = NEVER.pipe(circuitBreak(live)).subscribe();
      m.scheduler.schedule(() => {
        probe.unsubscribe();
      }, 20);
      return source.pipe(retryWithPolicy(immediate, { gates: [live], random: () => 0.5 }));
    },
    diagram: `
      source         a|
      expected       20ms a|
    `,
  });

  picture('leaves no timer and no listener behind if it is left while it waits', {
    operate: (source) => {
      const live = circuit({ resetAfter: 10 });
      live.open();
      return {
        calls: source.pipe(retryWithPolicy(immediate, { gates: [live] })),
        phase: defer(() => of(live.state.phase.charAt(0))),
      };
    },
    diagram: `
      source         a|
      calls          --!
      phase          -----------(^o|)
      subscriptions  none
    `,
  });

  it('is rejected for good before the first attempt by an isolated circuit; the source is not subscribed', () => {
    const live = circuit({ name: 'payments' });
    live.isolate();
    let calls = 0;
    const events: Turn[] = [];
    const source = defer(() => of((calls += 1)));
    const options = { gates: [live], observe: turns((event) => events.push(event)) };
    const { end } = outcome(source.pipe(retryWithPolicy(immediate, options)));
    expect(end).toBeInstanceOf(CircuitOpenError);
    expect(end).toMatchObject({ circuit: 'payments', state: 'isolated', retryAfter: Infinity, cause: undefined });
    expect(calls).toBe(0);
    expect(events).toMatchObject([{ kind: 'rejected', attempt: 1, reason: 'isolated' }]);
    expect(events[0]).toHaveProperty('error', end);
  });

  it('is rejected for good before a retry: ends with the error of the source, and reports the reason as an event', () => {
    const live = circuit();
    const events: Turn[] = [];
    const source = defer(() => {
      live.isolate();
      return failing;
    });
    const options = { gates: [live], observe: turns((event) => events.push(event)) };
    expect(outcome(source.pipe(retryWithPolicy(retries(3), options))).end).toBe(down);
    expect(events.map(({ kind, attempt }) => [kind, attempt])).toEqual([
      ['retrying', 1],
      ['rejected', 2],
      ['gave-up', 1],
    ]);
    expect(events.slice(1)).toMatchObject([{ reason: 'isolated' }, { reason: 'isolated' }]);
  });

  it('gives up a wait if the circuit is isolated', () => {
    const clock = new VirtualTimeScheduler();
    const live = circuit({ threshold: 1, resetAfter: 100, scheduler: clock });
    const options = { gates: [live], scheduler: clock, random: () => 0.5 };
    const seen = outcome(failing.pipe(retryWithPolicy(immediate, options)));
    clock.schedule(() => {
      live.isolate();
    }, 20);
    clock.flush();
    expect(seen.end).toBe(down);
    expect(clock.frame).toBe(20);
  });

  it('is rejected with a RejectedError by a gate that is no circuit', () => {
    const { gate } = recording(() => Infinity);
    const { end } = outcome(of(1).pipe(retryWithPolicy(immediate, { gates: [gate] })));
    expect(end).toBeInstanceOf(RejectedError);
    expect(end).not.toBeInstanceOf(CircuitOpenError);
    expect(end).toMatchObject({ reason: 'recorded', retryAfter: Infinity });
  });

  it('overflows no stack at 20 000 failures in a row without a wait', () => {
    const clock = new VirtualTimeScheduler();
    const live = circuit({ classify: () => 'ignore' });
    const seen = outcome(failing.pipe(retryWithPolicy(retries(20_000), { gates: [live], scheduler: clock })));
    clock.flush();
    expect(seen.end).toBe(down);
    expect(clock.frame).toBe(0);
  });
});

describe('an attempt that waits for a gate', () => {
  const through = (live: Circuit, source: Observable<unknown>): unknown => outcome(source.pipe(circuitBreak(live)));
  const later = (end: Observable<never>): { readonly source: Observable<never>; readonly finish: () => void } => {
    const go = new Subject<void>();
    return {
      source: go.pipe(switchMap(() => end)),
      finish: () => {
        go.next();
        go.complete();
      },
    };
  };
  type Scenario = (live: Circuit, at: (ms: number, act: () => unknown) => void) => void;

  /** How often a stream asks in 50 ms. It waits for 100 ms at one gate while something happens in another one. */
  function asksDuring(options: CircuitOptions, happens: Scenario): number {
    const scheduler = new VirtualTimeScheduler();
    const live = circuit({ threshold: 1, ...options, scheduler });
    const shut = circuit({ resetAfter: 100, scheduler });
    shut.open();
    const { gate, log } = recording();
    happens(live, (ms, act) => scheduler.schedule(act, ms));
    const gates = [live, shut, gate];
    const waiting = of('a').pipe(retryWithPolicy(immediate, { gates, scheduler, random: () => 0 }));
    outcome(waiting.pipe(takeUntil(timer(50, scheduler))));
    scheduler.flush();
    return log.length;
  }

  it.each<[title: string, options: CircuitOptions, happens: Scenario]>([
    [
      'a report to a closed circuit',
      { threshold: 2 },
      (live, at) => {
        at(10, () => through(live, failing));
      },
    ],
    [
      'a late report',
      { resetAfter: 200 },
      (live, at) => {
        const { source, finish } = later(failing);
        through(live, source);
        live.open();
        at(10, finish);
      },
    ],
    [
      'a probe that settled and decided nothing',
      { halfOpen: { probes: 2 } },
      (live, at) => {
        live.open();
        live.halfOpen();
        at(10, () => through(live, EMPTY));
      },
    ],
    [
      'an attempt that was admitted',
      { resetAfter: 5 },
      (live, at) => {
        live.open();
        at(10, () => through(live, NEVER));
      },
    ],
    [
      'an attempt that was rejected',
      { resetAfter: 30 },
      (live, at) => {
        live.open();
        at(10, () => through(live, of('a')));
      },
    ],
  ])('is not woken by %s', (_, options, happens) => {
    expect(asksDuring(options, happens)).toBe(1);
  });

  it.each<[title: string, asks: number, happens: Scenario]>([
    [
      'a change of the phase',
      2,
      (live, at) => {
        live.open();
        at(10, () => {
          live.halfOpen();
        });
      },
    ],
    [
      'a slot that is free again',
      2,
      (live, at) => {
        live.open();
        live.halfOpen();
        const probe = NEVER.pipe(circuitBreak(live)).subscribe();
        at(10, () => {
          probe.unsubscribe();
        });
      },
    ],
    [
      'each new open time',
      4,
      (live, at) => {
        live.open();
        for (const ms of [10, 20, 30])
          at(ms, () => {
            live.open();
          });
      },
    ],
  ])('is woken by %s', (_, asks, happens) => {
    expect(asksDuring({ resetAfter: 200 }, happens)).toBe(asks);
  });
});

describe('an ask is a transaction over the policy and all gates', () => {
  it.each([
    ['before', (probed: Circuit, other: Circuit) => [probed, other]],
    ['after', (probed: Circuit, other: Circuit) => [other, probed]],
  ])('no probe is taken if a circuit %s it rejects', (_, order) => {
    const clock = new VirtualTimeScheduler();
    const probed = halfOpen({ scheduler: clock });
    const other = circuit({ resetAfter: 50, scheduler: clock });
    other.open();
    const before = probed.snapshot();
    const kinds: string[] = [];
    probed.events$.subscribe(({ kind }) => kinds.push(kind));
    const options = { gates: order(probed, other), scheduler: clock };
    const seen = outcome(of('a').pipe(retryWithPolicy(immediate, options)));
    expect(probed.snapshot()).toEqual(before);
    expect(kinds).toEqual([]);
    expect(seen.values).toEqual([]);
    clock.flush();
    expect(seen.values).toEqual(['a']);
    expect(kinds).toEqual(['closed']);
    expect([probed.state.phase, other.state.phase]).toEqual(['closed', 'closed']);
  });

  it('no probe is taken if the policy postpones or rejects', () => {
    const probed = halfOpen();
    for (const wait of [50, Infinity]) {
      const policy: Policy = { initial: 0, reduce: (state, { kind }) => ({ state, wait: kind === 'ask' ? wait : 0 }) };
      const held = NEVER.pipe(retryWithPolicy(policy, { gates: [probed] })).subscribe({ error: () => undefined });
      expect(probed.state).toMatchObject(untouched);
      held.unsubscribe();
    }
  });

  it('the state of the policy is kept only if the policy itself rejects or all gates admit', () => {
    const clock = new VirtualTimeScheduler();
    const live = circuit({ resetAfter: 50, scheduler: clock });
    live.open();
    const asked: number[] = [];
    const counting: Policy<number> = {
      initial: 0,
      reduce(state, { kind }) {
        if (kind !== 'ask') return { state, wait: 0 };
        asked.push(state);
        return { state: state + 1, wait: state === 1 ? 5 : 0 };
      },
    };
    const stream = concat(of('a'), failing).pipe(
      retryWithPolicy(both(counting, retries(1)), { gates: [live], scheduler: clock }),
    );
    const seen = outcome(stream);
    clock.flush();
    expect(asked).toEqual([0, 0, 1, 2]);
    expect(seen).toEqual({ values: ['a', 'a'], end: down });
  });

  it('waits for the longest wait', () => {
    const clock = new VirtualTimeScheduler();
    const [short, long] = [10, 30].map((resetAfter) => circuit({ resetAfter, scheduler: clock }));
    short?.open();
    long?.open();
    let startedAt = NaN;
    const source = defer(() => of((startedAt = clock.now())));
    const gates = [short, long].filter((live) => live !== undefined);
    outcome(source.pipe(retryWithPolicy(immediate, { gates, scheduler: clock })));
    clock.flush();
    expect(startedAt).toBe(30);
  });

  it('of equal rejections the first one gives the reason: the policy, and then the gates in order', () => {
    const [closed, one, other] = ['closed', 'one', 'other'].map((name) => circuit({ name }));
    const gates = [closed, one, other].filter((live) => live !== undefined);
    one?.isolate();
    other?.isolate();
    const rejected = (policy: Policy): unknown => outcome(of('a').pipe(retryWithPolicy(policy, { gates }))).end;
    expect(rejected(immediate)).toMatchObject({ circuit: 'one', state: 'isolated' });
    const declining: Policy = {
      initial: 0,
      reduce: (state, { kind }) => ({ state, wait: kind === 'ask' ? Infinity : 0, reason: 'closed today' }),
    };
    expect(rejected(declining)).toMatchObject({ name: 'RejectedError', reason: 'closed today' });
  });

  it('a circuit whose open time is over stays open, and emits no event, if another one rejects', () => {
    const scheduler = new VirtualTimeScheduler();
    const [ready, other] = [circuit({ resetAfter: 10, scheduler }), circuit({ resetAfter: 50, scheduler })];
    ready.open();
    other.open();
    scheduler.frame = 20;
    const events: unknown[] = [];
    ready.events$.subscribe((event) => events.push(event));
    NEVER.pipe(retryWithPolicy(immediate, { gates: [ready, other], scheduler })).subscribe();
    expect(ready.state).toMatchObject({ phase: 'open', retryAfter: 0 });
    expect(events).toEqual([]);
  });

  it('all gates have stored their states before any listener is notified', () => {
    const scheduler = new VirtualTimeScheduler();
    const one = circuit({ resetAfter: 10, scheduler });
    const other = halfOpen({ scheduler });
    one.open();
    scheduler.frame = 10;
    const waits: number[] = [];
    one.events$.subscribe(() => waits.push(other.state.retryAfter));
    NEVER.pipe(retryWithPolicy(immediate, { gates: [one, other], scheduler })).subscribe();
    expect(waits).toEqual([60_000]);
  });

  it('a gate receives the number of the attempt, and the error that a retry follows', () => {
    const asks: Signal[] = [];
    const { gate } = recording((signal) => {
      if (signal.kind === 'ask') asks.push(signal);
      return 0;
    });
    outcome(failing.pipe(retryWithPolicy(retries(1), { gates: [gate] })));
    expect(asks).toMatchObject([
      { attempt: 1, ticket: 1 },
      { attempt: 2, ticket: 2, error: down },
    ]);
    expect(asks[0]).not.toHaveProperty('error');
  });

  it('a gate numbers the attempts of all its streams; an attempt that asks again keeps its ticket', () => {
    let rejections = 1;
    const { gate, log } = recording(({ kind }) => (kind === 'ask' && rejections-- > 0 ? 1 : 0));
    const clock = new VirtualTimeScheduler();
    const options = { gates: [gate], scheduler: clock };
    outcome(NEVER.pipe(retryWithPolicy(never, options)));
    outcome(of('a').pipe(retryWithPolicy(never, options)));
    clock.flush();
    expect(log).toEqual(['ask 1', 'ask 2', 'value 2', 'success 2', 'ask 1']);
  });
});

describe('every admitted ask is settled once in every gate', () => {
  const hung = concat(of('a'), NEVER);
  interface Case {
    readonly source: Observable<string>;
    readonly policy?: Policy;
    readonly isFatal?: () => boolean;
    readonly end: unknown;
    readonly log: readonly string[];
  }
  /** A source that has not ended by itself is left after 10 ms. */
  const cases: [title: string, Case][] = [
    ['a success', { source: of('a'), end: 'complete', log: ['ask 1', 'value 1', 'success 1'] }],
    ['a success without a value', { source: EMPTY, end: 'complete', log: ['ask 1', 'success 1'] }],
    ['a failure', { source: failing, end: down, log: ['ask 1', 'failure 1'] }],
    [
      'a failure and its retry',
      { source: failing, policy: retries(1), end: down, log: ['ask 1', 'failure 1', 'ask 2', 'failure 2'] },
    ],
    ['a fatal error', { source: failing, isFatal: () => true, end: down, log: ['ask 1', 'cancel 1'] }],
    [
      'a fatal error after a value',
      { source: concat(of('a'), failing), isFatal: () => true, end: down, log: ['ask 1', 'value 1', 'cancel 1'] },
    ],
    ['left before a value', { source: NEVER, end: 'complete', log: ['ask 1', 'cancel 1'] }],
    ['left after a value', { source: hung, end: 'complete', log: ['ask 1', 'value 1', 'success 1'] }],
    [
      'a retry that was left before a value of its own',
      {
        source: flaky([concat(of('a'), failing), NEVER]),
        policy: immediate,
        end: 'complete',
        log: ['ask 1', 'value 1', 'failure 1', 'ask 2', 'cancel 2'],
      },
    ],
    [
      'left while it waits for a retry',
      { source: failing, policy: fixed(50), end: 'complete', log: ['ask 1', 'failure 1'] },
    ],
    ['an isFatal that throws', { source: failing, isFatal: throwing, end: mistake, log: ['ask 1', 'cancel 1'] }],
    [
      'an isFatal that throws after a value',
      { source: concat(of('a'), failing), isFatal: throwing, end: mistake, log: ['ask 1', 'value 1', 'cancel 1'] },
    ],
    [
      'a predicate that throws at a failure',
      { source: failing, policy: onlyIf(throwing), end: mistake, log: ['ask 1', 'failure 1'] },
    ],
    [
      'a predicate that throws at a value',
      { source: hung, policy: resetOn(throwing, immediate), end: mistake, log: ['ask 1', 'value 1', 'cancel 1'] },
    ],
    [
      'a policy that throws at a success',
      {
        source: of('a'),
        policy: { initial: 0, handles: ['success'], reduce: throwing },
        end: mistake,
        log: ['ask 1', 'value 1', 'success 1'],
      },
    ],
  ];
  it.each(cases)('%s', (_, { source, policy = never, isFatal = () => false, end, log }) => {
    const scheduler = new VirtualTimeScheduler();
    const [one, other] = [recording(), recording()];
    const options = { gates: [one.gate, other.gate], isFatal, scheduler };
    const seen = outcome(source.pipe(retryWithPolicy(policy, options), takeUntil(timer(10, scheduler))));
    scheduler.flush();
    expect(seen.end).toBe(end);
    expect(one.log).toEqual(log);
    expect(other.log).toEqual(log);
  });

  it('a classify that throws: all gates receive the failure, and the stream ends with the first error thrown', () => {
    const other = new Error('another mistake');
    const [first, last] = [recording(), recording()];
    const one = halfOpen({ classify: throwing });
    const two = halfOpen({
      classify: () => {
        throw other;
      },
    });
    const gates = [first.gate, one, two, last.gate];
    expect(outcome(failing.pipe(retryWithPolicy(immediate, { gates }))).end).toBe(mistake);
    expect([first.log, last.log]).toEqual([
      ['ask 1', 'failure 1'],
      ['ask 1', 'failure 1'],
    ]);
    expect([one.state, two.state]).toMatchObject([
      { phase: 'open', opens: 2 },
      { phase: 'open', opens: 2 },
    ]);
  });

  it('a classify that throws in a circuitBreaker that is the policy itself ends the stream too', () => {
    const breaker = circuitBreaker({ classify: throwing });
    const policy: Policy<typeof breaker.initial> = {
      initial: breaker.initial,
      reduce: (state, signal) => breaker.reduce(state, signal),
    };
    expect(outcome(failing.pipe(retryWithPolicy(policy))).end).toBe(mistake);
  });

  it('a gate that throws at a value: the others receive a cancel', () => {
    const thrower = recording(({ kind }) => (kind === 'value' ? throwing() : 0));
    const other = recording();
    const probed = halfOpen();
    const gates = [thrower.gate, probed, other.gate];
    expect(outcome(of('a').pipe(retryWithPolicy(immediate, { gates }))).end).toBe(mistake);
    expect(thrower.log).toEqual(['ask 1', 'value 1', 'cancel 1']);
    expect(other.log).toEqual(['ask 1', 'cancel 1']);
    expect(probed.state).toMatchObject(untouched);
  });

  it('a gate that throws when the consumer leaves: reported, not thrown at the consumer', () => {
    vi.useFakeTimers();
    const unhandled: unknown[] = [];
    config.onUnhandledError = (error: unknown) => unhandled.push(error);
    const thrower = recording(({ kind }) => (kind === 'cancel' ? throwing() : 0));
    NEVER.pipe(retryWithPolicy(immediate, { gates: [thrower.gate] }))
      .subscribe()
      .unsubscribe();
    vi.runAllTimers();
    config.onUnhandledError = null;
    vi.useRealTimers();
    expect(unhandled).toEqual([mistake]);
  });

  it('a consumer that leaves when events$ reports its own admission', () => {
    const scheduler = new VirtualTimeScheduler();
    const live = circuit({ resetAfter: 10, scheduler });
    live.open();
    let calls = 0;
    const source = defer(() => {
      calls += 1;
      return NEVER;
    });
    const held = source.pipe(retryWithPolicy(immediate, { gates: [live], scheduler })).subscribe();
    live.events$.subscribe(() => {
      held.unsubscribe();
    });
    scheduler.flush();
    expect(live.state).toMatchObject(untouched);
    expect(calls).toBe(0);
  });

  it('a gate sends its policy only the kinds that it handles, and draws a number for those and for asks', () => {
    const log: string[] = [];
    const policy: Policy = {
      initial: 0,
      handles: ['failure', 'cancel'],
      reduce: (state, { kind }) => {
        log.push(kind);
        return { state, wait: 0 };
      },
    };
    const random = vi.fn(() => 0);
    const live = gate(policy, { random });
    outcome(concat(of('a'), failing).pipe(retryWithPolicy(never, { gates: [live] })));
    outcome(of('a').pipe(retryWithPolicy(never, { gates: [live] })));
    expect(log).toEqual(['failure']);
    expect(random).toHaveBeenCalledTimes(3);
  });
});

describe('circuitBreak before retryWithPolicy', () => {
  it('ends at once with the failure that opens the circuit', () => {
    const scheduler = new VirtualTimeScheduler();
    const live = circuit({ threshold: 2, scheduler });
    let calls = 0;
    const source = defer(() => {
      calls += 1;
      return failing;
    });
    const seen = outcome(source.pipe(circuitBreak(live), retryWithPolicy(both(fixed(10), retries(5)), { scheduler })));
    scheduler.flush();
    expect(calls).toBe(2);
    expect(seen.end).toBe(down);
    expect(scheduler.frame).toBe(10);
  });
});

describe('a stream that is left, and listeners with side effects', () => {
  it('leaks no probe if an old attempt ends the consumer between the ask and the subscription', () => {
    const live = halfOpen({ classify: () => 'ignore' });
    const stop = new Subject<void>();
    const { gate, log } = recording();
    const source = failing.pipe(
      finalize(() => {
        stop.next();
      }),
    );
    outcome(source.pipe(retryWithPolicy(immediate, { gates: [live, gate] }), takeUntil(stop)));
    expect(live.state).toMatchObject(untouched);
    expect(log).toEqual(['ask 1', 'failure 1', 'ask 2', 'cancel 2']);
  });

  it('is woken by a gate that is no circuit within a tenth of the remaining wait, or at once if it is alone', () => {
    const clock = new VirtualTimeScheduler();
    const oneAtATime: Policy<boolean> = {
      initial: false,
      handles: ['ask', 'success'],
      reduce: (isBusy, { kind }) =>
        kind === 'ask' && isBusy ? { state: true, wait: 100 } : { state: kind === 'ask', wait: 0 },
    };
    const live = gate(oneAtATime, { scheduler: clock });
    const options = { gates: [live], scheduler: clock, random: () => 0.5 };
    const starts: number[] = [];
    const request = defer(() => {
      starts.push(clock.now());
      return timer(20, clock);
    }).pipe(retryWithPolicy(immediate, options));
    outcome(request);
    outcome(request);
    outcome(request);
    clock.flush();
    expect(starts).toEqual([0, 24, 44]);
  });

  it('is woken by the action of a listener at its own rejection', () => {
    const clock = new VirtualTimeScheduler();
    const live = circuit({ resetAfter: 60_000, scheduler: clock });
    live.open();
    live.events$.subscribe(({ kind }) => {
      if (kind === 'rejected') live.reset();
    });
    const options = { gates: [live], scheduler: clock, random: () => 0.5 };
    const seen = outcome(of('a').pipe(retryWithPolicy(immediate, options)));
    clock.flush();
    expect([seen.end, clock.frame]).toEqual(['complete', 3000]);
  });

  it('a listener of one gate that opens another in the same transaction leaves it open, with its cause', () => {
    const clock = new VirtualTimeScheduler();
    const first = circuit({ scheduler: clock });
    const second = circuit({ threshold: 1, scheduler: clock });
    first.open(1);
    clock.frame = 1;
    const events: string[] = [];
    second.events$.subscribe(({ kind }) => events.push(kind));
    first.events$.subscribe(({ kind }) => {
      if (kind === 'half-opened') outcome(failing.pipe(circuitBreak(second)));
    });
    outcome(of('a').pipe(retryWithPolicy(immediate, { gates: [first, second], scheduler: clock })));
    expect(second.state).toMatchObject({ phase: 'open', cause: down });
    expect(events).toEqual(['opened', 'late']);
  });
});
