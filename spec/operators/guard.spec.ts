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
  gatePolicy,
  retryThrottle,
  retryQuota,
  type Gate,
  type GuardOptions,
  type Policy,
  type PolicyGate,
  type RetryEvent,
  type RetryOptions,
  type RetryThrottleView,
  type Signal,
} from 'rxjs-reprise';
import { picture } from '../support/picture.js';
import { attentive, halfOpen, kinds, outcome, recorded, unhandledBy, untouched, wakeAll } from '../support/stage.js';

const down = new Error('down');
const failing = throwError(() => down);

/** A gate that answers asks with these waits in turn, the last one repeating, and logs the signals it receives. */
function answering(...waits: readonly number[]): { readonly gate: PolicyGate; readonly log: Signal[] } {
  const log: Signal[] = [];
  const policy: Policy<number> = {
    initial: 0,
    reduce: (turn, { kind }) =>
      kind === 'ask'
        ? { state: turn + 1, wait: waits[Math.min(turn, waits.length - 1)] ?? 0, reason: 'postponed' }
        : { state: turn, wait: 0 },
  };
  return { gate: gate<unknown>(recorded(policy, log), { name: 'answering' }), log };
}

/** A gate with one slot. */
const oneSlot = (): ReturnType<typeof gate<{ running: number; waiting: number }>> =>
  gate(concurrencyLimit({ limit: 1 }), { name: 'slot' });

describe('guard, by marbles', () => {
  picture('the marble of its doc: the second call waits for the slot, the maxWait of the third ends first', {
    operate: (source) => {
      const call = source.pipe(guard(oneSlot(), { maxWait: 3 }));
      return { first: call, second: call, third: call };
    },
    error: new RejectedError('concurrency', 0, 'slot'),
    diagram: `
      source         -a|
      first          -a|
      second         ---a|
      third          ---#
      subscriptions  ^-!
                     --^-!
    `,
  });

  picture('rejects at once without a maxWait', {
    operate: (source) => source.pipe(guard(oneSlot())),
    error: new RejectedError('concurrency', 0, 'slot'),
    diagram: `
      source         -a|
      expected       -a|
                     #
      subscriptions  ^-!
    `,
  });

  picture('admits calls in the order in which they asked', {
    operate: (source) => source.pipe(guard(oneSlot(), { maxWait: 100 })),
    diagram: `
      source         --a|
      expected       --a|
                     -----a|
                     -^------a|
                     ---^-------a|
      subscriptions  ^--!
                     ---^--!
                     ------^--!
                     ---------^--!
    `,
  });

  picture('starts each call in its turn under a rate limit', {
    operate: (source) => source.pipe(guard(gate(rateLimit({ limit: 1, per: 3 })), { maxWait: 100 })),
    diagram: `
      source         a|
      expected       a|
                     ---a|
                     ------a|
      subscriptions  ^!
                     ---^!
                     ------^!
    `,
  });

  picture('rejects at once if the wait is known to be longer than maxWait, and gives back the turn', {
    operate: (source) => {
      const limit = gate(rateLimit({ limit: 1, per: 5 }), { name: 'rate' });
      const first = source.pipe(guard(limit));
      return {
        first,
        short: source.pipe(guard(limit, { maxWait: 4 })),
        long: source.pipe(guard(limit, { maxWait: 5 })),
      };
    },
    error: new RejectedError('rate', 5, 'rate'),
    diagram: `
      source         a|
      first          a|
      short          #
      long           -----a|
      subscriptions  ^!
                     -----^!
    `,
  });

  picture('moves up the calls that wait behind one that leaves', {
    operate: (source) =>
      source.pipe(guard(gate(rateLimit({ limit: 1, per: 10 })), { maxWait: 100, random: () => 0.99 })),
    diagram: `
      source         a|
      expected       a|
                     ---------!
                     ----------a|
      subscriptions  ^!
                     ----------^!
    `,
  });

  picture('waits until an open circuit may be probed, but not longer than maxWait', {
    operate: (source) => {
      const live = circuit({ resetAfter: 5, name: 'users' });
      live.open();
      return { long: source.pipe(guard(live, { maxWait: 5 })), short: source.pipe(guard(live, { maxWait: 4 })) };
    },
    error: new CircuitOpenError('users', 'open', 5),
    diagram: `
      source         a|
      long           -----a|
      short          #
      subscriptions  -----^!
    `,
  });

  picture('wakes a lone call when the circuit closes, at once', {
    operate: (source, m) => {
      const live = circuit({ resetAfter: 100 });
      live.open();
      m.scheduler.schedule(() => {
        live.reset();
      }, 20);
      return source.pipe(guard(live, { maxWait: 103, random: () => 0.5 }));
    },
    diagram: `
      source         a|
      expected       20ms a|
    `,
  });

  picture('spreads a woken call no further than its maxWait', {
    operate: (source, m) => {
      const live = circuit({ resetAfter: 1000 });
      live.open();
      m.scheduler.schedule(() => {
        live.reset();
      }, 996);
      const through = guard<string>(live, { maxWait: 6, random: () => 0.99 });
      m.scheduler.schedule(() => of('another').pipe(through).subscribe(), 995);
      return source.pipe(through);
    },
    diagram: `
      source         a|
      expected       995ms ^-----a|
    `,
  });

  it('asks again as often as a gate postpones it, within its maxWait', () => {
    const { gate, log } = answering(3, 3, 0);
    const scheduler = new VirtualTimeScheduler();
    outcome(of('a').pipe(guard(gate, { maxWait: 6, scheduler })));
    scheduler.flush();
    expect(scheduler.now()).toBe(6);
    expect(log.map(({ kind, ticket }) => `${kind} ${String(ticket)}`)).toEqual([
      'ask 1',
      'ask 1',
      'ask 1',
      'value 1',
      'success 1',
    ]);
  });

  picture('counts its maxWait over all waits', {
    operate: (source) => {
      const [long, short] = [answering(3, 3, 0), answering(3, 3, 0)];
      return {
        long: source.pipe(guard(long.gate, { maxWait: 6 })),
        short: source.pipe(guard(short.gate, { maxWait: 5 })),
      };
    },
    error: new RejectedError('postponed', 3, 'answering'),
    diagram: `
      source         a|
      long           ------a|
      short          ---#
      subscriptions  ------^!
    `,
  });

  picture('waits without a limit if maxWait is Infinity', {
    operate: (source) => source.pipe(guard(oneSlot(), { maxWait: Infinity })),
    diagram: `
      source         -
                     a|
      expected       500ms !
                     500ms a|
      subscriptions  ^ 499ms !
                     500ms ^!
    `,
  });

  picture('asks for each subscription', {
    operate: (source) => source.pipe(guard(gate(rateLimit({ limit: 1, per: 4 })), { maxWait: 9 }), repeat(3)),
    diagram: `
      source         a|
      expected       a---a---a|
      subscriptions  ^!
                     ----^!
                     --------^!
    `,
  });
});

describe('a transaction', () => {
  const none = { kind: 'abandon' };

  it('charges no other gate if one rejects', () => {
    const [rate, slot] = [gate(rateLimit({ limit: 5, per: 1000 })), oneSlot()];
    const before = rate.snapshot();
    outcome(NEVER.pipe(guard(slot)));
    expect(outcome(of('a').pipe(guard([rate, slot]))).end).toMatchObject({ reason: 'concurrency', by: 'slot' });
    expect(outcome(of('a').pipe(guard([slot, rate]))).end).toMatchObject({ reason: 'concurrency', by: 'slot' });
    expect(rate.snapshot()).toEqual(before);
    expect(slot.state).toMatchObject({ running: 1, waiting: 0 });
  });

  it('takes the probe of a half-open circuit only if all other gates admit', () => {
    const live = halfOpen();
    const { gate } = answering(Infinity);
    expect(outcome(of('a').pipe(guard([live, gate]))).end).toMatchObject({ reason: 'postponed', by: 'answering' });
    expect(live.state).toMatchObject(untouched);
  });

  it('is rejected with the longest wait', () => {
    const [short, long] = [answering(10), answering(20)];
    const { end } = outcome(of('a').pipe(guard([short.gate, long.gate])));
    expect(end).toMatchObject({ retryAfter: 20 });
  });

  it('reports its end to all gates, to each with its own ticket', () => {
    const [one, other] = [answering(0), answering(0)];
    outcome(of('b').pipe(guard(other.gate)));
    outcome(of('a').pipe(guard([one.gate, other.gate])));
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

  it('is abandoned at the gate that rejected it, and at no other, because the others kept no place for it', () => {
    const [waiting, rejecting, admitting] = [answering(10), answering(Infinity), answering(0)];
    outcome(of('a').pipe(guard([waiting.gate, rejecting.gate, admitting.gate])));
    expect(rejecting.log).toMatchObject([
      { kind: 'ask', ticket: 1 },
      { ...none, ticket: 1, random: 0 },
    ]);
    expect(kinds(waiting.log)).toEqual(['ask']);
    expect(kinds(admitting.log)).toEqual(['ask']);
    expect([waiting, rejecting, admitting].map(({ gate }) => gate.state)).toEqual([0, 1, 0]);
  });

  it('is abandoned at a gate that postponed it once, although another gate is the last to reject', () => {
    const scheduler = new VirtualTimeScheduler();
    const { gate, log } = answering(10, 0);
    const live = circuit({ scheduler });
    const seen = outcome(of('a').pipe(guard([gate, live], { maxWait: 20, scheduler })));
    scheduler.schedule(() => live.isolate(), 5);
    scheduler.flush();
    expect(kinds(log)).toEqual(['ask', 'ask', 'abandon']);
    expect(seen.end).toBeInstanceOf(CircuitOpenError);
  });
});

/** Options of a retry whose listener aborts its `until`. */
function abortedBy(kind: RetryEvent['kind']): RetryOptions {
  const controller = new AbortController();
  return {
    until: controller.signal,
    observe: (event) => {
      if (event.kind === kind) controller.abort();
    },
  };
}

describe('a slot', () => {
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
  ])('is taken only after the source before it, which %s, is torn down and its consumer notified', (_, end) => {
    const scheduler = new VirtualTimeScheduler();
    const slot = oneSlot();
    const { source, most } = held(timer(5, scheduler).pipe(concatMap(() => end)));
    const log: string[] = [];
    const guarded = source.pipe(guard(slot, { maxWait: Infinity, scheduler }));
    for (const name of ['first', 'second']) {
      const ended = (): void => void log.push(name);
      guarded.subscribe({ error: ended, complete: ended });
    }
    scheduler.flush();
    expect(most()).toBe(1);
    expect(log).toEqual(['first', 'second']);
  });

  it('is taken only after the attempt before it is torn down, in a retry too', () => {
    const scheduler = new VirtualTimeScheduler();
    const { source, most } = held(timer(5, scheduler).pipe(concatMap(() => failing)));
    const retrying = source.pipe(retryWithPolicy(retries(2), { gates: [oneSlot()], scheduler }));
    const seen = [outcome(retrying), outcome(retrying)];
    scheduler.flush();
    expect(most()).toBe(1);
    expect(seen.map(({ end }) => end)).toEqual([down, down]);
  });

  it.each<[string, () => Partial<RetryOptions>]>([
    ['a gate rejects the retry', () => ({ gates: [oneSlot(), gate(retryBudget({ reserve: 0, ratio: 0 }))] })],
    ['beforeRetry fails', () => ({ beforeRetry: () => failing })],
    ['a listener aborts until', () => abortedBy('retrying')],
  ])('is taken only after the attempt before it is torn down, if %s at once', (_, options) => {
    const { gates: [slot = oneSlot(), ...others] = [], ...more } = options();
    const source = new Subject<unknown>();
    const { source: counted, most } = held(source);
    outcome(counted.pipe(retryWithPolicy(retries(2), { gates: [slot, ...others], ...more })));
    outcome(counted.pipe(guard(slot, { maxWait: Infinity })));
    source.error(down);
    expect(most()).toBe(1);
  });

  it.each([false, true])(
    'is not given to another call before all gates have received the failure (reversed: %s)',
    (isReversed) => {
      const scheduler = new VirtualTimeScheduler();
      const gates = [gate(concurrencyLimit({ limit: 1 }), { scheduler }), circuit({ threshold: 1, scheduler })];
      if (isReversed) gates.reverse();
      let calls = 0;
      const source = defer(() => {
        calls += 1;
        return timer(5, scheduler).pipe(concatMap(() => failing));
      });
      const guarded = source.pipe(guard(gates, { maxWait: 100, scheduler }));
      const seen = [outcome(guarded), outcome(guarded)];
      scheduler.flush();
      expect(calls).toBe(1);
      expect(seen[1]?.end).toBeInstanceOf(CircuitOpenError);
    },
  );

  it('is not kept for a call that another part of the same policy rejects for good', () => {
    const live = gate(both(concurrencyLimit({ limit: 1 }), { ...never, handles: ['ask'], reduce: rejecting }));
    function rejecting(state: unknown): { readonly state: unknown; readonly wait: number } {
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

  it('is free at once if the limit is restored without the calls that had it', () => {
    const scheduler = new VirtualTimeScheduler();
    const slot = gate(concurrencyLimit({ limit: 1 }), { scheduler });
    const fresh = slot.snapshot();
    outcome(NEVER.pipe(guard(slot)));
    const seen = outcome(of('a').pipe(guard(slot, { maxWait: 1000, scheduler })));
    slot.restore(fresh);
    expect(seen).toEqual({ values: ['a'], end: 'complete' });
  });

  it('is not lost if a predicate of another gate ends a call during an ask', () => {
    const slot = gate(concurrencyLimit({ limit: 2 }));
    const holder = NEVER.pipe(guard(slot)).subscribe();
    const bucket = gate(
      retryQuota({
        cost: () => {
          holder.unsubscribe();
          return 1;
        },
      }),
    );
    outcome(failing.pipe(retryWithPolicy(retries(1), { gates: [slot, bucket] })));
    expect(slot.state).toMatchObject({ running: 0, waiting: 0 });
  });

  it('is not lost if that predicate ends another call each time it runs', () => {
    const slot = gate(concurrencyLimit({ limit: 4 }));
    const holders = [1, 2, 3].map(() => NEVER.pipe(guard(slot)).subscribe());
    const cost = (): number => {
      holders.pop()?.unsubscribe();
      return 1;
    };
    const bucket = gate(retryQuota({ cost }));
    outcome(failing.pipe(retryWithPolicy(retries(1), { gates: [slot, bucket] })));
    expect(slot.state).toMatchObject({ running: 0, waiting: 0 });
  });
});

describe('the end of a call', () => {
  it.each<[title: string, source: Observable<string>, options: GuardOptions<string>, received: string[]]>([
    ['an error', failing, {}, ['ask', 'failure']],
    ['a completion', EMPTY, {}, ['ask', 'success']],
    ['leaving after a value', concat(of('a'), NEVER), {}, ['ask', 'value', 'success']],
    ['a first value', concat(of('a'), failing), { successOn: 'first' }, ['ask', 'value', 'success']],
    [
      'a value that proves success',
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
  ])('%s', (_, source, options, received) => {
    const { gate, log } = answering(0);
    outcome(source.pipe(guard(gate, options), take(1)));
    expect(kinds(log)).toEqual(received);
  });

  it('reaches the gates before the consumer', () => {
    const slot = oneSlot();
    const seen: number[] = [];
    const look = (): void => void seen.push(slot.state.running);
    outcome(failing.pipe(guard(slot), tap({ error: look })));
    outcome(EMPTY.pipe(guard(slot), tap({ complete: look })));
    expect(seen).toEqual([0, 0]);
  });

  it.each<[title: string, successOn: NonNullable<GuardOptions<string>['successOn']>]>([
    ['first', 'first'],
    ['a predicate', () => true],
  ])('keeps its slot until its source has ended, whatever has proven success before: %s', (_, successOn) => {
    const slots = gate(concurrencyLimit({ limit: 1 }), { name: 'slots' });
    const live = circuit();
    const sources = [1, 2, 3].map(() => new Subject<string>());
    const values: string[] = [];
    const calls = sources.map((source, index) =>
      source
        .pipe(guard([slots, live], { maxWait: Infinity, successOn }))
        .subscribe({ next: (value) => values.push(`${String(index)}${value}`), error: () => undefined }),
    );
    for (const source of sources) source.next('a');
    expect(slots.state).toEqual({ running: 1, waiting: 2, free: 0, limit: 1 });
    expect(live.state.successes).toBe(1);
    sources[0]?.complete();
    for (const source of sources) source.next('b');
    expect(slots.state).toEqual({ running: 1, waiting: 1, free: 0, limit: 1 });
    calls[1]?.unsubscribe();
    for (const source of sources) source.next('c');
    sources[2]?.error(new Error('down'));
    expect(values).toEqual(['0a', '1b', '2c']);
    expect(slots.state).toEqual({ running: 0, waiting: 0, free: 1, limit: 1 });
    expect(live.state).toMatchObject({ successes: 3, failures: 0 });
  });

  it('reports a failure after a proven success as the success to a gate that waits for the end', () => {
    const log: string[] = [];
    const policy = gatePolicy<null, null>({
      name: 'spec/end',
      initial: null,
      settlesAt: 'end',
      on: {
        success: (state) => {
          log.push('success');
          return state;
        },
        failure: (state) => {
          log.push('failure');
          return { state, wait: 0 };
        },
      },
      view: () => null,
      read: () => null,
    });
    const source = new Subject<string>();
    source.pipe(guard(gate(policy), { successOn: 'first' })).subscribe({ error: () => undefined });
    source.next('a');
    expect(log).toEqual([]);
    source.error(down);
    expect(log).toEqual(['success']);
  });

  it('is a cancel if the predicate of successOn throws, and the stream fails with that error', () => {
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

it('counts a call that a predicate makes while it classifies another call', () => {
  let depth = 0;
  const throttle: PolicyGate<RetryThrottleView> = gate(
    retryThrottle({
      maxTokens: 10,
      tokenRatio: 1,
      classify: () => {
        if ((depth += 1) === 1) outcome(failing.pipe(retryWithPolicy(never, { gates: [throttle] })));
        return 'failure';
      },
    }),
  );
  outcome(failing.pipe(retryWithPolicy(never, { gates: [throttle] })));
  expect(throttle.state.tokens).toBe(8);
});

describe('calls that a predicate makes each time it classifies another call', () => {
  /** The tokens after five bad calls and one more, during which the predicate makes good calls. */
  const tokensAfter = (goodCalls: number): number => {
    let rest = 0;
    const throttle: PolicyGate<RetryThrottleView> = gate(
      retryThrottle({
        maxTokens: 10,
        tokenRatio: 1,
        classify: () => {
          if (rest > 0) outcome(of('good').pipe(retryWithPolicy(never, { gates: [throttle] })));
          rest -= 1;
          return 'failure';
        },
      }),
    );
    for (let call = 0; call < 5; call += 1) outcome(failing.pipe(retryWithPolicy(never, { gates: [throttle] })));
    rest = goodCalls;
    expect(outcome(failing.pipe(retryWithPolicy(never, { gates: [throttle] }))).end).toBe(down);
    return throttle.state.tokens;
  };

  it.each([1, 2, 3])('are counted: %i', (goodCalls) => {
    expect(tokensAfter(goodCalls)).toBe(5 + goodCalls - 1);
  });

  it('do not hang it, however often the predicate makes one', () => {
    expect(tokensAfter(Infinity)).toBeGreaterThan(5);
  });
});

describe('leaving', () => {
  /** Lets a call wait for a gate and leave after 5 ms. What it has done, even if the gate wakes all that wait. */
  const leaving = (gate: Gate): (() => { readonly calls: number; readonly now: number }) => {
    const scheduler = new VirtualTimeScheduler();
    let calls = 0;
    const source = defer(() => of((calls += 1)));
    outcome(source.pipe(guard(gate, { maxWait: 1000, scheduler }), takeUntil(timer(5, scheduler))));
    scheduler.flush();
    return () => {
      wakeAll([gate], scheduler);
      return { calls, now: scheduler.now() };
    };
  };

  it('a known wait leaves no timer and no listener behind, and notifies the gate', () => {
    const { gate, log } = answering(100);
    const done = leaving(gate);
    expect(kinds(log)).toEqual(['ask', 'abandon']);
    expect(done()).toEqual({ calls: 0, now: 5 });
  });

  it('a wait for a slot leaves nothing behind', () => {
    const slot = oneSlot();
    outcome(NEVER.pipe(guard(slot)));
    const done = leaving(slot);
    expect(slot.state).toMatchObject({ running: 1, waiting: 0 });
    expect(done()).toEqual({ calls: 0, now: 5 });
  });

  it('is possible in a listener of the gate, at the answer to wait', () => {
    const slot = oneSlot();
    outcome(NEVER.pipe(guard(slot)));
    const leave = new Subject<void>();
    slot.events$.subscribe(() => {
      leave.next();
    });
    outcome(of('a').pipe(guard(slot, { maxWait: 1000 }), takeUntil(leave)));
    expect(slot.state).toMatchObject({ waiting: 0 });
  });

  it('reports what the policy throws then as unhandled', () => {
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
  picture('waits for a slot, in the order in which it asked', {
    operate: (source) => {
      const retrying = retryWithPolicy(both(fixed(1), retries(1)), { gates: [oneSlot()] });
      return { first: source.pipe(retrying), second: source.pipe(retrying) };
    },
    diagram: `
      source         --#
                     --a|
      first          -------a|
      second         ----a|
      subscriptions  ^-!
                     --^--!
                     -----^--!
    `,
  });

  it('gives up its turn if it leaves', () => {
    const scheduler = new VirtualTimeScheduler();
    const slot = gate(concurrencyLimit({ limit: 1 }), { scheduler });
    outcome(NEVER.pipe(guard(slot)));
    const waiting = of('a').pipe(retryWithPolicy(immediate, { gates: [slot], scheduler }));
    outcome(waiting.pipe(takeUntil(timer(5, scheduler))));
    expect(slot.state).toMatchObject({ running: 1, waiting: 1 });
    scheduler.flush();
    expect(slot.state).toMatchObject({ running: 1, waiting: 0 });
  });

  it('is not woken while it leaves its gates one after the other', () => {
    const scheduler = new VirtualTimeScheduler();
    const [first, slot] = [answering(Number.MAX_VALUE, 0), oneSlot()];
    const holder = NEVER.pipe(guard(slot)).subscribe();
    let calls = 0;
    const source = defer(() => of((calls += 1)));
    const waiting = source
      .pipe(retryWithPolicy(immediate, { gates: [first.gate, slot], scheduler }))
      .subscribe({ error: () => undefined });
    expect(slot.state).toMatchObject({ running: 1, waiting: 1 });
    first.log.push = (...signals) => {
      if (kinds(signals).includes('abandon')) holder.unsubscribe();
      return 0;
    };
    waiting.unsubscribe();
    expect(calls).toBe(0);
    expect(slot.state).toMatchObject({ running: 0, waiting: 0 });
  });

  picture('waits for its policy if all gates admit', {
    operate: (source) => {
      const policy: Policy<boolean> = {
        initial: false,
        reduce: (state, { kind }) => (kind === 'ask' && !state ? { state: true, wait: 5 } : { state, wait: 0 }),
      };
      return source.pipe(retryWithPolicy(policy, { gates: [gate(immediate)] }));
    },
    diagram: `
      source         a|
      expected       -----a|
      subscriptions  -----^!
    `,
  });

  it('does not begin to wait if another gate rejects for good', () => {
    const { gate, log } = answering(10);
    const isolated = circuit();
    isolated.isolate();
    expect(outcome(of('a').pipe(retryWithPolicy(immediate, { gates: [gate, isolated] }))).end).toMatchObject({
      reason: 'isolated',
    });
    expect(kinds(log)).toEqual(['ask']);
    expect(gate.state).toBe(0);
  });

  it('abandons its wait if another gate rejects for good meanwhile', () => {
    const scheduler = new VirtualTimeScheduler();
    const { gate, log } = answering(10);
    const live = circuit({ scheduler });
    const seen = outcome(of('a').pipe(retryWithPolicy(immediate, { gates: [gate, live], scheduler })));
    scheduler.schedule(() => live.isolate(), 5);
    scheduler.flush();
    expect(seen.end).toMatchObject({ reason: 'isolated' });
    expect(kinds(log)).toEqual(['ask', 'ask', 'abandon']);
  });

  it('pays for each retry from a budget, and ends with the error of the source', () => {
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

  it('numbers its attempts in the order in which they ask', () => {
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
  const gate = oneSlot();
  const wanted = 'guard: gates must be a gate or an array of distinct gates (from circuit() or gate())';
  it.each<[string, () => unknown, string]>([
    ['no gate', () => guard([]), `${wanted}, got []`],
    ['undefined as the gate', () => guard(undefined as never), `${wanted}, got undefined`],
    ['only options', () => guard({ maxWait: 1 } as never), `${wanted}, got an object`],
    [
      'a policy',
      () => guard([concurrencyLimit({ limit: 1 }) as unknown as Gate, gate]),
      `${wanted}, got [an object, an object]`,
    ],
    ['a gate twice', () => guard([gate, gate]), `${wanted}, got [an object, an object]`],
    [
      'a second gate in place of the options',
      () => guard(gate, oneSlot() as never),
      'guard: gates must be one argument, as in guard([rate, slots])',
    ],
    [
      'a second list of gates in place of the options',
      () => guard([gate], [oneSlot()] as never),
      'guard: gates must be one argument, as in guard([rate, slots])',
    ],
    ['null as options', () => guard(gate, null as never), 'guard: options must be an object, got null'],
    [
      'maxWait, a string',
      () => guard(gate, { maxWait: '1' as never }),
      'guard: maxWait must be a number of milliseconds, at least 0, or Infinity, got "1"',
    ],
    [
      'an unknown successOn',
      () => guard(gate, { successOn: 'last' as never }),
      "guard: successOn must be 'complete', 'first' or a predicate, got \"last\"",
    ],
    [
      'scheduler, a number',
      () => guard(gate, { scheduler: 1 as never }),
      'guard: scheduler must be an RxJS scheduler, got 1',
    ],
    ['random, a number', () => guard(gate, { random: 1 as never }), 'guard: random must be a function, got 1'],
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

it('queues the calls of many merged streams', () => {
  const slot = oneSlot();
  const scheduler = new VirtualTimeScheduler();
  const call = (id: number): Observable<number> =>
    timer(3, scheduler).pipe(
      concatMap(() => of(id)),
      guard(slot, { maxWait: Infinity, scheduler }),
    );
  const seen = outcome(merge(...Array.from({ length: 50 }, (_, id) => call(id))).pipe(toArray()));
  scheduler.flush();
  expect(seen.values).toEqual([Array.from({ length: 50 }, (_, id) => id)]);
  expect(scheduler.frame).toBe(150);
});
