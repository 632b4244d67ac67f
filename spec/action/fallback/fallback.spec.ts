import {
  concat,
  defer,
  EMPTY,
  finalize,
  firstValueFrom,
  lastValueFrom,
  NEVER,
  Observable,
  of,
  range,
  Subject,
  take,
  throwError,
  toArray,
  VirtualTimeScheduler,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  action,
  circuit,
  CircuitOpenError,
  fallback,
  FallbackError,
  FailedValueError,
  fixed,
  isRejection,
  retries,
  retryWithPolicy,
  both,
  type FallbackEvent,
  type FallbackOptions,
} from 'rxjs-reprise';
import { picture } from '../../support/picture.js';
import { outcome, unhandledBy } from '../../support/stage.js';

const down = new Error('down');
const failing = (): Observable<never> => throwError(() => down);

/** A plan of these sources, and its events as `failed fast > spare`. */
function planned(sources: Readonly<Record<string, () => unknown>>, options: FallbackOptions = {}) {
  const log: string[] = [];
  const routes = Object.entries(sources).map(([name, source]) => ({ name, source }));
  const call = fallback(routes, { ...options, observe: (event) => log.push(shown(event)) });
  return { call, log };
}

function shown(event: FallbackEvent): string {
  if (event.kind === 'gave-up') return `gave-up: ${event.reason}`;
  const next = event.kind === 'answered' ? '' : ` > ${String(event.next)}`;
  return `${event.kind} ${event.route}${next}`;
}

describe('fallback, by marbles', () => {
  const both$ = (source: Observable<unknown>, options: FallbackOptions = {}) =>
    planned({ fast: () => source, spare: () => source }, options).call();

  picture('the marble of its doc', {
    operate: (source) => ({ fallback: both$(source) }),
    diagram: `
      source         -#
                     -a|
      fallback       --a|
      subscriptions  ^!
                     -^-!
    `,
  });

  picture('an error after a value ends the call', {
    operate: (source) => both$(source),
    diagram: `
      source         -a-#
                     -b|
      expected       -a-#
      subscriptions  ^--!
    `,
  });

  picture('an error after a value switches with switchAfterValue', {
    operate: (source) => both$(source, { switchAfterValue: true }),
    diagram: `
      source         -a-#
                     -b|
      expected       -a--b|
      subscriptions  ^--!
                     ---^-!
    `,
  });

  picture('a completion without a value is an answer', {
    operate: (source) => both$(source),
    diagram: `
      source         --|
      expected       --|
      subscriptions  ^-!
    `,
  });

  picture('a consumer that leaves unsubscribes the route, and no other one is tried', {
    operate: (source) => both$(source),
    diagram: `
      source         -#
                     ----a|
      expected       ^--!
      subscriptions  ^!
                     -^-!
    `,
  });

  picture('a route has failed when its own retries are over', {
    operate: (source) =>
      planned({ fast: action(() => source, { retry: both(fixed(2), retries(1)) }), spare: () => source }).call(),
    diagram: `
      source         -#
                     -#
                     a|
      expected       ----a|
      subscriptions  ^!
                     ---^!
                     ----^!
    `,
  });
});

describe('events name the route', () => {
  it('that answered, once for each call', async () => {
    const { call, log } = planned({ fast: failing, spare: () => of(1, 2, 3) }, { name: 'models' });
    expect(await firstValueFrom(call().pipe(toArray()))).toEqual([1, 2, 3]);
    expect(log).toEqual(['failed fast > spare', 'answered spare']);
  });

  it('with the name of the plan, the error and the next route', () => {
    const events: FallbackEvent[] = [];
    const routes = [{ name: 'fast', source: failing }];
    outcome(fallback(routes, { name: 'models', observe: (event) => events.push(event) })());
    expect(events).toEqual([
      { kind: 'failed', name: 'models', route: 'fast', error: down, next: undefined },
      { kind: 'gave-up', name: 'models', error: expect.any(FallbackError) as unknown, reason: 'exhausted' },
    ]);
  });

  it('before the consumer receives the value', () => {
    const seen: unknown[] = [];
    const routes = [{ name: 'fast', source: () => of(1) }];
    fallback(routes, { observe: ({ kind }) => seen.push(kind) })().subscribe((value) => seen.push(value));
    expect(seen).toEqual(['answered', 1]);
  });

  it('that fails after a value', () => {
    const { call, log } = planned({ fast: () => concat(of(1), failing()), spare: () => of(2) });
    expect(outcome(call())).toEqual({ values: [1], end: down });
    expect(log).toEqual(['answered fast', 'failed fast > undefined', 'gave-up: answered']);
  });

  it('of both with switchAfterValue', () => {
    const { call, log } = planned(
      { fast: () => concat(of(1), failing()), spare: () => of(2) },
      { switchAfterValue: true },
    );
    expect(outcome(call())).toEqual({ values: [1, 2], end: 'complete' });
    expect(log).toEqual(['answered fast', 'failed fast > spare', 'answered spare']);
  });

  it('and what observe throws does not change the stream', () => {
    const noisy = fallback(
      [
        { name: 'fast', source: failing },
        { name: 'spare', source: () => 'a' },
      ],
      {
        observe: () => {
          throw down;
        },
      },
    );
    let seen: unknown;
    const unhandled = unhandledBy(() => {
      seen = outcome(noisy());
    });
    expect(seen).toEqual({ values: ['a'], end: 'complete' });
    expect(unhandled).toEqual([down, down]);
  });
});

describe('a route whose circuit is open', () => {
  it('is skipped, and its function is not called', () => {
    let calls = 0;
    const fast = circuit({ name: 'fast', threshold: 1 });
    const busy = action(() => (calls++, failing()), { circuit: fast });
    const { call, log } = planned({ fast: busy, spare: () => 'a' });
    expect(outcome(call()).values).toEqual(['a']);
    expect(outcome(call()).values).toEqual(['a']);
    expect(calls).toBe(1);
    expect(log).toEqual(['failed fast > spare', 'answered spare', 'skipped fast > spare', 'answered spare']);
  });

  it('is tried again when it may be probed, and the call is the probe', () => {
    const scheduler = new VirtualTimeScheduler();
    const fast = circuit({ name: 'fast', threshold: 1, resetAfter: 100, scheduler });
    let isDown = true;
    const source = action(() => (isDown ? failing() : of('fast')), { circuit: fast });
    const { call, log } = planned({ fast: source, spare: () => 'spare' }, { stickyFor: 0, scheduler });
    outcome(call());
    isDown = false;
    scheduler.schedule(() => outcome(call()), 99);
    scheduler.schedule(() => outcome(call()), 100);
    scheduler.flush();
    expect(log.slice(2)).toEqual(['skipped fast > spare', 'answered spare', 'answered fast']);
    expect(fast.state.phase).toBe('closed');
  });

  it('spends no probe while it is half-open and full', () => {
    const fast = circuit({ name: 'fast' });
    fast.open();
    fast.halfOpen();
    const { call, log } = planned({ fast: action(() => NEVER, { circuit: fast }), spare: () => 'a' });
    const probe = call().subscribe();
    expect(outcome(call()).values).toEqual(['a']);
    expect(log).toEqual(['skipped fast > spare', 'answered spare']);
    probe.unsubscribe();
    expect(fast.state).toMatchObject({ phase: 'half-open', retryAfter: 0 });
  });

  it('is skipped also where the circuit is the retry', () => {
    const fast = circuit({ name: 'fast', threshold: 2 });
    const { call, log } = planned({ fast: action(failing, { retry: fast }), spare: () => 'a' });
    outcome(call());
    outcome(call());
    expect(log).toEqual(['failed fast > spare', 'answered spare', 'skipped fast > spare', 'answered spare']);
  });
});

describe('if no route answers', () => {
  it('the call ends with every error, in the order in which they were tried', () => {
    const spare = circuit({ name: 'spare' });
    spare.open(50);
    const { call, log } = planned({ fast: failing, spare: action(() => 1, { circuit: spare }) }, { name: 'models' });
    const { end } = outcome(call());
    expect(end).toBeInstanceOf(FallbackError);
    const { failures, cause } = end as FallbackError;
    expect(failures).toEqual([
      { route: 'fast', error: down },
      { route: 'spare', error: expect.any(CircuitOpenError) as unknown },
    ]);
    expect(failures[0]?.error).toBe(down);
    expect(cause).toBe(down);
    expect(log).toEqual(['failed fast > spare', 'skipped spare > undefined', 'gave-up: exhausted']);
  });

  it('a retry around the plan tries all routes again', () => {
    let calls = 0;
    const source = (): Observable<string> => (++calls < 4 ? failing() : of('a'));
    const { call } = planned({ fast: source, spare: source });
    expect(outcome(call().pipe(retryWithPolicy(retries(1))))).toEqual({ values: ['a'], end: 'complete' });
    expect(calls).toBe(4);
  });

  it('a retry around the plan does not retry when every route was skipped', () => {
    const both = circuit({ name: 'both' });
    both.open();
    const source = action(() => 1, { circuit: both });
    const { call, log } = planned({ fast: source, spare: source });
    const { end } = outcome(call().pipe(retryWithPolicy(retries(1))));
    expect(end).toBeInstanceOf(FallbackError);
    expect(log).toEqual(['skipped fast > spare', 'skipped spare > undefined', 'gave-up: exhausted']);
  });

  it('a plan around the plan skips it when every route was skipped', () => {
    const both = circuit({ name: 'both' });
    both.open();
    const inner = planned({ fast: action(() => 1, { circuit: both }) });
    const { call, log } = planned({ near: inner.call, far: () => 'a' });
    expect(outcome(call()).values).toEqual(['a']);
    expect(log).toEqual(['skipped near > far', 'answered far']);
  });
});

describe('a route is not replaced', () => {
  it('after an abort', () => {
    const aborted = new DOMException('left', 'AbortError');
    const { call, log } = planned({ fast: () => throwError(() => aborted), spare: () => 'a' });
    expect(outcome(call())).toEqual({ values: [], end: aborted });
    expect(log).toEqual(['failed fast > undefined', 'gave-up: fatal']);
  });

  it('after a mistake in the program that the library finds', () => {
    const twice = circuit({ name: 'twice' });
    const fast = action(
      action(() => 1, { circuit: twice }),
      { circuit: twice },
    );
    const { call, log } = planned({ fast, spare: () => 'a' });
    expect(outcome(call()).end).toBeInstanceOf(TypeError);
    expect(log).toEqual(['failed fast > undefined', 'gave-up: fatal']);
  });

  it('after an error that switchOn does not match, which is unchanged', () => {
    const { call, log } = planned({ fast: failing, spare: () => 'a' }, { switchOn: TypeError });
    expect(outcome(call())).toEqual({ values: [], end: down });
    expect(log).toEqual(['failed fast > undefined', 'gave-up: error']);
  });

  it('when switchOn throws: the call ends with that error', () => {
    const mistake = new TypeError('mistake');
    const { call, log } = planned(
      { fast: failing, spare: () => 'a' },
      {
        switchOn: () => {
          throw mistake;
        },
      },
    );
    expect(outcome(call())).toEqual({ values: [], end: mistake });
    expect(log).toEqual(['gave-up: fatal']);
  });

  it('when an action around the plan is aborted by its signal, whatever the reason', () => {
    const controller = new AbortController();
    let signalOfAttempt: AbortSignal | undefined;
    const fast =
      () =>
      ({ signal }: { signal: AbortSignal }) => {
        signalOfAttempt = signal;
        return NEVER;
      };
    const { call, log } = planned({ fast, spare: () => 'a' });
    const seen = outcome(action(call, { signal: controller.signal })());
    controller.abort(down);
    expect(seen).toEqual({ values: [], end: down });
    expect(signalOfAttempt?.aborted).toBe(true);
    expect(log).toEqual([]);
  });
});

it('a value is a failure if failOn of the action says so', () => {
  const fast = action(() => 503, { failOn: (status) => status === 503 });
  const events: FallbackEvent[] = [];
  const routes = [
    { name: 'fast', source: fast },
    { name: 'spare', source: () => 200 },
  ];
  expect(outcome(fallback(routes, { observe: (event) => events.push(event) })()).values).toEqual([200]);
  expect(events[0]).toMatchObject({ kind: 'failed', error: expect.any(FailedValueError) as unknown });
});

it('an async switchOn ends the call with a TypeError', () => {
  const switchOn = (() => Promise.resolve(true)) as unknown as () => boolean;
  const { end } = outcome(planned({ fast: failing, spare: () => 'a' }, { switchOn }).call());
  expect(end).toEqual(
    new TypeError('fallback: the answer of switchOn must be a boolean, not a promise, got an object'),
  );
});

describe('stickyFor', () => {
  it('lets the next calls begin with the route that worked, until its time has passed', () => {
    const scheduler = new VirtualTimeScheduler();
    const { call, log } = planned({ fast: failing, spare: () => 'a' }, { stickyFor: 100, scheduler });
    for (const at of [0, 50, 99, 100, 150]) scheduler.schedule(() => outcome(call()), at);
    scheduler.flush();
    const switched = ['failed fast > spare', 'answered spare'];
    expect(log).toEqual([...switched, 'answered spare', 'answered spare', ...switched, 'answered spare']);
  });

  it('ends when the route fails', () => {
    let isDown = true;
    let isSpareDown = false;
    const { call, log } = planned(
      {
        fast: () => (isDown ? failing() : of('fast')),
        spare: () => (isSpareDown ? failing() : of('spare')),
      },
      { stickyFor: Infinity },
    );
    outcome(call());
    [isDown, isSpareDown] = [false, true];
    outcome(call());
    outcome(call());
    expect(log.slice(2)).toEqual(['failed spare > fast', 'answered fast', 'answered fast']);
  });

  it('is not changed by a late answer of an older call', () => {
    const slow = new Subject<string>();
    let calls = 0;
    const fast = (): Observable<string> => (++calls === 1 ? slow : failing());
    const { call, log } = planned({ fast, spare: () => of('spare') }, { stickyFor: Infinity });
    const first = outcome(call());
    outcome(call());
    slow.next('fast');
    expect(first.values).toEqual(['fast']);
    outcome(call());
    expect(log).toEqual(['failed fast > spare', 'answered spare', 'answered fast', 'answered spare']);
  });

  it('is set before the consumer receives the value', () => {
    const { call, log } = planned({ fast: failing, spare: () => of('a') }, { stickyFor: Infinity });
    call().subscribe(() => outcome(call()));
    expect(log).toEqual(['failed fast > spare', 'answered spare', 'answered spare']);
  });

  it('is not set by a call that is left before its answer', () => {
    const { call, log } = planned({ fast: failing, spare: () => NEVER }, { stickyFor: Infinity });
    call().subscribe().unsubscribe();
    call().subscribe().unsubscribe();
    expect(log).toEqual(['failed fast > spare', 'failed fast > spare']);
  });

  it('is not set by a call whose first route was only skipped', () => {
    const fast = circuit({ name: 'fast' });
    fast.open();
    const source = action(() => 'fast', { circuit: fast });
    const { call, log } = planned({ fast: source, spare: () => 'spare' }, { stickyFor: Infinity });
    outcome(call());
    fast.reset();
    outcome(call());
    expect(log).toEqual(['skipped fast > spare', 'answered spare', 'answered fast']);
  });

  it('belongs to the plan', () => {
    const sources = { fast: failing, spare: () => 'a' };
    outcome(planned(sources, { stickyFor: Infinity }).call());
    const { call, log } = planned(sources, { stickyFor: Infinity });
    outcome(call());
    expect(log).toEqual(['failed fast > spare', 'answered spare']);
  });
});

describe('a call', () => {
  it('is cold: nothing runs before subscribe, and each subscription is a call', () => {
    let calls = 0;
    const stream = fallback([{ name: 'fast', source: () => ++calls }])();
    expect(calls).toBe(0);
    outcome(stream);
    expect(outcome(stream).values).toEqual([2]);
  });

  it('gives its arguments to each route', async () => {
    const ask = fallback([
      { name: 'fast', source: (prompt: string) => Promise.reject<string>(new Error(prompt)) },
      { name: 'spare', source: (prompt: string) => Promise.resolve(`to ${prompt}`) },
    ]);
    expect(await lastValueFrom(ask('you'))).toBe('to you');
  });

  it('unsubscribes a route before it subscribes to the next one', () => {
    const log: string[] = [];
    const tracked = (name: string, source: Observable<unknown>) => () =>
      defer(() => (log.push(`+${name}`), source)).pipe(finalize(() => log.push(`-${name}`)));
    outcome(planned({ fast: tracked('fast', failing()), spare: tracked('spare', of(1)) }).call());
    expect(log).toEqual(['+fast', '-fast', '+spare', '-spare']);
  });

  it('receives only as many values of a synchronous route as its consumer takes', () => {
    let produced = 0;
    const many = (): Observable<number> =>
      new Observable((subscriber) => {
        range(1, 1000).subscribe((n) => {
          if (subscriber.closed) return;
          produced = n;
          subscriber.next(n);
        });
      });
    expect(outcome(planned({ fast: failing, spare: many }).call().pipe(take(3))).values).toEqual([1, 2, 3]);
    expect(produced).toBe(3);
  });

  it.each([
    ['tries no further route', 2],
    ['does not give up', 1],
  ])('%s when an observer leaves', (_, count) => {
    const source = new Subject<never>();
    const seen: string[] = [];
    const routes = [
      { name: 'fast', source: () => source },
      { name: 'spare', source: () => seen.push('spare') },
    ];
    const ask = fallback(routes.slice(0, count), {
      observe: ({ kind }) => {
        seen.push(kind);
        subscription.unsubscribe();
      },
    });
    const subscription = ask().subscribe();
    source.error(down);
    expect(seen).toEqual(['failed']);
  });

  it('of a route that throws is a failure of the route', () => {
    const { call } = planned({
      fast: () => {
        throw down;
      },
      spare: () => 'a',
    });
    expect(outcome(call()).values).toEqual(['a']);
  });

  it('may complete without a value', () => {
    const { call, log } = planned({ fast: failing, spare: () => EMPTY });
    expect(outcome(call())).toEqual({ values: [], end: 'complete' });
    expect(log).toEqual(['failed fast > spare', 'answered spare']);
  });
});

it('isRejection knows a FallbackError of rejections only', () => {
  const closed = circuit();
  closed.open();
  const rejected = action(() => 1, { circuit: closed });
  expect(isRejection(outcome(planned({ fast: rejected }).call()).end)).toBe(true);
  expect(isRejection(outcome(planned({ fast: rejected, spare: failing }).call()).end)).toBe(false);
});
