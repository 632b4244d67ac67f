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
  concurrency,
  fixed,
  guard,
  immediate,
  never,
  rateLimit,
  RefusedError,
  retries,
  retryBudget,
  retryWithPolicy,
  shared,
  successThrottle,
  tokenBucket,
  type Cell,
  type GuardOptions,
  type Policy,
  type Shared,
  type SuccessThrottleView,
  type Signal,
} from 'rxjs-reprise';
import { marbles } from '../support/marbles.js';
import { attentive, halfOpen, kinds, outcome, recorded, unhandledBy, untouched } from '../support/stage.js';

const down = new Error('down');
const failing = throwError(() => down);

/** A cell that answers asks in turn, the last one repeating, and writes down what it hears. */
function answering(...waits: readonly number[]): { readonly cell: Shared; readonly log: Signal[] } {
  const log: Signal[] = [];
  const policy: Policy<number> = {
    initial: 0,
    reduce: (turn, { kind }) =>
      kind === 'ask'
        ? { state: turn + 1, wait: waits[Math.min(turn, waits.length - 1)] ?? 0, reason: 'told' }
        : { state: turn, wait: 0 },
  };
  return { cell: shared<unknown>(recorded(policy, log), { name: 'answering' }), log };
}

/** One place in common. */
const onePlace = (): ReturnType<typeof shared<{ running: number; waiting: number }>> =>
  shared(concurrency({ limit: 1 }), { name: 'place' });

describe('guard, by marbles', () => {
  it(
    'the marble of its doc: the second call waits for the place, the patience of the third ends first',
    marbles((m) => {
      const guarded = guard<string>(onePlace(), { patience: 3 });
      const source = m.cold('         -a|');
      const first = '                 -a|';
      const second = '                ---a|';
      const third = '                 ---#';
      const subscriptions = ['        ^-!', '        --^-!'];
      m.expect(source.pipe(guarded)).toBeObservable(first);
      m.expect(source.pipe(guarded)).toBeObservable(second);
      m.expect(source.pipe(guarded)).toBeObservable(third, undefined, new RefusedError('concurrency', 0, 'place'));
      m.expect(source).toHaveSubscriptions(subscriptions.map((row) => row.trim()));
    }),
  );

  it(
    'refuses at once unless told to be patient',
    marbles((m) => {
      const place = onePlace();
      const source = m.cold('         -a|');
      const expected = '              #';
      m.expect(source.pipe(guard(place))).toBeObservable('-a|');
      m.expect(source.pipe(guard(place))).toBeObservable(
        expected,
        undefined,
        new RefusedError('concurrency', 0, 'place'),
      );
    }),
  );

  it(
    'admits in the order of asking, and nobody in between',
    marbles((m) => {
      const guarded = guard<string>(onePlace(), { patience: 100 });
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
      const guarded = guard<string>(shared(rateLimit({ limit: 1, per: 3 })), { patience: 100 });
      const source = m.cold('      a|');
      const subscriptions = ['^!', '---^!', '------^!'];
      m.expect(merge(source.pipe(guarded), source.pipe(guarded), source.pipe(guarded))).toBeObservable('a--a--a|');
      m.expect(source).toHaveSubscriptions(subscriptions);
    }),
  );

  it(
    'refuses at once where the wait is known to be longer than its patience, and gives back the turn',
    marbles((m) => {
      const limit = shared(rateLimit({ limit: 1, per: 5 }), { name: 'rate' });
      const source = m.cold('      a|');
      m.expect(source.pipe(guard(limit))).toBeObservable('a|');
      m.expect(source.pipe(guard(limit, { patience: 4 }))).toBeObservable(
        '#',
        undefined,
        new RefusedError('rate', 5, 'rate'),
      );
      m.expect(source.pipe(guard(limit, { patience: 5 }))).toBeObservable('-----a|');
    }),
  );

  it(
    'moves up who waits behind one who leaves',
    marbles((m) => {
      const guarded = guard<string>(shared(rateLimit({ limit: 1, per: 10 })), { patience: 100, random: () => 0.99 });
      const source = m.cold('                          a|');
      const unsubscribed = '                           ---------!';
      m.expect(source.pipe(guarded)).toBeObservable('  a|');
      m.expect(source.pipe(guarded), unsubscribed).toBeObservable('---------');
      m.expect(source.pipe(guarded)).toBeObservable('  ----------a|');
    }),
  );

  it(
    'waits out a circuit, and no longer than its patience',
    marbles((m) => {
      const live = circuit({ resetAfter: 5, name: 'users' });
      live.open();
      const source = m.cold('      a|');
      m.expect(source.pipe(guard(live, { patience: 5 }))).toBeObservable('-----a|');
      m.expect(source.pipe(guard(live, { patience: 4 }))).toBeObservable(
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
      const guarded = guard<string>(live, { patience: 103, random: () => 0.5 });
      m.expect(source.pipe(guarded)).toBeObservable('  20ms 5ms a|');
      m.scheduler.schedule(() => {
        live.reset();
      }, 20);
    }),
  );

  it(
    'is not spread beyond its patience',
    marbles((m) => {
      const live = circuit({ resetAfter: 1000 });
      live.open();
      const guarded = guard<string>(live, { patience: 6, random: () => 0.99 });
      const late = timer(995).pipe(concatMap(() => m.cold('a|').pipe(guarded)));
      m.expect(late).toBeObservable('1001ms a|');
      m.scheduler.schedule(() => {
        live.reset();
      }, 996);
    }),
  );

  it(
    'asks again as often as it is told to, as long as its patience lasts',
    marbles((m) => {
      const { cell, log } = answering(3, 3, 0);
      const source = m.cold('      a|');
      m.expect(source.pipe(guard(cell, { patience: 6 }))).toBeObservable('------a|');
      m.flush();
      expect(log.map(({ kind, call }) => `${kind} ${String(call)}`)).toEqual([
        'ask 1',
        'ask 1',
        'ask 1',
        'value 1',
        'success 1',
      ]);
    }),
  );

  it(
    'counts its patience over all waits',
    marbles((m) => {
      const { cell } = answering(3, 3, 0);
      const source = m.cold('      a|');
      m.expect(source.pipe(guard(cell, { patience: 5 }))).toBeObservable(
        '---#',
        undefined,
        new RefusedError('told', 3, 'answering'),
      );
      m.expect(source).toHaveSubscriptions([]);
    }),
  );

  it(
    'may be patient without end',
    marbles((m) => {
      const guarded = guard<string>(onePlace(), { patience: Infinity });
      m.expect(NEVER.pipe(guarded), '500ms !').toBeObservable('501ms -');
      m.expect(m.cold('a|').pipe(guarded)).toBeObservable('500ms a|');
    }),
  );

  it(
    'asks anew for each subscription',
    marbles((m) => {
      const limit = shared(rateLimit({ limit: 1, per: 4 }));
      const source = m.cold('      a|');
      m.expect(source.pipe(guard(limit, { patience: 9 }), repeat(3))).toBeObservable('a---a---a|');
    }),
  );
});

describe('a transaction', () => {
  const none = { kind: 'abandon' };

  it('spends nothing of the others where one refuses', () => {
    const [rate, place] = [shared(rateLimit({ limit: 5, per: 1000 })), onePlace()];
    const before = rate.snapshot();
    outcome(NEVER.pipe(guard(place)));
    expect(outcome(of('a').pipe(guard(rate, place))).end).toMatchObject({ reason: 'concurrency', by: 'place' });
    expect(outcome(of('a').pipe(guard(place, rate))).end).toMatchObject({ reason: 'concurrency', by: 'place' });
    expect(rate.snapshot()).toEqual(before);
    expect(place.state).toMatchObject({ running: 1, waiting: 0 });
  });

  it('takes a probe of a half-open circuit only if all others admit', () => {
    const live = halfOpen();
    const { cell } = answering(Infinity);
    expect(outcome(of('a').pipe(guard(live, cell))).end).toMatchObject({ reason: 'told', by: 'answering' });
    expect(live.state).toMatchObject(untouched);
  });

  it('is refused for the longest wait, in the words of who asked for it', () => {
    const [short, long] = [answering(10), answering(20)];
    const { end } = outcome(of('a').pipe(guard(short.cell, long.cell)));
    expect(end).toMatchObject({ retryAfter: 20 });
  });

  it('tells all how it ends, each with its own number', () => {
    const [one, other] = [answering(0), answering(0)];
    outcome(of('b').pipe(guard(other.cell)));
    outcome(of('a').pipe(guard(one.cell, other.cell)));
    expect(one.log.map(({ kind, call }) => `${kind} ${String(call)}`)).toEqual(['ask 1', 'value 1', 'success 1']);
    expect(other.log.slice(3).map(({ kind, call }) => `${kind} ${String(call)}`)).toEqual([
      'ask 2',
      'value 2',
      'success 2',
    ]);
  });

  it('tells all that refused it, and nobody else, that it will not come again', () => {
    const [waiting, refusing, admitting] = [answering(10), answering(Infinity), answering(0)];
    outcome(of('a').pipe(guard(waiting.cell, refusing.cell, admitting.cell)));
    expect(waiting.log).toMatchObject([
      { kind: 'ask', call: 1 },
      { ...none, call: 1, random: 0 },
    ]);
    expect(kinds(refusing.log)).toEqual(['ask', 'abandon']);
    expect(kinds(admitting.log)).toEqual(['ask']);
  });

  it('tells a cell that had made it wait once, though another one is the last to refuse', () => {
    const scheduler = new VirtualTimeScheduler();
    const { cell, log } = answering(10, 0);
    const live = circuit({ scheduler });
    const seen = outcome(of('a').pipe(guard(cell, live, { patience: 20, scheduler })));
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
    const guarded = source.pipe(guard(place, { patience: Infinity, scheduler }));
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
    const retrying = source.pipe(retryWithPolicy(retries(2), { shared: [onePlace()], scheduler }));
    const seen = [outcome(retrying), outcome(retrying)];
    scheduler.flush();
    expect(most()).toBe(1);
    expect(seen.map(({ end }) => end)).toEqual([down, down]);
  });

  it.each([false, true])(
    'is not given to another before all cells have heard of a failure (reversed: %s)',
    (isReversed) => {
      const scheduler = new VirtualTimeScheduler();
      const cells = [shared(concurrency({ limit: 1 }), { scheduler }), circuit({ threshold: 1, scheduler })];
      if (isReversed) cells.reverse();
      let calls = 0;
      const source = defer(() => {
        calls += 1;
        return timer(5, scheduler).pipe(concatMap(() => failing));
      });
      const guarded = source.pipe(guard(...cells, { patience: 100, scheduler }));
      const seen = [outcome(guarded), outcome(guarded)];
      scheduler.flush();
      expect(calls).toBe(1);
      expect(seen[1]?.end).toBeInstanceOf(CircuitOpenError);
    },
  );

  it('is not kept for a call that another part of the same policy refused for good', () => {
    const cell = shared(both(concurrency({ limit: 1 }), { ...never, hears: ['ask'], reduce: refusing }));
    function refusing(state: unknown): { readonly state: unknown; readonly wait: number } {
      return { state, wait: isShut ? Infinity : 0 };
    }
    let isShut = false;
    const holder = NEVER.pipe(guard(cell)).subscribe();
    isShut = true;
    outcome(of('a').pipe(guard(cell)));
    isShut = false;
    holder.unsubscribe();
    expect(outcome(of('a').pipe(guard(cell))).end).toBe('complete');
  });

  it('is taken at once when the limit is restored without those who had it', () => {
    const scheduler = new VirtualTimeScheduler();
    const place = shared(concurrency({ limit: 1 }), { scheduler });
    const fresh = place.snapshot();
    outcome(NEVER.pipe(guard(place)));
    const seen = outcome(of('a').pipe(guard(place, { patience: 1000, scheduler })));
    place.restore(fresh);
    expect(seen).toEqual({ values: ['a'], end: 'complete' });
  });

  it('is not lost when a predicate of another cell ends a call while it is asked', () => {
    const place = shared(concurrency({ limit: 2 }));
    const holder = NEVER.pipe(guard(place)).subscribe();
    const bucket = shared(
      tokenBucket({
        cost: () => {
          holder.unsubscribe();
          return 1;
        },
      }),
    );
    outcome(failing.pipe(retryWithPolicy(retries(1), { shared: [place, bucket] })));
    expect(place.state).toMatchObject({ running: 0, waiting: 0 });
  });
});

describe('the end of a call', () => {
  it.each<[title: string, source: Observable<string>, options: GuardOptions<string>, heard: string[]]>([
    ['an error', failing, {}, ['ask', 'failure']],
    ['a completion', EMPTY, {}, ['ask', 'success']],
    ['leaving after a value', concat(of('a'), NEVER), {}, ['ask', 'value', 'success']],
    ['a first value', concat(of('a'), failing), { settleOn: 'first' }, ['ask', 'value', 'success']],
    [
      'a value that proves it',
      concat(of('a'), failing),
      { settleOn: (value) => value === 'a' },
      ['ask', 'value', 'success'],
    ],
    [
      'leaving after a value that proves nothing',
      concat(of('a'), NEVER),
      { settleOn: () => false },
      ['ask', 'value', 'cancel'],
    ],
  ])('%s', (_, source, options, heard) => {
    const { cell, log } = answering(0);
    outcome(source.pipe(guard(cell, options), take(1)));
    expect(kinds(log)).toEqual(heard);
  });

  it('is heard by the cells before the consumer hears it', () => {
    const place = onePlace();
    const seen: number[] = [];
    const look = (): void => void seen.push(place.state.running);
    outcome(failing.pipe(guard(place), tap({ error: look })));
    outcome(EMPTY.pipe(guard(place), tap({ complete: look })));
    expect(seen).toEqual([0, 0]);
  });

  it('is a cancel if the predicate of settleOn throws, which ends the stream', () => {
    const { cell, log } = answering(0);
    const options = {
      settleOn: () => {
        throw down;
      },
    };
    expect(outcome(of('a').pipe(guard(cell, options))).end).toBe(down);
    expect(kinds(log)).toEqual(['ask', 'value', 'cancel']);
  });
});

it('counts what a predicate does while it is asked about another call', () => {
  let depth = 0;
  const throttle: Shared<SuccessThrottleView> = shared(
    successThrottle({
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
  const left = (cell: Cell): void => {
    const scheduler = new VirtualTimeScheduler();
    outcome(of('a').pipe(guard(cell, { patience: 1000, scheduler }), takeUntil(timer(5, scheduler))));
    scheduler.flush();
    expect(scheduler.actions).toEqual([]);
    expect(cell).toHaveProperty('folds.observed', false);
  };

  it('a known wait leaves no timer and no listener behind, and tells the cell', () => {
    const { cell, log } = answering(100);
    left(cell);
    expect(kinds(log)).toEqual(['ask', 'abandon']);
  });

  it('a wait for a place leaves nothing behind', () => {
    const place = onePlace();
    outcome(NEVER.pipe(guard(place)));
    left(place);
    expect(place.state).toMatchObject({ running: 1, waiting: 0 });
  });

  it('while it is told to wait: a listener of the cell may do that', () => {
    const place = onePlace();
    outcome(NEVER.pipe(guard(place)));
    const leave = new Subject<void>();
    place.events$.subscribe(() => {
      leave.next();
    });
    outcome(of('a').pipe(guard(place, { patience: 1000 }), takeUntil(leave)));
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
    const waiting = of('a').pipe(guard(shared(policy), { patience: 1000 }));
    expect(
      unhandledBy(() => {
        waiting.subscribe().unsubscribe();
      }),
    ).toEqual([down]);
    expect(outcome(of('a').pipe(guard(shared(policy)))).end).toBe(down);
  });
});

describe('a retry that waits for shared cells', () => {
  it(
    'waits for a place, in the order of asking',
    marbles((m) => {
      const place = onePlace();
      const retrying = retryWithPolicy<string>(both(fixed(1), retries(1)), { shared: [place] });
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
    const place = shared(concurrency({ limit: 1 }), { scheduler });
    outcome(NEVER.pipe(guard(place)));
    const waiting = of('a').pipe(retryWithPolicy(immediate, { shared: [place], scheduler }));
    outcome(waiting.pipe(takeUntil(timer(5, scheduler))));
    expect(place.state).toMatchObject({ running: 1, waiting: 1 });
    scheduler.flush();
    expect(place.state).toMatchObject({ running: 1, waiting: 0 });
  });

  it('is not woken while it leaves one cell after the other', () => {
    const scheduler = new VirtualTimeScheduler();
    const [first, place] = [answering(10, 0), onePlace()];
    const holder = NEVER.pipe(guard(place)).subscribe();
    let calls = 0;
    const source = defer(() => of((calls += 1)));
    const waiting = source
      .pipe(retryWithPolicy(immediate, { shared: [first.cell, place], scheduler }))
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
    'waits for its policy where all cells admit',
    marbles((m) => {
      const policy: Policy<boolean> = {
        initial: false,
        reduce: (state, { kind }) => (kind === 'ask' && !state ? { state: true, wait: 5 } : { state, wait: 0 }),
      };
      const source = m.cold('a|');
      m.expect(source.pipe(retryWithPolicy(policy, { shared: [shared(immediate)] }))).toBeObservable('-----a|');
    }),
  );

  it('abandons what it waits for when another cell says no for good', () => {
    const { cell, log } = answering(10);
    const isolated = circuit();
    isolated.isolate();
    expect(outcome(of('a').pipe(retryWithPolicy(immediate, { shared: [cell, isolated] }))).end).toMatchObject({
      reason: 'isolated',
    });
    expect(kinds(log)).toEqual(['ask', 'abandon']);
  });

  it('pays for each retry out of a budget, and ends with the last real error', () => {
    const budget = shared(retryBudget({ ratio: 0, reserve: 0.2 }), { name: 'budget' });
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
      expect(outcome(counted.pipe(retryWithPolicy(retries(5), { shared: [budget], observe }))).end).toBe(down);
    }
    expect(calls).toBe(3 + 2);
    expect(reasons).toEqual(['budget', 'budget', 'budget']);
  });

  it('numbers its attempts in the order of asking', () => {
    const scheduler = new VirtualTimeScheduler();
    const log: Signal[] = [];
    const cell = shared(recorded(attentive, log));
    const options = { shared: [cell], scheduler };
    outcome(failing.pipe(retryWithPolicy(both(fixed(20), retries(1)), options)));
    outcome(failing.pipe(retryWithPolicy(both(fixed(10), retries(1)), options)));
    scheduler.flush();
    const asks = log.flatMap((signal) => (signal.kind === 'ask' ? [[signal.call, signal.attempt]] : []));
    expect(asks).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
      [4, 2],
    ]);
  });
});

describe('bad input', () => {
  const cell = onePlace();
  it.each<[string, () => unknown, string]>([
    ['no cell', () => guard(), 'guard: cells must be at least one cell, each once, got []'],
    ['no cell that is', () => guard(undefined), 'guard: cells must be at least one cell, each once, got []'],
    ['options alone', () => guard({ patience: 1 }), 'guard: cells must be at least one cell, each once, got []'],
    [
      'a policy',
      () => guard(concurrency({ limit: 1 }) as unknown as Cell, cell),
      'guard: cells must be at least one cell, each once, got [an object, an object]',
    ],
    [
      'a cell twice',
      () => guard(cell, cell),
      'guard: cells must be at least one cell, each once, got [an object, an object]',
    ],
    ['no options', () => guard(cell, null as never), 'guard: options must be an object, got null'],
    [
      'a patience in words',
      () => guard(cell, { patience: '1' as never }),
      'guard: patience must be a number of milliseconds, at least 0, or Infinity, got "1"',
    ],
    [
      'a settleOn that is none',
      () => guard(cell, { settleOn: 'last' as never }),
      "guard: settleOn must be 'complete', 'first' or a predicate, got \"last\"",
    ],
    ['no scheduler', () => guard(cell, { scheduler: 1 as never }), 'guard: scheduler must be an RxJS scheduler, got 1'],
    ['no dice', () => guard(cell, { random: 1 as never }), 'guard: random must be a function, got 1'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(new TypeError(message));
  });

  it.each([-1, NaN])('a patience of %d', (patience) => {
    expect(() => guard(cell, { patience })).toThrow(
      new RangeError(
        `guard: patience must be a number of milliseconds, at least 0, or Infinity, got ${String(patience)}`,
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
      guard(place, { patience: Infinity, scheduler }),
    );
  const seen = outcome(merge(...Array.from({ length: 50 }, (_, id) => call(id))).pipe(toArray()));
  scheduler.flush();
  expect(seen.values).toEqual([Array.from({ length: 50 }, (_, id) => id)]);
  expect(scheduler.frame).toBe(150);
});
