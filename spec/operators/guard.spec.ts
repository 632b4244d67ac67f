import {
  concat,
  concatMap,
  defer,
  EMPTY,
  finalize,
  merge,
  NEVER,
  of,
  repeat,
  Subject,
  take,
  takeUntil,
  tap,
  throwError,
  timer,
  toArray,
  VirtualTimeScheduler,
  type Observable,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  both,
  circuit,
  CircuitOpenError,
  concurrencyLimit,
  fixed,
  guard,
  immediate,
  never,
  rateLimit,
  RejectedError,
  retries,
  retryBudget,
  retryWithPolicy,
  gate,
  retryThrottle,
  retryQuota,
  type Gate,
  type GuardOptions,
  type Policy,
  type PolicyGate,
  type RetryThrottleView,
  type Signal,
} from 'rxjs-reprise';
import { marbles } from '../support/marbles.js';
import { attentive, halfOpen, kinds, outcome, recorded, unhandledBy, untouched } from '../support/stage.js';

const down = new Error('down');
const failing = throwError(() => down);

/** A gate that answers asks in turn, the last one repeating, and writes down what it hears. */
function answering(...waits: readonly number[]): { readonly gate: PolicyGate; readonly log: Signal[] } {
  const log: Signal[] = [];
  const policy: Policy<number> = {
    initial: 0,
    reduce: (turn, { kind }) =>
      kind === 'ask'
        ? { state: turn + 1, wait: waits[Math.min(turn, waits.length - 1)] ?? 0, reason: 'told' }
        : { state: turn, wait: 0 },
  };
  return { gate: gate<unknown>(recorded(policy, log), { name: 'answering' }), log };
}

/** One place in common. */
const onePlace = (): ReturnType<typeof gate<{ running: number; waiting: number }>> =>
  gate(concurrencyLimit({ limit: 1 }), { name: 'place' });

describe('guard, by marbles', () => {
  it(
    'the marble of its doc: the second call waits for the place, the maxWait of the third ends first',
    marbles((m) => {
      const guarded = guard<string>(onePlace(), { maxWait: 3 });
      const source = m.cold('         -a|');
      const first = '                 -a|';
      const second = '                ---a|';
      const third = '                 ---#';
      const subscriptions = ['        ^-!', '        --^-!'];
      m.expect(source.pipe(guarded)).toBeObservable(first);
      m.expect(source.pipe(guarded)).toBeObservable(second);
      m.expect(source.pipe(guarded)).toBeObservable(third, undefined, new RejectedError('concurrency', 0, 'place'));
      m.expect(source).toHaveSubscriptions(subscriptions.map((row) => row.trim()));
    }),
  );

  it(
    'rejects at once unless told to be patient',
    marbles((m) => {
      const place = onePlace();
      const source = m.cold('         -a|');
      const expected = '              #';
      m.expect(source.pipe(guard(place))).toBeObservable('-a|');
      m.expect(source.pipe(guard(place))).toBeObservable(
        expected,
        undefined,
        new RejectedError('concurrency', 0, 'place'),
      );
    }),
  );

  it(
    'admits in the order of asking, and nobody in between',
    marbles((m) => {
      const guarded = guard<string>(onePlace(), { maxWait: 100 });
      const source = m.cold('         --a|');
      m.expect(source.pipe(guarded)).toBeObservable('         --a|');
      m.expect(source.pipe(guarded)).toBeObservable('         -----a|');
      m.expect(timer(1).pipe(concatMap(() => source.pipe(guarded)))).toBeObservable('--------a|');
      m.expect(timer(3).pipe(concatMap(() => source.pipe(guarded)))).toBeObservable('-----------a|');
    }),
  );

  it(
    'starts each call in its turn under a rate limit',
    marbles((m) => {
      const guarded = guard<string>(gate(rateLimit({ limit: 1, per: 3 })), { maxWait: 100 });
      const source = m.cold('      a|');
      const subscriptions = ['^!', '---^!', '------^!'];
      m.expect(merge(source.pipe(guarded), source.pipe(guarded), source.pipe(guarded))).toBeObservable('a--a--a|');
      m.expect(source).toHaveSubscriptions(subscriptions);
    }),
  );

  it(
    'rejects at once where the wait is known to be longer than its maxWait, and gives back the turn',
    marbles((m) => {
      const limit = gate(rateLimit({ limit: 1, per: 5 }), { name: 'rate' });
      const source = m.cold('      a|');
      m.expect(source.pipe(guard(limit))).toBeObservable('a|');
      m.expect(source.pipe(guard(limit, { maxWait: 4 }))).toBeObservable(
        '#',
        undefined,
        new RejectedError('rate', 5, 'rate'),
      );
      m.expect(source.pipe(guard(limit, { maxWait: 5 }))).toBeObservable('-----a|');
    }),
  );

  it(
    'moves up who waits behind one who leaves',
    marbles((m) => {
      const guarded = guard<string>(gate(rateLimit({ limit: 1, per: 10 })), { maxWait: 100, random: () => 0.99 });
      const source = m.cold('                          a|');
      const unsubscribed = '                           ---------!';
      m.expect(source.pipe(guarded)).toBeObservable('  a|');
      m.expect(source.pipe(guarded), unsubscribed).toBeObservable('---------');
      m.expect(source.pipe(guarded)).toBeObservable('  ----------a|');
    }),
  );

  it(
    'waits out a circuit, and no longer than its maxWait',
    marbles((m) => {
      const live = circuit({ resetAfter: 5, name: 'users' });
      live.open();
      const source = m.cold('      a|');
      m.expect(source.pipe(guard(live, { maxWait: 5 }))).toBeObservable('-----a|');
      m.expect(source.pipe(guard(live, { maxWait: 4 }))).toBeObservable(
        '#',
        undefined,
        new CircuitOpenError('users', 'open', 5),
      );
    }),
  );

  it(
    'is woken when a circuit closes, after random × 10 % of the open time',
    marbles((m) => {
      const live = circuit({ resetAfter: 100 });
      live.open();
      const source = m.cold('             a|');
      const guarded = guard<string>(live, { maxWait: 103, random: () => 0.5 });
      m.expect(source.pipe(guarded)).toBeObservable('  20ms 5ms a|');
      m.scheduler.schedule(() => {
        live.reset();
      }, 20);
    }),
  );

  it(
    'is not spread beyond its maxWait',
    marbles((m) => {
      const live = circuit({ resetAfter: 1000 });
      live.open();
      const guarded = guard<string>(live, { maxWait: 6, random: () => 0.99 });
      const late = timer(995).pipe(concatMap(() => m.cold('a|').pipe(guarded)));
      m.expect(late).toBeObservable('1001ms a|');
      m.scheduler.schedule(() => {
        live.reset();
      }, 996);
    }),
  );

  it(
    'asks again as often as it is told to, as long as its maxWait lasts',
    marbles((m) => {
      const { gate, log } = answering(3, 3, 0);
      const source = m.cold('      a|');
      m.expect(source.pipe(guard(gate, { maxWait: 6 }))).toBeObservable('------a|');
      m.flush();
      expect(log.map(({ kind, ticket: call }) => `${kind} ${String(call)}`)).toEqual([
        'ask 1',
        'ask 1',
        'ask 1',
        'value 1',
        'success 1',
      ]);
    }),
  );

  it(
    'counts its maxWait over all waits',
    marbles((m) => {
      const { gate } = answering(3, 3, 0);
      const source = m.cold('      a|');
      m.expect(source.pipe(guard(gate, { maxWait: 5 }))).toBeObservable(
        '---#',
        undefined,
        new RejectedError('told', 3, 'answering'),
      );
      m.expect(source).toHaveSubscriptions([]);
    }),
  );

  it(
    'may be patient without end',
    marbles((m) => {
      const guarded = guard<string>(onePlace(), { maxWait: Infinity });
      m.expect(NEVER.pipe(guarded), '500ms !').toBeObservable('501ms -');
      m.expect(m.cold('a|').pipe(guarded)).toBeObservable('500ms a|');
    }),
  );

  it(
    'asks anew for each subscription',
    marbles((m) => {
      const limit = gate(rateLimit({ limit: 1, per: 4 }));
      const source = m.cold('      a|');
      m.expect(source.pipe(guard(limit, { maxWait: 9 }), repeat(3))).toBeObservable('a---a---a|');
    }),
  );
});

describe('a transaction', () => {
  const none = { kind: 'abandon' };

  it('spends nothing of the others where one rejects', () => {
    const [rate, place] = [gate(rateLimit({ limit: 5, per: 1000 })), onePlace()];
    const before = rate.snapshot();
    outcome(NEVER.pipe(guard(place)));
    expect(outcome(of('a').pipe(guard(rate, place))).end).toMatchObject({ reason: 'concurrency', by: 'place' });
    expect(outcome(of('a').pipe(guard(place, rate))).end).toMatchObject({ reason: 'concurrency', by: 'place' });
    expect(rate.snapshot()).toEqual(before);
    expect(place.state).toMatchObject({ running: 1, waiting: 0 });
  });

  it('takes a probe of a half-open circuit only if all others admit', () => {
    const live = halfOpen();
    const { gate } = answering(Infinity);
    expect(outcome(of('a').pipe(guard(live, gate))).end).toMatchObject({ reason: 'told', by: 'answering' });
    expect(live.state).toMatchObject(untouched);
  });

  it('is rejected for the longest wait, in the words of who asked for it', () => {
    const [short, long] = [answering(10), answering(20)];
    const { end } = outcome(of('a').pipe(guard(short.gate, long.gate)));
    expect(end).toMatchObject({ retryAfter: 20 });
  });

  it('tells all how it ends, each with its own number', () => {
    const [one, other] = [answering(0), answering(0)];
    outcome(of('b').pipe(guard(other.gate)));
    outcome(of('a').pipe(guard(one.gate, other.gate)));
    expect(one.log.map(({ kind, ticket: call }) => `${kind} ${String(call)}`)).toEqual([
      'ask 1',
      'value 1',
      'success 1',
    ]);
    expect(other.log.slice(3).map(({ kind, ticket: call }) => `${kind} ${String(call)}`)).toEqual([
      'ask 2',
      'value 2',
      'success 2',
    ]);
  });

  it('tells all that rejected it, and nobody else, that it will not come again', () => {
    const [waiting, refusing, admitting] = [answering(10), answering(Infinity), answering(0)];
    outcome(of('a').pipe(guard(waiting.gate, refusing.gate, admitting.gate)));
    expect(waiting.log).toMatchObject([
      { kind: 'ask', ticket: 1 },
      { ...none, ticket: 1, random: 0 },
    ]);
    expect(kinds(refusing.log)).toEqual(['ask', 'abandon']);
    expect(kinds(admitting.log)).toEqual(['ask']);
  });

  it('tells a gate that had made it wait once, though another one is the last to reject', () => {
    const scheduler = new VirtualTimeScheduler();
    const { gate, log } = answering(10, 0);
    const live = circuit({ scheduler });
    const seen = outcome(of('a').pipe(guard(gate, live, { maxWait: 20, scheduler })));
    scheduler.schedule(() => live.isolate(), 5);
    scheduler.flush();
    expect(kinds(log)).toEqual(['ask', 'ask', 'abandon']);
    expect(seen.end).toBeInstanceOf(CircuitOpenError);
  });
});

describe('a place', () => {
  const held = (source: Observable<unknown>): { readonly source: Observable<unknown>; readonly most: () => number } => {
    let [now, most] = [0, 0];
    const counted = defer(() => {
      most = Math.max(most, (now += 1));
      return source;
    }).pipe(finalize(() => (now -= 1)));
    return { source: counted, most: () => most };
  };

  it.each([
    ['completes', of('a')],
    ['fails', failing],
  ])('is taken only when the source before, which %s, has let go, and its consumer has heard of it', (_, end) => {
    const scheduler = new VirtualTimeScheduler();
    const place = onePlace();
    const { source, most } = held(timer(5, scheduler).pipe(concatMap(() => end)));
    const log: string[] = [];
    const guarded = source.pipe(guard(place, { maxWait: Infinity, scheduler }));
    for (const name of ['first', 'second']) {
      const ended = (): void => void log.push(name);
      guarded.subscribe({ error: ended, complete: ended });
    }
    scheduler.flush();
    expect(most()).toBe(1);
    expect(log).toEqual(['first', 'second']);
  });

  it('is taken only when the attempt before has let go, in a retry too', () => {
    const scheduler = new VirtualTimeScheduler();
    const { source, most } = held(timer(5, scheduler).pipe(concatMap(() => failing)));
    const retrying = source.pipe(retryWithPolicy(retries(2), { gates: [onePlace()], scheduler }));
    const seen = [outcome(retrying), outcome(retrying)];
    scheduler.flush();
    expect(most()).toBe(1);
    expect(seen.map(({ end }) => end)).toEqual([down, down]);
  });

  it.each([false, true])(
    'is not given to another before all gates have heard of a failure (reversed: %s)',
    (isReversed) => {
      const scheduler = new VirtualTimeScheduler();
      const gates = [gate(concurrencyLimit({ limit: 1 }), { scheduler }), circuit({ threshold: 1, scheduler })];
      if (isReversed) gates.reverse();
      let calls = 0;
      const source = defer(() => {
        calls += 1;
        return timer(5, scheduler).pipe(concatMap(() => failing));
      });
      const guarded = source.pipe(guard(...gates, { maxWait: 100, scheduler }));
      const seen = [outcome(guarded), outcome(guarded)];
      scheduler.flush();
      expect(calls).toBe(1);
      expect(seen[1]?.end).toBeInstanceOf(CircuitOpenError);
    },
  );

  it('is not kept for a call that another part of the same policy rejected for good', () => {
    const live = gate(both(concurrencyLimit({ limit: 1 }), { ...never, handles: ['ask'], reduce: refusing }));
    function refusing(state: unknown): { readonly state: unknown; readonly wait: number } {
      return { state, wait: isShut ? Infinity : 0 };
    }
    let isShut = false;
    const holder = NEVER.pipe(guard(live)).subscribe();
    isShut = true;
    outcome(of('a').pipe(guard(live)));
    isShut = false;
    holder.unsubscribe();
    expect(outcome(of('a').pipe(guard(live))).end).toBe('complete');
  });

  it('is taken at once when the limit is restored without those who had it', () => {
    const scheduler = new VirtualTimeScheduler();
    const place = gate(concurrencyLimit({ limit: 1 }), { scheduler });
    const fresh = place.snapshot();
    outcome(NEVER.pipe(guard(place)));
    const seen = outcome(of('a').pipe(guard(place, { maxWait: 1000, scheduler })));
    place.restore(fresh);
    expect(seen).toEqual({ values: ['a'], end: 'complete' });
  });

  it('is not lost when a predicate of another gate ends a call while it is asked', () => {
    const place = gate(concurrencyLimit({ limit: 2 }));
    const holder = NEVER.pipe(guard(place)).subscribe();
    const bucket = gate(
      retryQuota({
        cost: () => {
          holder.unsubscribe();
          return 1;
        },
      }),
    );
    outcome(failing.pipe(retryWithPolicy(retries(1), { gates: [place, bucket] })));
    expect(place.state).toMatchObject({ running: 0, waiting: 0 });
  });
});

describe('the end of a call', () => {
  it.each<[title: string, source: Observable<string>, options: GuardOptions<string>, heard: string[]]>([
    ['an error', failing, {}, ['ask', 'failure']],
    ['a completion', EMPTY, {}, ['ask', 'success']],
    ['leaving after a value', concat(of('a'), NEVER), {}, ['ask', 'value', 'success']],
    ['a first value', concat(of('a'), failing), { successOn: 'first' }, ['ask', 'value', 'success']],
    [
      'a value that proves it',
      concat(of('a'), failing),
      { successOn: (value) => value === 'a' },
      ['ask', 'value', 'success'],
    ],
    [
      'leaving after a value that proves nothing',
      concat(of('a'), NEVER),
      { successOn: () => false },
      ['ask', 'value', 'cancel'],
    ],
  ])('%s', (_, source, options, heard) => {
    const { gate, log } = answering(0);
    outcome(source.pipe(guard(gate, options), take(1)));
    expect(kinds(log)).toEqual(heard);
  });

  it('is heard by the gates before the consumer hears it', () => {
    const place = onePlace();
    const seen: number[] = [];
    const look = (): void => void seen.push(place.state.running);
    outcome(failing.pipe(guard(place), tap({ error: look })));
    outcome(EMPTY.pipe(guard(place), tap({ complete: look })));
    expect(seen).toEqual([0, 0]);
  });

  it('is a cancel if the predicate of successOn throws, which ends the stream', () => {
    const { gate, log } = answering(0);
    const options = {
      successOn: () => {
        throw down;
      },
    };
    expect(outcome(of('a').pipe(guard(gate, options))).end).toBe(down);
    expect(kinds(log)).toEqual(['ask', 'value', 'cancel']);
  });
});

it('counts what a predicate does while it is asked about another call', () => {
  let depth = 0;
  const throttle: PolicyGate<RetryThrottleView> = gate(
    retryThrottle({
      maxTokens: 10,
      tokenRatio: 1,
      classify: () => {
        if ((depth += 1) === 1) outcome(failing.pipe(guard(throttle)));
        return 'failure';
      },
    }),
  );
  outcome(failing.pipe(guard(throttle)));
  expect(throttle.state.tokens).toBe(8);
});

describe('leaving', () => {
  const left = (gate: Gate): void => {
    const scheduler = new VirtualTimeScheduler();
    outcome(of('a').pipe(guard(gate, { maxWait: 1000, scheduler }), takeUntil(timer(5, scheduler))));
    scheduler.flush();
    expect(scheduler.actions).toEqual([]);
    expect(gate).toHaveProperty('folds.observed', false);
  };

  it('a known wait leaves no timer and no listener behind, and tells the gate', () => {
    const { gate, log } = answering(100);
    left(gate);
    expect(kinds(log)).toEqual(['ask', 'abandon']);
  });

  it('a wait for a place leaves nothing behind', () => {
    const place = onePlace();
    outcome(NEVER.pipe(guard(place)));
    left(place);
    expect(place.state).toMatchObject({ running: 1, waiting: 0 });
  });

  it('while it is told to wait: a listener of the gate may do that', () => {
    const place = onePlace();
    outcome(NEVER.pipe(guard(place)));
    const leave = new Subject<void>();
    place.events$.subscribe(() => {
      leave.next();
    });
    outcome(of('a').pipe(guard(place, { maxWait: 1000 }), takeUntil(leave)));
    expect(place.state).toMatchObject({ waiting: 0 });
  });

  it('what a policy throws then is reported as unhandled', () => {
    const policy: Policy = {
      initial: null,
      reduce(state, { kind }) {
        if (kind === 'abandon') throw down;
        return { state, wait: 10 };
      },
    };
    const waiting = of('a').pipe(guard(gate(policy), { maxWait: 1000 }));
    expect(
      unhandledBy(() => {
        waiting.subscribe().unsubscribe();
      }),
    ).toEqual([down]);
    expect(outcome(of('a').pipe(guard(gate(policy)))).end).toBe(down);
  });
});

describe('a retry that waits for shared gates', () => {
  it(
    'waits for a place, in the order of asking',
    marbles((m) => {
      const place = onePlace();
      const retrying = retryWithPolicy<string>(both(fixed(1), retries(1)), { gates: [place] });
      const first = m.cold('   --#');
      const source = m.cold('  --a|');
      let calls = 0;
      const flaky = defer(() => (calls++ === 0 ? first : source));
      m.expect(flaky.pipe(retrying)).toBeObservable('   -------a|');
      m.expect(source.pipe(retrying)).toBeObservable('  ----a|');
    }),
  );

  it('gives up its turn when it leaves', () => {
    const scheduler = new VirtualTimeScheduler();
    const place = gate(concurrencyLimit({ limit: 1 }), { scheduler });
    outcome(NEVER.pipe(guard(place)));
    const waiting = of('a').pipe(retryWithPolicy(immediate, { gates: [place], scheduler }));
    outcome(waiting.pipe(takeUntil(timer(5, scheduler))));
    expect(place.state).toMatchObject({ running: 1, waiting: 1 });
    scheduler.flush();
    expect(place.state).toMatchObject({ running: 1, waiting: 0 });
  });

  it('is not woken while it leaves one gate after the other', () => {
    const scheduler = new VirtualTimeScheduler();
    const [first, place] = [answering(10, 0), onePlace()];
    const holder = NEVER.pipe(guard(place)).subscribe();
    let calls = 0;
    const source = defer(() => of((calls += 1)));
    const waiting = source
      .pipe(retryWithPolicy(immediate, { gates: [first.gate, place], scheduler }))
      .subscribe({ error: () => undefined });
    expect(place.state).toMatchObject({ running: 1, waiting: 1 });
    first.log.push = (...heard) => {
      if (kinds(heard).includes('abandon')) holder.unsubscribe();
      return 0;
    };
    waiting.unsubscribe();
    expect(calls).toBe(0);
    expect(place.state).toMatchObject({ running: 0, waiting: 0 });
  });

  it(
    'waits for its policy where all gates admit',
    marbles((m) => {
      const policy: Policy<boolean> = {
        initial: false,
        reduce: (state, { kind }) => (kind === 'ask' && !state ? { state: true, wait: 5 } : { state, wait: 0 }),
      };
      const source = m.cold('a|');
      m.expect(source.pipe(retryWithPolicy(policy, { gates: [gate(immediate)] }))).toBeObservable('-----a|');
    }),
  );

  it('abandons what it waits for when another gate says no for good', () => {
    const { gate, log } = answering(10);
    const isolated = circuit();
    isolated.isolate();
    expect(outcome(of('a').pipe(retryWithPolicy(immediate, { gates: [gate, isolated] }))).end).toMatchObject({
      reason: 'isolated',
    });
    expect(kinds(log)).toEqual(['ask', 'abandon']);
  });

  it('pays for each retry out of a budget, and ends with the last real error', () => {
    const budget = gate(retryBudget({ ratio: 0, reserve: 0.2 }), { name: 'budget' });
    let calls = 0;
    const counted = defer(() => {
      calls += 1;
      return failing;
    });
    const reasons: unknown[] = [];
    const observe = ({ kind, ...event }: { readonly kind: string }): void => {
      if (kind === 'gave-up') reasons.push((event as { reason?: unknown }).reason);
    };
    for (let stream = 0; stream < 3; stream += 1) {
      expect(outcome(counted.pipe(retryWithPolicy(retries(5), { gates: [budget], observe }))).end).toBe(down);
    }
    expect(calls).toBe(3 + 2);
    expect(reasons).toEqual(['budget', 'budget', 'budget']);
  });

  it('numbers its attempts in the order of asking', () => {
    const scheduler = new VirtualTimeScheduler();
    const log: Signal[] = [];
    const live = gate(recorded(attentive, log));
    const options = { gates: [live], scheduler };
    outcome(failing.pipe(retryWithPolicy(both(fixed(20), retries(1)), options)));
    outcome(failing.pipe(retryWithPolicy(both(fixed(10), retries(1)), options)));
    scheduler.flush();
    const asks = log.flatMap((signal) => (signal.kind === 'ask' ? [[signal.ticket, signal.attempt]] : []));
    expect(asks).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
      [4, 2],
    ]);
  });
});

describe('bad input', () => {
  const gate = onePlace();
  it.each<[string, () => unknown, string]>([
    ['no gate', () => guard(), 'guard: gates must be at least one gate, each once, got []'],
    ['no gate that is', () => guard(undefined), 'guard: gates must be at least one gate, each once, got []'],
    ['options alone', () => guard({ maxWait: 1 }), 'guard: gates must be at least one gate, each once, got []'],
    [
      'a policy',
      () => guard(concurrencyLimit({ limit: 1 }) as unknown as Gate, gate),
      'guard: gates must be at least one gate, each once, got [an object, an object]',
    ],
    [
      'a gate twice',
      () => guard(gate, gate),
      'guard: gates must be at least one gate, each once, got [an object, an object]',
    ],
    ['no options', () => guard(gate, null as never), 'guard: options must be an object, got null'],
    [
      'a maxWait in words',
      () => guard(gate, { maxWait: '1' as never }),
      'guard: maxWait must be a number of milliseconds, at least 0, or Infinity, got "1"',
    ],
    [
      'a successOn that is none',
      () => guard(gate, { successOn: 'last' as never }),
      "guard: successOn must be 'complete', 'first' or a predicate, got \"last\"",
    ],
    ['no scheduler', () => guard(gate, { scheduler: 1 as never }), 'guard: scheduler must be an RxJS scheduler, got 1'],
    ['no dice', () => guard(gate, { random: 1 as never }), 'guard: random must be a function, got 1'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(new TypeError(message));
  });

  it.each([-1, NaN])('a maxWait of %d', (maxWait) => {
    expect(() => guard(gate, { maxWait })).toThrow(
      new RangeError(
        `guard: maxWait must be a number of milliseconds, at least 0, or Infinity, got ${String(maxWait)}`,
      ),
    );
  });
});

it('collects what merge does of many guarded streams', () => {
  const place = onePlace();
  const scheduler = new VirtualTimeScheduler();
  const call = (id: number): Observable<number> =>
    timer(3, scheduler).pipe(
      concatMap(() => of(id)),
      guard(place, { maxWait: Infinity, scheduler }),
    );
  const seen = outcome(merge(...Array.from({ length: 50 }, (_, id) => call(id))).pipe(toArray()));
  scheduler.flush();
  expect(seen.values).toEqual([Array.from({ length: 50 }, (_, id) => id)]);
  expect(scheduler.frame).toBe(150);
});
