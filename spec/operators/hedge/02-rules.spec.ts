import {
  concat,
  defer,
  EMPTY,
  finalize,
  map,
  merge,
  NEVER,
  Observable,
  of,
  range,
  Subject,
  Subscriber,
  take,
  tap,
  throwError,
  timer,
  VirtualTimeScheduler,
  type MonoTypeOperatorFunction,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  action,
  circuit,
  circuitBreak,
  concurrencyLimit,
  consecutive,
  fixed,
  gate,
  gatePolicy,
  guard,
  hedge,
  latencyQuantile,
  retries,
  retryBudget,
  retryWithPolicy,
  sequence,
  type Gate,
  type HedgeOptions,
  type Policy,
  type Signal,
} from 'rxjs-reprise';
import { attentive, kinds, outcome, recorded, unhandledBy } from '../../support/stage.js';

const down = new Error('down');

/** Sources for the attempts of a call in turn, the last one repeating, and how many were subscribed. */
function attempts<T>(...sources: readonly Observable<T>[]): {
  readonly source: Observable<T>;
  readonly count: () => number;
} {
  let subscribed = 0;
  const source = defer(() => {
    subscribed += 1;
    return sources[Math.min(subscribed, sources.length) - 1] ?? NEVER;
  });
  return { source, count: () => subscribed };
}

/** Virtual time, and sources in it. */
function stage(): {
  readonly scheduler: VirtualTimeScheduler;
  /** Emits the value after so many milliseconds. */
  readonly after: <T>(ms: number, value: T) => Observable<T>;
  readonly failing: (ms: number, error: unknown) => Observable<never>;
  readonly at: (ms: number, act: () => void) => void;
} {
  const scheduler = new VirtualTimeScheduler();
  return {
    scheduler,
    after: (ms, value) => timer(ms, scheduler).pipe(map(() => value)),
    failing: (ms, error) =>
      timer(ms, scheduler).pipe(
        map(() => {
          throw error;
        }),
      ),
    at: (ms, act) => {
      scheduler.schedule(act, ms);
    },
  };
}

describe('the error of a call', () => {
  it('is that of the first attempt, the same reference, whichever fails last', () => {
    for (const [first, second] of [
      [30, 30],
      [60, 10],
    ]) {
      const { scheduler, failing } = stage();
      const { source } = attempts(failing(first ?? 0, down), failing(second ?? 0, new Error('the hedge')));
      const seen = outcome(source.pipe(hedge(fixed(20), { scheduler })));
      scheduler.flush();
      expect(seen).toEqual({ values: [], end: down });
    }
  });

  it('is that of the winner, if the winner fails after a value', () => {
    const { scheduler, after, failing } = stage();
    const late = new Error('late');
    const { source } = attempts<string>(failing(1000, down), concat(after(10, 'a'), failing(10, late)));
    const seen = outcome(source.pipe(hedge(fixed(20), { scheduler })));
    scheduler.flush();
    expect(seen).toEqual({ values: ['a'], end: late });
  });

  it('is what subscribe of the source throws, and the stream ends', () => {
    const throwing = new Observable<never>(() => {
      throw down;
    });
    expect(outcome(throwing.pipe(hedge(fixed(20)))).end).toBe(down);
  });

  it('is not that of a hedge whose subscribe throws, while the first attempt runs', () => {
    const { scheduler, after } = stage();
    const throwing = defer(() => {
      throw down;
    });
    const seen = outcome(attempts(after(50, 'a'), throwing).source.pipe(hedge(fixed(20), { scheduler })));
    scheduler.flush();
    expect(seen).toEqual({ values: ['a'], end: 'complete' });
  });
});

describe('losers', () => {
  it('are a cancel for the circuit below, not a failure', () => {
    const { scheduler, after } = stage();
    const live = circuit({ trip: consecutive(1), scheduler });
    const log: string[] = [];
    live.changes.subscribe(({ signal: { kind, ticket } }) => log.push(`${kind} ${String(ticket)}`));
    const { source } = attempts(after(100, 'a'), after(10, 'b'));
    outcome(source.pipe(circuitBreak(live), hedge(fixed(20), { scheduler })));
    scheduler.flush();
    expect(log).toEqual(['ask 1', 'ask 2', 'cancel 1', 'success 2']);
    expect(live.state).toMatchObject({ phase: 'closed', failures: 0 });
  });

  it('have the signal of their action aborted', () => {
    const { scheduler, after } = stage();
    const signals: AbortSignal[] = [];
    const load = action(() => ({ signal }) => {
      signals.push(signal);
      return signals.length === 1 ? NEVER : after(10, 'b');
    });
    const seen = outcome(load().pipe(hedge(fixed(20), { scheduler })));
    scheduler.flush();
    expect(seen).toEqual({ values: ['b'], end: 'complete' });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  it('have left their slot before the consumer receives the value', () => {
    const { scheduler, after } = stage();
    const slots = gate(concurrencyLimit({ limit: 2 }), { scheduler });
    const { source } = attempts(after(100, 'a'), after(10, 'b'));
    const running: number[] = [];
    source
      .pipe(
        guard(slots, { scheduler }),
        hedge(fixed(20), { scheduler }),
        tap(() => running.push(slots.state.running)),
      )
      .subscribe();
    scheduler.flush();
    expect(running).toEqual([1]);
    expect(slots.state.running).toBe(0);
  });

  it('are all torn down before the value, also if the teardown of one throws, which is reported', () => {
    const { scheduler, after } = stage();
    const log: string[] = [];
    const torn = (name: string, throws = false): Observable<string> =>
      new Observable<string>(() => () => {
        log.push(name);
        if (throws) throw down;
      });
    const { source } = attempts(torn('first', true), torn('second'), after(10, 'c'));
    const errors = unhandledBy(() => {
      source.pipe(hedge(fixed(20), { max: 2, scheduler })).subscribe({
        next: (value) => log.push(value),
        complete: () => log.push('complete'),
        error: () => log.push('error'),
      });
      scheduler.flush();
    });
    expect(log).toEqual(['first', 'second', 'c', 'complete']);
    expect(errors.map(String)).toEqual([expect.stringContaining('down')]);
  });

  it('cannot emit any more, also from their teardown', () => {
    const { scheduler, after } = stage();
    const values = new Subject<string>();
    const { source } = attempts(
      values.pipe(
        finalize(() => {
          values.next('late');
        }),
      ),
      after(10, 'b'),
    );
    const seen = outcome(source.pipe(hedge(fixed(20), { scheduler })));
    scheduler.flush();
    expect(seen).toEqual({ values: ['b'], end: 'complete' });
  });
});

describe('synchronous sources', () => {
  it('set no timer', () => {
    const { scheduler } = stage();
    expect(outcome(of('a', 'b').pipe(hedge(fixed(20), { scheduler })))).toEqual({
      values: ['a', 'b'],
      end: 'complete',
    });
    expect(scheduler.actions).toHaveLength(0);
    expect(outcome(EMPTY.pipe(hedge(fixed(20), { scheduler })))).toEqual({ values: [], end: 'complete' });
    expect(outcome(throwError(() => down).pipe(hedge(fixed(20), { scheduler }))).end).toBe(down);
    expect(scheduler.actions).toHaveLength(0);
  });

  it('stop when the consumer has enough', () => {
    let produced = 0;
    const counted = range(0, 100_000).pipe(
      tap(() => {
        produced += 1;
      }),
    );
    expect(outcome(counted.pipe(hedge(fixed(20)), take(3)))).toEqual({ values: [0, 1, 2], end: 'complete' });
    expect(produced).toBe(3);
  });

  it('are not subscribed for a consumer that has left', () => {
    const { source, count } = attempts(of('a'));
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- a consumer that has left before
    const consumer = new Subscriber<string>();
    consumer.unsubscribe();
    source.pipe(hedge(fixed(20))).subscribe(consumer);
    expect(count()).toBe(0);
  });

  it('win as a hedge', () => {
    const { scheduler, after } = stage();
    const seen = outcome(attempts(after(100, 'a'), of('b', 'c')).source.pipe(hedge(fixed(20), { scheduler })));
    scheduler.flush();
    expect(seen).toEqual({ values: ['b', 'c'], end: 'complete' });
    expect(scheduler.now()).toBe(20);
  });
});

describe('the policy of the waits', () => {
  it('is asked at the start of each attempt as after a failure, without an error', () => {
    const { scheduler } = stage();
    const log: Signal[] = [];
    const source = attempts(NEVER).source.pipe(
      hedge(recorded(fixed(20), log), { max: 2, scheduler, random: () => 0.5 }),
    );
    source.subscribe();
    scheduler.flush();
    const asked = { kind: 'failure', random: 0.5, took: 0, error: undefined };
    expect(log).toEqual([
      { ...asked, ticket: 1, now: 0 },
      { ...asked, ticket: 2, now: 20 },
    ]);
  });

  it('receives nothing else, whatever it handles', () => {
    const { scheduler, after } = stage();
    const log: Signal[] = [];
    outcome(after(5, 'a').pipe(hedge(recorded(attentive, log), { scheduler })));
    scheduler.flush();
    expect(kinds(log)).toEqual(['failure']);
  });

  it.each([
    [
      'throws',
      () => {
        throw down;
      },
      down,
    ],
    ['answers no number', () => ({ state: null, wait: 'soon' }), expect.objectContaining({ name: 'RangeError' })],
    ['reports what a predicate threw', () => ({ state: null, wait: 0, thrown: { error: down } }), down],
  ])('ends the stream if it %s, and the attempt is unsubscribed', (_, reduce, error) => {
    let torn = 0;
    const source = NEVER.pipe(
      finalize(() => {
        torn += 1;
      }),
    );
    const policy = { initial: null, reduce } as unknown as Policy;
    expect(outcome(source.pipe(hedge(policy))).end).toEqual(error);
    expect(torn).toBe(1);
  });

  it('is not asked for a hedge that max does not allow', () => {
    const log: Signal[] = [];
    NEVER.pipe(hedge(recorded(fixed(0), log), { max: 1 }))
      .subscribe()
      .unsubscribe();
    expect(log).toHaveLength(1);
  });
});

describe('until', () => {
  it('ends the hedges, not the attempts, and no timer is left', () => {
    const { scheduler, after, at } = stage();
    const stop = new AbortController();
    const { source, count } = attempts(after(50, 'a'));
    const seen = outcome(source.pipe(hedge(fixed(20), { scheduler, until: stop.signal })));
    at(10, () => {
      stop.abort();
    });
    scheduler.flush();
    expect(seen).toEqual({ values: ['a'], end: 'complete' });
    expect(count()).toBe(1);
  });

  it('that has aborted before leaves a call without hedges', () => {
    const { scheduler, after } = stage();
    const { source, count } = attempts(after(50, 'a'));
    outcome(source.pipe(hedge(fixed(20), { scheduler, until: AbortSignal.abort() })));
    scheduler.flush();
    expect(count()).toBe(1);
  });
});

describe('a budget', () => {
  const budgetOf = (log: Signal[], policy = retryBudget({ ratio: 1, reserve: 0 })): HedgeOptions['budget'] =>
    gate({ ...policy, ...recorded(policy, log), handles: undefined as never });

  it('receives each attempt: the first one deposits, a hedge withdraws, a loser cancels', () => {
    const { scheduler, after } = stage();
    const log: Signal[] = [];
    const { source } = attempts(after(100, 'a'), after(10, 'b'));
    outcome(source.pipe(hedge(fixed(20), { scheduler, budget: budgetOf(log) })));
    scheduler.flush();
    expect(log.map((signal) => [signal.kind, signal.ticket, 'attempt' in signal ? signal.attempt : ''])).toEqual([
      ['ask', 1, 1],
      ['ask', 2, 2],
      ['cancel', 1, ''],
      ['success', 2, ''],
    ]);
  });

  it('receives a failure of each attempt that fails', () => {
    const { scheduler, failing } = stage();
    const log: Signal[] = [];
    outcome(attempts(failing(30, down)).source.pipe(hedge(fixed(20), { scheduler, budget: budgetOf(log) })));
    scheduler.flush();
    expect(kinds(log)).toEqual(['ask', 'ask', 'failure', 'failure']);
  });

  it.each(['proof', 'end'] as const)('receives a success of an attempt that is left after a value: %s', (settlesAt) => {
    const log: Signal[] = [];
    const policy = { ...retryBudget(), settlesAt };
    concat(of('a'), NEVER)
      .pipe(hedge(fixed(20), { budget: budgetOf(log, policy) }), take(1))
      .subscribe();
    expect(kinds(log)).toEqual(['ask', 'success']);
  });

  it('is one for all streams', () => {
    const { scheduler, after } = stage();
    const budget = gate(retryBudget({ ratio: 0.5, reserve: 0 }));
    const { source, count } = attempts(after(1000, 'a'));
    const call = (): Observable<string> => source.pipe(hedge(fixed(20), { scheduler, budget }));
    merge(...Array.from({ length: 10 }, call)).subscribe();
    scheduler.flush();
    expect(count()).toBe(15);
  });

  it('can be several gates, and a hedge that one of them rejects is not charged to the other', () => {
    const { scheduler } = stage();
    const rich = gate(retryBudget({ ratio: 0, reserve: 1 }));
    const poor = gate(retryBudget({ ratio: 0, reserve: 0 }));
    const { source, count } = attempts(NEVER);
    source.pipe(hedge(fixed(20), { scheduler, budget: [rich, poor] })).subscribe();
    scheduler.flush();
    expect(count()).toBe(1);
    expect(rich.state).toMatchObject({ deposits: 1, withdrawals: 0 });
  });

  it('is not charged for hedges that were not needed', () => {
    const { scheduler, after } = stage();
    const budget = gate(retryBudget({ ratio: 1, reserve: 0 }));
    after(10, 'a')
      .pipe(hedge(fixed(20), { scheduler, budget }))
      .subscribe();
    scheduler.flush();
    expect(budget.state).toMatchObject({ deposits: 1, withdrawals: 0 });
  });

  it('never holds back a first attempt', () => {
    const rejecting = { ...retryBudget(), reduce: (state: unknown) => ({ state, wait: Infinity }) };
    expect(outcome(of('a').pipe(hedge(fixed(20), { budget: gate(rejecting) }))).values).toEqual(['a']);
  });

  it.each<[string, (gates: Gate[]) => MonoTypeOperatorFunction<string>]>([
    [
      'below',
      (gates) => (source) => source.pipe(retryWithPolicy(retries(1), { gates }), hedge(fixed(20), { budget: gates })),
    ],
    [
      'around',
      (gates) => (source) => source.pipe(hedge(fixed(20), { budget: gates }), retryWithPolicy(retries(1), { gates })),
    ],
    [
      'in another hedge',
      (gates) => (source) => source.pipe(hedge(fixed(20), { budget: gates }), hedge(fixed(20), { budget: [...gates] })),
    ],
  ])('that also stands %s is a mistake that is named', (_, through) => {
    const { end } = outcome(of('a').pipe(through([gate(retryBudget(), { name: 'budget' })])));
    expect(String(end)).toContain('TypeError: gate budget is asked twice for one attempt');
  });

  it('may stand in what follows the first value, which is another call', () => {
    const gates = [gate(retryBudget())];
    const next = of('b').pipe(retryWithPolicy(retries(1), { gates }));
    expect(outcome(concat(of('a'), next).pipe(hedge(fixed(20), { budget: gates })))).toEqual({
      values: ['a', 'b'],
      end: 'complete',
    });
  });

  it.each(['left', 'lost'])('wakes retries of other streams when a hedge has %s', (how) => {
    const { scheduler, after, at } = stage();
    /** One retry at a time; the others wait. */
    const single = gatePolicy<number, unknown>({
      name: 'spec/single',
      limits: 'retries',
      initial: 0,
      on: {
        ask: (owner, { ticket, attempt }) =>
          attempt === 1 || owner === 0
            ? { state: attempt === 1 ? owner : ticket, wait: 0 }
            : { state: owner, wait: Number.MAX_VALUE },
        success: (owner, { ticket }) => (owner === ticket ? 0 : owner),
        cancel: (owner, { ticket }) => (owner === ticket ? 0 : owner),
        abandon: (owner) => owner,
      },
      view: () => null,
      read: () => 0,
      wakes: (before, now) => (now === 0 && before !== 0 ? 'all' : []),
    });
    const budget = gate(single, { scheduler });
    const first = attempts(how === 'lost' ? after(50, 'a') : NEVER, NEVER).source;
    const hedged = first.pipe(hedge(fixed(20), { scheduler, budget })).subscribe();
    if (how === 'left')
      at(50, () => {
        hedged.unsubscribe();
      });
    const times: number[] = [];
    const retried = attempts(
      throwError(() => down),
      of('b'),
    ).source;
    at(30, () => {
      retried.pipe(retryWithPolicy(retries(1), { scheduler, gates: [budget] })).subscribe({
        complete: () => times.push(scheduler.now()),
      });
    });
    scheduler.flush();
    expect(times).toEqual([50]);
  });

  it('ends the stream with what it throws', () => {
    const { scheduler } = stage();
    const policy = retryBudget();
    const throwing = {
      ...policy,
      reduce: (state: unknown, signal: Signal) => {
        if (signal.kind === 'ask' && signal.attempt > 1) throw down;
        return policy.reduce(state, signal);
      },
    };
    let torn = 0;
    const source = NEVER.pipe(
      finalize(() => {
        torn += 1;
      }),
    );
    const seen = outcome(source.pipe(hedge(fixed(20), { scheduler, budget: gate(throwing) })));
    scheduler.flush();
    expect(seen.end).toBe(down);
    expect(torn).toBe(1);
  });
});

describe('the gate of the delay', () => {
  it('receives only first attempts: a hedge that wins says little about the others', () => {
    const { scheduler, after } = stage();
    const log: Signal[] = [];
    const policy = latencyQuantile(0.5, { initial: 20 });
    const usual = gate({ ...policy, ...recorded(policy, log) }, { scheduler });
    const { source } = attempts(after(100, 'a'), after(10, 'b'), after(5, 'c'));
    const call = source.pipe(hedge(usual, { scheduler }));
    concat(call, call).subscribe();
    scheduler.flush();
    expect(log.filter(({ kind }) => kind !== 'ask')).toEqual([
      expect.objectContaining({ kind: 'cancel', took: 30 }),
      expect.objectContaining({ kind: 'success', took: 5 }),
    ]);
  });

  it('receives the time to the first value, not to the completion', () => {
    const { scheduler, after } = stage();
    const usual = gate(latencyQuantile(0.5), { scheduler });
    const call = concat(after(10, 'a'), after(1000, 'b')).pipe(hedge(usual, { scheduler }));
    concat(call, call).subscribe();
    scheduler.flush();
    expect(usual.state).toEqual({ delay: 10, isReady: true });
  });

  it('does not hedge before it knows', () => {
    const { scheduler } = stage();
    const { source, count } = attempts(NEVER);
    source.pipe(hedge(gate(latencyQuantile(0.95), { scheduler }), { scheduler })).subscribe();
    scheduler.flush();
    expect(count()).toBe(1);
  });
});

describe('sequences of waits', () => {
  it('that are longer than a timer are waited', () => {
    const { scheduler } = stage();
    const { source, count } = attempts(NEVER);
    source.pipe(hedge(sequence([2 ** 31 + 5]), { scheduler })).subscribe();
    scheduler.maxFrames = Infinity;
    scheduler.flush();
    expect([count(), scheduler.now()]).toEqual([2, 2 ** 31 + 5]);
  });
});
