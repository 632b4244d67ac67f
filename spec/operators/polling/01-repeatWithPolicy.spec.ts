import {
  concat,
  defer,
  EMPTY,
  interval,
  lastValueFrom,
  map,
  NEVER,
  Observable,
  of,
  Subject,
  take,
  takeWhile,
  tap,
  throwError,
  toArray,
  VirtualTimeScheduler,
} from 'rxjs';
import {
  both,
  CompletedError,
  concurrencyLimit,
  exponential,
  fixed,
  gate,
  hinted,
  immediate,
  jittered,
  never,
  onFailure,
  onlyIf,
  preview,
  repeatWithPolicy,
  resetOn,
  retries,
  retryWithPolicy,
  sequence,
  within,
  type Policy,
  type RepeatEvent,
  type RepeatOptions,
  type Signal,
} from 'rxjs-reprise';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { picture } from '../../support/picture.js';
import { answering, attentive, outcome, recorded, unhandledBy } from '../../support/stage.js';

/*
 * The specs of polling:
 *
 *   01-repeatWithPolicy  when to subscribe again after a completion
 *   02-pauseWhile        when to unsubscribe for a while
 *
 * The drawings of docs/polling.md, and polls of real servers, are in spec/recipes.
 */

const lost = new Error('lost');

describe('repeatWithPolicy', () => {
  picture('the marble of its doc', {
    operate: (source) => source.pipe(repeatWithPolicy(both(exponential(2), retries(2)))),
    diagram: `
      source         -a|
      expected       -a---a-----a|
      subscriptions  ^-!
                     ----^-!
                     ----------^-!
    `,
  });
});

describe('repeatWithPolicy, when to subscribe again', () => {
  picture('after each completion, until the consumer leaves', {
    operate: (source) => source.pipe(repeatWithPolicy(fixed(3))),
    diagram: `
      source         -a-b|
                     c|
                     |
                     d-
      expected       -a-b---c------d---!
      subscriptions  ^---!
                     -------^!
                     -----------(^!)
                     --------------^---!
    `,
  });

  picture('the wait begins at the completion, so runs never overlap', {
    operate: (source) => source.pipe(repeatWithPolicy(both(fixed(2), retries(1)))),
    diagram: `
      source         -----a|
      expected       -----a-------a|
      subscriptions  ^-----!
                     --------^-----!
    `,
  });

  picture('a policy that gives up at once makes one run', {
    operate: (source) => source.pipe(repeatWithPolicy(never)),
    diagram: `
      source         -a|
      expected       -a|
      subscriptions  ^-!
    `,
  });

  picture('a wait of 0 subscribes in the same frame', {
    operate: (source) => source.pipe(repeatWithPolicy(retries(2))),
    diagram: `
      source         -a|
      expected       -a-a-a|
      subscriptions  ^-!
                     --^-!
                     ----^-!
    `,
  });

  picture('an error of the source ends the stream', {
    operate: (source) => source.pipe(repeatWithPolicy(fixed(2))),
    diagram: `
      source         -a|
                     -b#
      expected       -a---b#
      subscriptions  ^-!
                     ----^-!
    `,
  });

  picture('a source that does not complete is one run', {
    operate: (source) => source.pipe(repeatWithPolicy(fixed(2))),
    diagram: `
      source         -a-b---
      expected       -a-b------!
      subscriptions  ^---------!
    `,
  });

  picture('unsubscribing ends a wait', {
    operate: (source) => source.pipe(repeatWithPolicy(fixed(5))),
    diagram: `
      source         -a|
      expected       -a--!
      subscriptions  ^-!
    `,
  });

  picture('each subscription has its own state', {
    operate: (source) => source.pipe(repeatWithPolicy(both(fixed(2), retries(1)))),
    diagram: `
      source         -a|
      expected       -a---a|
                     ---^a---a|
      subscriptions  ^-!
                     ---^-!
                     ----^-!
                     -------^-!
    `,
  });

  picture('a deadline counts from the first run', {
    operate: (source) => source.pipe(repeatWithPolicy(within(9, fixed(2)))),
    diagram: `
      source         -a|
      expected       -a---a---a|
      subscriptions  ^-!
                     ----^-!
                     --------^-!
    `,
  });

  picture('jitter spreads the runs', {
    operate: (source) =>
      source.pipe(repeatWithPolicy(jittered('full', both(fixed(8), retries(1))), { random: () => 0.5 })),
    diagram: `
      source         -a|
      expected       -a-----a|
      subscriptions  ^-!
                     ------^-!
    `,
  });
});

describe('a policy can decide by the last value', () => {
  picture('whether to go on', {
    operate: (source) =>
      source.pipe(repeatWithPolicy(onlyIf(({ value }: CompletedError<string>) => value !== 'd', fixed(2)))),
    diagram: `
      source         -a|
                     -b|
                     -cd|
      expected       -a---b---cd|
      subscriptions  ^-!
                     ----^-!
                     --------^--!
    `,
  });

  picture('how long to wait', {
    operate: (source) =>
      source.pipe(
        repeatWithPolicy(
          onFailure(null, (state, { error }) => ({ state, wait: (error as CompletedError).value === 'a' ? 1 : 4 })),
        ),
        take(3),
      ),
    diagram: `
      source         -a|
                     -b|
                     -c|
      expected       -a--b-----(c|)
      subscriptions  ^-!
                     ---^-!
                     ---------^!
    `,
  });

  picture('how long to wait, because the server says so', {
    operate: (source) =>
      source.pipe(
        repeatWithPolicy(hinted(both(fixed(1), retries(1)), { from: ({ value }) => (value === 'b' ? 3 : 0) })),
      ),
    diagram: `
      source         -b|
      expected       -b-----b|
      subscriptions  ^-!
                     ------^-!
    `,
  });

  picture('when to be quick again', {
    operate: (source) => source.pipe(repeatWithPolicy(resetOn((value) => value === 'n', exponential(2)))),
    diagram: `
      source         a|
                     a|
                     n|
                     a|
                     -
      expected       a--a----n--a---------!
      subscriptions  ^!
                     ---^!
                     --------^!
                     -----------^!
                     ----------------^----!
    `,
  });

  picture('at which pace, whatever a run takes', {
    operate: (source) =>
      source.pipe(
        repeatWithPolicy(onFailure(null, (state, { took }) => ({ state, wait: Math.max(0, 5 - took) }))),
        take(4),
      ),
    diagram: `
      source         -a|
                     ---b|
                     ------c|
                     d
      expected       -a------b-------c(d|)
      subscriptions  ^-!
                     -----^---!
                     ----------^------!
                     -----------------(^!)
    `,
  });

  it('receives a CompletedError with the last value of this run', () => {
    const seen: unknown[] = [];
    const policy = onFailure(0, (runs, { error }) => {
      seen.push(error);
      return { state: runs + 1, wait: runs < 2 ? 0 : Infinity };
    });
    const sources = [of('a', 'b'), EMPTY, of(undefined)];
    let run = 0;
    outcome(defer(() => sources[run++] ?? NEVER).pipe(repeatWithPolicy(policy)));
    expect(seen.every((error) => error instanceof CompletedError && error instanceof Error)).toBe(true);
    expect(seen.map((error) => (error as CompletedError).value)).toEqual(['b', undefined, undefined]);
    expect(String(seen[0])).toBe('CompletedError: the run completed');
  });

  it('receives the signals that it handles, and the time and the number of the run', () => {
    const log: Signal[] = [];
    const scheduler = new VirtualTimeScheduler();
    const policy = recorded(
      { ...both(fixed(10), retries(1)), handles: ['ask', 'value', 'success', 'failure', 'cancel'] },
      log,
    );
    interval(5, scheduler)
      .pipe(take(1), repeatWithPolicy(policy, { scheduler, random: () => 0.25 }))
      .subscribe();
    scheduler.flush();
    const error: unknown = expect.any(CompletedError);
    expect(log).toEqual([
      { kind: 'ask', ticket: 1, now: 0, random: 0.25, attempt: 1 },
      { kind: 'value', ticket: 1, now: 5, random: 0, value: 0 },
      { kind: 'failure', ticket: 1, now: 5, random: 0.25, took: 5, error },
      { kind: 'ask', ticket: 2, now: 15, random: 0.25, attempt: 2, error },
      { kind: 'value', ticket: 2, now: 20, random: 0, value: 0 },
      { kind: 'failure', ticket: 2, now: 20, random: 0.25, took: 5, error },
    ]);
  });

  it('receives a cancel if the source fails', () => {
    const log: Signal[] = [];
    outcome(throwError(() => lost).pipe(repeatWithPolicy(recorded(attentive, log))));
    expect(log.map(({ kind }) => kind)).toEqual(['ask', 'cancel']);
  });

  it('can be previewed', () => {
    const policy = both(onlyIf(CompletedError, fixed(5)), retries(2));
    expect(preview(policy, { error: new CompletedError('a') })).toEqual({ delays: [5, 5], reason: 'retries' });
  });
});

describe('what ends the stream with an error', () => {
  it.each([
    ['an Error', lost],
    ['undefined', undefined],
    ['an abort', new DOMException('left', 'AbortError')],
    ['the CompletedError of somewhere else', new CompletedError('b')],
  ])('the source fails with %s, which is the same reference', (_, error) => {
    const sources = [of('a'), throwError(() => error)];
    let run = 0;
    const seen = outcome(defer(() => sources[run++] ?? NEVER).pipe(repeatWithPolicy(fixed(0))));
    expect([seen.values, seen.end, run]).toEqual([['a'], error, 2]);
    expect(Object.is(seen.end, error)).toBe(true);
  });

  it('the source fails with the CompletedError of the run before', () => {
    let before: unknown;
    const policy = onFailure(null, (state, { error }) => ({ state, wait: (before = error) === undefined ? 1 : 0 }));
    const source = defer(() => (before === undefined ? of('a') : throwError(() => before)));
    expect(outcome(source.pipe(repeatWithPolicy(policy))).end).toBe(before);
    expect(before).toBeInstanceOf(CompletedError);
  });

  it('the policy throws', () => {
    const policy = onFailure(null, () => {
      throw lost;
    });
    expect(outcome(of('a').pipe(repeatWithPolicy(policy)))).toEqual({ values: ['a'], end: lost });
  });

  it.each([NaN, -1, undefined])('the policy answers with a wait of %s', (wait) => {
    const seen = outcome(of('a').pipe(repeatWithPolicy(answering('failure', wait))));
    expect(seen.end).toEqual(
      new RangeError(
        `policy: the wait after failure must be a number of milliseconds, at least 0, or Infinity, got ${String(wait)}`,
      ),
    );
  });

  it('the random number is out of range', () => {
    const seen = outcome(of('a').pipe(repeatWithPolicy(fixed(0), { random: () => 1 })));
    expect(String(seen.end)).toBe(
      'RangeError: repeatWithPolicy: the answer of random must be a number in [0, 1), got 1',
    );
  });

  it('the policy rejects the first run', () => {
    let subscribed = 0;
    const seen = outcome(defer(() => of((subscribed += 1))).pipe(repeatWithPolicy(answering('ask', Infinity))));
    expect(seen.end).toMatchObject({ name: 'RejectedError', reason: 'rejected' });
    expect(subscribed).toBe(0);
  });

  it('not a policy that rejects a later run', () => {
    const policy: Policy<number> = {
      initial: 0,
      handles: ['ask'],
      reduce: (asks) => ({ state: asks + 1, wait: asks < 2 ? 0 : Infinity, reason: 'third' }),
    };
    expect(outcome(of('a').pipe(repeatWithPolicy(policy)))).toEqual({ values: ['a', 'a'], end: 'complete' });
  });
});

describe('repeatWithPolicy and other operators', () => {
  it('a limit on the values unsubscribes from an endless synchronous source', () => {
    let produced = 0;
    const firehose = new Observable<number>((subscriber) => {
      while (!subscriber.closed) subscriber.next((produced += 1));
    });
    expect(outcome(firehose.pipe(repeatWithPolicy(immediate), take(3)))).toEqual({
      values: [1, 2, 3],
      end: 'complete',
    });
    expect(produced).toBe(3);
  });

  it('a consumer can leave at a value of any run', () => {
    let run = 0;
    const seen = outcome(
      defer(() => of((run += 1))).pipe(
        repeatWithPolicy(immediate),
        takeWhile((n) => n < 700, true),
      ),
    );
    expect(seen.values).toHaveLength(512);
  });

  it('a run releases its source before the next one starts', () => {
    const log: string[] = [];
    let run = 0;
    const source = new Observable<number>((subscriber) => {
      const own = (run += 1);
      log.push(`start ${String(own)}`);
      subscriber.add(() => log.push(`end ${String(own)}`));
      subscriber.complete();
    });
    outcome(source.pipe(repeatWithPolicy(retries(1))));
    expect(log).toEqual(['start 1', 'end 1', 'start 2', 'end 2']);
  });

  it('goes on if the teardown of a completed source throws', () => {
    let subscribed = 0;
    const source = new Observable((subscriber) => {
      subscribed += 1;
      subscriber.add(() => {
        throw lost;
      });
      subscriber.complete();
    });
    expect(outcome(source.pipe(repeatWithPolicy(retries(1)))).end).toBe('complete');
    expect(subscribed).toBe(2);
  });

  it('a poll in a poll repeats its runs, and not those of the other', () => {
    const seen = outcome(of('a').pipe(repeatWithPolicy(retries(1)), repeatWithPolicy(retries(2))));
    expect(seen).toEqual({ values: Array.from({ length: 6 }, () => 'a'), end: 'complete' });
  });

  it('a subject that has completed completes every run', () => {
    const subject = new Subject<string>();
    subject.complete();
    expect(outcome(subject.pipe(repeatWithPolicy(retries(3)))).end).toBe('complete');
  });

  it('one operator serves several sources', () => {
    const twice = repeatWithPolicy<string>(retries(1));
    expect(outcome(twice(of('a'))).values).toEqual(['a', 'a']);
    expect(outcome(twice(of('b'))).values).toEqual(['b', 'b']);
  });
});

describe('on the timers of the platform', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('of 20 000 waits of 0, every 512th goes through the scheduler', () => {
    let subscribed = 0;
    const seen = outcome(defer(() => of((subscribed += 1))).pipe(repeatWithPolicy(retries(20_000))));
    expect(subscribed).toBe(512);
    vi.runAllTimers();
    expect([subscribed, seen.end]).toEqual([20_001, 'complete']);
  });

  it('a wait longer than a timer can measure is waited', () => {
    let subscribed = 0;
    outcome(defer(() => of((subscribed += 1))).pipe(repeatWithPolicy(both(fixed(2 ** 31), retries(1)))));
    vi.advanceTimersByTime(2 ** 31 - 1);
    expect(subscribed).toBe(1);
    vi.advanceTimersByTime(1);
    expect(subscribed).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each<[string, Policy]>([
    ['that asks nothing', fixed(60_000)],
    ['with a deadline', within(100_000, fixed(60_000))],
  ])('until completes a stream that waits, for a policy %s, and leaves no timer', (_, policy) => {
    const stop = new AbortController();
    const seen = outcome(of('a').pipe(repeatWithPolicy(policy, { until: stop.signal })));
    expect([seen.end, vi.getTimerCount()]).toEqual(['pending', 1]);
    stop.abort();
    expect([seen, vi.getTimerCount()]).toEqual([{ values: ['a'], end: 'complete' }, 0]);
  });

  it('a run that is under way when until aborts is the last one', () => {
    const stop = new AbortController();
    const source = new Subject<string>();
    const seen = outcome(source.pipe(repeatWithPolicy(fixed(0), { until: stop.signal })));
    stop.abort();
    source.next('a');
    expect(seen).toEqual({ values: ['a'], end: 'pending' });
    source.complete();
    expect(seen.end).toBe('complete');
  });

  it('a run of a poll that fails after until has aborted fails', () => {
    const stop = new AbortController();
    const source = new Subject<string>();
    const seen = outcome(source.pipe(repeatWithPolicy(fixed(0), { until: stop.signal })));
    stop.abort();
    source.error(lost);
    expect(seen.end).toBe(lost);
  });

  it('leaves no listener on until', () => {
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    vi.spyOn(signal, 'addEventListener').mockImplementation((_, listener) => void listeners.add(listener));
    vi.spyOn(signal, 'removeEventListener').mockImplementation((_, listener) => void listeners.delete(listener));
    const seen = outcome(of('a').pipe(repeatWithPolicy(both(fixed(1000), retries(3)), { until: signal })));
    expect(listeners.size).toBe(1);
    vi.advanceTimersByTime(3000);
    expect([seen.end, listeners.size]).toEqual(['complete', 0]);
  });

  it('unsubscribing in a wait leaves no timer', () => {
    const subscription = of('a')
      .pipe(repeatWithPolicy(fixed(60_000)))
      .subscribe();
    subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('releases the source of each of many runs', () => {
    const scheduler = new VirtualTimeScheduler();
    let finalizers = 0;
    const source = new Observable<string>((subscriber) => {
      finalizers += 1;
      subscriber.add(() => (finalizers -= 1));
      subscriber.next('a');
      subscriber.complete();
    });
    const seen = outcome(source.pipe(repeatWithPolicy(both(fixed(1), retries(5000)), { scheduler })));
    scheduler.flush();
    expect([seen.values.length, seen.end, finalizers]).toEqual([5001, 'complete', 0]);
  });
});

describe('observe', () => {
  const eventsOf = (source: Observable<unknown>, policy: Policy, more: RepeatOptions = {}): unknown[] => {
    const scheduler = new VirtualTimeScheduler();
    const events: RepeatEvent[] = [];
    const observe = (event: RepeatEvent): void => void events.push(event);
    source.pipe(repeatWithPolicy(policy, { scheduler, observe, ...more })).subscribe({ error: () => undefined });
    scheduler.flush();
    return events;
  };
  const name = 'repeatWithPolicy';

  it('receives each run, each wait and the end', () => {
    expect(eventsOf(of('a', 'b'), both(fixed(5), retries(1)))).toEqual([
      { kind: 'run', name, run: 1, elapsed: 0 },
      { kind: 'repeating', name, run: 1, elapsed: 0, wait: 5, value: 'b' },
      { kind: 'run', name, run: 2, elapsed: 5 },
      { kind: 'completed', name, run: 2, elapsed: 5, reason: 'retries' },
    ]);
  });

  it('receives an error of the source', () => {
    expect(
      eventsOf(
        throwError(() => lost),
        fixed(5),
        { name: 'job' },
      ),
    ).toEqual([
      { kind: 'run', name: 'job', run: 1, elapsed: 0 },
      { kind: 'failed', name: 'job', run: 1, elapsed: 0, error: lost },
    ]);
  });

  it('receives the end of a poll whose policy rejects a run', () => {
    const third: Policy<number> = {
      initial: 0,
      handles: ['ask'],
      reduce: (asks) => ({ state: asks + 1, wait: asks < 1 ? 0 : Infinity, reason: 'second' }),
    };
    expect(eventsOf(of('a'), third)).toEqual([
      { kind: 'run', name, run: 1, elapsed: 0 },
      { kind: 'repeating', name, run: 1, elapsed: 0, wait: 0, value: 'a' },
      { kind: 'completed', name, run: 1, elapsed: 0, reason: 'second' },
    ]);
    expect(eventsOf(of('a'), answering('ask', Infinity))).toEqual([
      { kind: 'failed', name, run: 1, elapsed: 0, error: expect.objectContaining({ reason: 'rejected' }) as unknown },
    ]);
  });

  it('receives the end by until', () => {
    const stop = new AbortController();
    const source = concat(
      of('a'),
      defer(() => (stop.abort(), EMPTY)),
    );
    expect(eventsOf(source, fixed(5), { until: stop.signal })).toEqual([
      { kind: 'run', name, run: 1, elapsed: 0 },
      { kind: 'completed', name, run: 1, elapsed: 0, reason: 'stopped' },
    ]);
  });

  it('receives nothing when the consumer leaves', () => {
    const events: string[] = [];
    const observe = ({ kind }: RepeatEvent): void => void events.push(kind);
    outcome(of('a').pipe(repeatWithPolicy(fixed(0), { observe }), take(2)));
    expect(events).toEqual(['run', 'repeating', 'run']);
  });

  it('can abort until, which ends the poll', () => {
    const stop = new AbortController();
    const observe = ({ kind }: RepeatEvent): void => {
      if (kind === 'repeating') stop.abort();
    };
    const seen = outcome(of('a').pipe(repeatWithPolicy(fixed(0), { observe, until: stop.signal })));
    expect(seen).toEqual({ values: ['a'], end: 'complete' });
  });

  it('cannot change the stream: what it throws is unhandled', () => {
    const observe = (): never => {
      throw lost;
    };
    let seen: unknown;
    const errors = unhandledBy(() => {
      seen = outcome(of('a').pipe(repeatWithPolicy(retries(1), { observe })));
    });
    expect(seen).toEqual({ values: ['a', 'a'], end: 'complete' });
    expect(errors).toEqual([lost, lost, lost, lost]);
  });
});

describe('repeatWithPolicy rejects', () => {
  it.each([
    ['no policy', undefined, 'a policy such as retries(3) or exponentialBackoff(), got undefined'],
    ['a number', 5000, 'a policy such as retries(3) or exponentialBackoff(), got 5000'],
    [
      'a limit',
      gate(concurrencyLimit({ limit: 1 })),
      'without limits, which belong in gates: [gate(limit)], got an object',
    ],
  ])('%s in place of a policy', (_, policy, rule) => {
    expect(() => repeatWithPolicy(policy as never)).toThrow(new TypeError(`repeatWithPolicy: policy must be ${rule}`));
  });

  it.each([
    [{ gates: [] }, 'there is no option gates, only '],
    [{ until: 5 }, 'until must be an AbortSignal, got 5'],
    [{ observe: 5 }, 'observe must be a function, got 5'],
    [{ name: 5 }, 'name must be a string, got 5'],
    [{ scheduler: 5 }, 'scheduler must be an RxJS scheduler, got 5'],
    [{ random: 0.5 }, 'random must be a function, got 0.5'],
    [null, 'options must be an object, got null'],
  ])('%o', (options, message) => {
    const make = (): unknown => repeatWithPolicy(fixed(5), options as RepeatOptions);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(`repeatWithPolicy: ${message}`);
  });
});

it('a poll that slows on errors has its retry below', async () => {
  let calls = 0;
  const source = defer(() => (++calls % 3 === 0 ? throwError(() => lost) : of(calls)));
  const poll = source.pipe(retryWithPolicy(sequence([1, 2])), repeatWithPolicy(both(fixed(1), retries(3))), toArray());
  expect(await lastValueFrom(poll)).toEqual([1, 2, 4, 5]);
});

it('keeps the type of its source', () => {
  const doubled = of(1).pipe(
    tap((n) => n.toFixed()),
    repeatWithPolicy(retries(1)),
    map((n) => n * 2),
  );
  expect(outcome(doubled).values).toEqual([2, 2]);
});
