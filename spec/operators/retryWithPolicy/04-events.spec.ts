import {
  concat,
  defer,
  EMPTY,
  NEVER,
  of,
  Subject,
  switchMap,
  take,
  takeUntil,
  throwError,
  timer,
  VirtualTimeScheduler,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import {
  action,
  both,
  fixed,
  immediate,
  never,
  onlyIf,
  RejectedError,
  retries,
  retryWithPolicy,
  sequence,
  within,
  type RetryEvent,
  type RetryOptions,
} from 'rxjs-reprise';
import { flaky } from 'rxjs-reprise/testing';
import { describe, expect, it } from 'vitest';
import { answering, played } from '../../support/stage.js';

/*
 * Rule 10: the events that an observer receives. Whole logs are compared.
 */

const lost = new Error('lost');

/** Fails, or emits, after `ms` milliseconds. */
const fails = (ms: number, scheduler: SchedulerLike, error: unknown = lost): Observable<never> =>
  timer(ms, scheduler).pipe(switchMap(() => throwError(() => error)));
const emits = (ms: number, scheduler: SchedulerLike): Observable<string> =>
  timer(ms, scheduler).pipe(switchMap(() => of('value')));

describe('rule 10: an observer receives', () => {
  it('nothing about an attempt that succeeds', () => {
    expect(played((options) => of('value').pipe(retryWithPolicy(retries(2), options)))).toEqual({
      events: [],
      values: ['value'],
      end: 'complete',
    });
  });

  it('nothing about a first attempt that is left', () => {
    expect(played((options) => NEVER.pipe(retryWithPolicy(retries(2), options))).events).toEqual([]);
  });

  it('each retry at the beginning of its wait, and the recovery at the first value', () => {
    const { events, end } = played((options) =>
      flaky([
        fails(1, options.scheduler),
        fails(2, options.scheduler),
        concat(emits(3, options.scheduler), of('more')),
      ]).pipe(retryWithPolicy(sequence([10, 20, 30]), options)),
    );
    expect(events).toEqual([
      { kind: 'retrying', attempt: 1, elapsed: 1, wait: 10, error: lost },
      { kind: 'retrying', attempt: 2, elapsed: 13, wait: 20, error: lost },
      { kind: 'recovered', attempt: 3, elapsed: 36 },
    ]);
    expect(end).toBe('complete');
  });

  it('a recovery at completion, if there was no value', () => {
    const { events } = played((options) =>
      flaky([fails(1, options.scheduler), timer(5, options.scheduler).pipe(switchMap(() => []))]).pipe(
        retryWithPolicy(fixed(10), options),
      ),
    );
    expect(events).toEqual([
      { kind: 'retrying', attempt: 1, elapsed: 1, wait: 10, error: lost },
      { kind: 'recovered', attempt: 2, elapsed: 16 },
    ]);
  });

  it('each recovery, if the source fails again after a value', () => {
    const { events } = played((options) =>
      flaky([fails(0, options.scheduler), concat(of('a', 'b'), fails(1, options.scheduler)), of('c')]).pipe(
        retryWithPolicy(fixed(10), options),
      ),
    );
    expect(events).toEqual([
      { kind: 'retrying', attempt: 1, elapsed: 0, wait: 10, error: lost },
      { kind: 'recovered', attempt: 2, elapsed: 10 },
      { kind: 'retrying', attempt: 2, elapsed: 11, wait: 10, error: lost },
      { kind: 'recovered', attempt: 3, elapsed: 21 },
    ]);
  });

  it('gave-up, with the reason of the policy', () => {
    const { events, end } = played((options) =>
      fails(1, options.scheduler).pipe(retryWithPolicy(both(fixed(10), retries(1)), options)),
    );
    expect(events).toEqual([
      { kind: 'retrying', attempt: 1, elapsed: 1, wait: 10, error: lost },
      { kind: 'gave-up', attempt: 2, elapsed: 12, error: lost, reason: 'retries' },
    ]);
    expect(end).toEqual({ error: lost });
  });

  it.each([
    ['deadline', within(5, fixed(10))],
    ['error', onlyIf(TypeError)],
    ['rejected', answering('failure', Infinity)],
  ])('the reason %j', (reason, policy) => {
    const { events } = played((options) => fails(1, options.scheduler).pipe(retryWithPolicy(policy, options)));
    expect(events).toEqual([{ kind: 'gave-up', attempt: 1, elapsed: 1, error: lost, reason }]);
  });

  it('gave-up after a fatal error', () => {
    const aborted = new DOMException('left', 'AbortError');
    const { events, end } = played((options) =>
      flaky([fails(1, options.scheduler), fails(2, options.scheduler, aborted)]).pipe(
        retryWithPolicy(fixed(10), options),
      ),
    );
    expect(events).toEqual([
      { kind: 'retrying', attempt: 1, elapsed: 1, wait: 10, error: lost },
      { kind: 'gave-up', attempt: 2, elapsed: 13, error: aborted, reason: 'fatal' },
    ]);
    expect(end).toEqual({ error: aborted });
  });

  it('the rejection of the first attempt, with the error of the stream', () => {
    const { events, end } = played((options) =>
      fails(1, options.scheduler).pipe(retryWithPolicy(answering('ask', Infinity), options)),
    );
    const error = new RejectedError('rejected');
    expect(events).toEqual([{ kind: 'rejected', attempt: 1, elapsed: 0, error, reason: 'rejected' }]);
    expect(end).toEqual({ error: expect.any(RejectedError) as unknown });
    expect(events[0]).toHaveProperty('error', (end as { readonly error: unknown }).error);
  });

  it('the rejection of a later attempt, and gave-up for the attempt before it', () => {
    const gate = {
      initial: null,
      reduce: (state: unknown, signal: { readonly kind: string; readonly ticket: number }) =>
        signal.kind === 'ask' && signal.ticket > 1 ? { state, wait: Infinity, reason: 'budget' } : { state, wait: 0 },
    };
    const { events, end } = played((options) =>
      fails(1, options.scheduler).pipe(retryWithPolicy(both(gate, fixed(10)), options)),
    );
    expect(events).toEqual([
      { kind: 'retrying', attempt: 1, elapsed: 1, wait: 10, error: lost },
      { kind: 'rejected', attempt: 2, elapsed: 11, error: lost, reason: 'budget' },
      { kind: 'gave-up', attempt: 1, elapsed: 11, error: lost, reason: 'budget' },
    ]);
    expect(end).toEqual({ error: lost });
  });

  it('`elapsed`, counted from the subscription of the consumer', () => {
    const { events } = played((options) =>
      timer(100, options.scheduler).pipe(
        switchMap(() => fails(1, options.scheduler).pipe(retryWithPolicy(retries(0), options))),
      ),
    );
    expect(events).toEqual([{ kind: 'gave-up', attempt: 1, elapsed: 1, error: lost, reason: 'retries' }]);
  });

  it('all of this if the policy handles no signal, too', () => {
    const { events } = played((options) =>
      flaky([fails(1, options.scheduler), of('value')]).pipe(retryWithPolicy(immediate, options)),
    );
    expect(events).toEqual([
      { kind: 'retrying', attempt: 1, elapsed: 1, wait: 0, error: lost },
      { kind: 'recovered', attempt: 2, elapsed: 1 },
    ]);
  });
});

describe('an observer receives starts and successes', () => {
  /** Kind, attempt and time of each event. */
  const log = (build: (scheduler: SchedulerLike, options: RetryOptions) => Observable<unknown>): string[] => {
    const scheduler = new VirtualTimeScheduler();
    const lines: string[] = [];
    const observe = ({ kind, attempt, elapsed, name }: RetryEvent): void => {
      lines.push(`${name}: ${kind} ${String(attempt)} at ${String(elapsed)}`);
    };
    build(scheduler, { scheduler, observe, name: 'load' }).subscribe({ error: () => undefined });
    scheduler.flush();
    return lines;
  };

  it('of every attempt, with the time that the call took', () => {
    const lines = log((scheduler, options) =>
      flaky([fails(1, scheduler), fails(2, scheduler), emits(3, scheduler)]).pipe(retryWithPolicy(fixed(10), options)),
    );
    expect(lines).toEqual([
      'load: attempt 1 at 0',
      'load: retrying 1 at 1',
      'load: attempt 2 at 11',
      'load: retrying 2 at 13',
      'load: attempt 3 at 23',
      'load: recovered 3 at 26',
      'load: succeeded 3 at 26',
    ]);
  });

  it('of a completion without a value', () => {
    expect(log((_, options) => EMPTY.pipe(retryWithPolicy(never, options)))).toEqual([
      'load: attempt 1 at 0',
      'load: succeeded 1 at 0',
    ]);
  });

  it('of a consumer that has left after a value', () => {
    expect(log((scheduler, options) => timer(5, 5, scheduler).pipe(retryWithPolicy(never, options), take(2)))).toEqual([
      'load: attempt 1 at 0',
      'load: succeeded 1 at 10',
    ]);
  });

  it('no success of one that has left before a value, and none of a failure', () => {
    const left = log((scheduler, options) =>
      NEVER.pipe(retryWithPolicy(never, options), takeUntil(timer(5, scheduler))),
    );
    expect(left).toEqual(['load: attempt 1 at 0']);
    expect(log((scheduler, options) => fails(2, scheduler).pipe(retryWithPolicy(never, options)))).toEqual([
      'load: attempt 1 at 0',
      'load: gave-up 1 at 2',
    ]);
  });

  it('with the name of the function, if no other is given', () => {
    const names: string[] = [];
    const observe = ({ name }: RetryEvent): void => {
      names.push(name);
    };
    EMPTY.pipe(retryWithPolicy(never, { observe })).subscribe();
    function loadUser(): Observable<never> {
      return EMPTY;
    }
    action(loadUser, { observe })().subscribe();
    action(() => EMPTY, { observe })().subscribe();
    action(loadUser, { observe, name: 'users' })().subscribe();
    const observed = action({ observe });
    observed(loadUser)().subscribe();
    expect([...new Set(names)]).toEqual(['retryWithPolicy', 'loadUser', 'action', 'users']);
  });

  it('nothing more, if the consumer leaves at its start', () => {
    const stop = new Subject<void>();
    const kinds: string[] = [];
    const observe = ({ kind }: RetryEvent): void => {
      kinds.push(kind);
      stop.next();
    };
    let subscribed = 0;
    const source = defer(() => {
      subscribed += 1;
      return of('a');
    });
    source.pipe(retryWithPolicy(never, { observe }), takeUntil(stop)).subscribe();
    expect([kinds, subscribed]).toEqual([['attempt'], 0]);
  });

  it.each([true, false])('nothing more, if the consumer leaves after a value while isFatal answers %s', (answer) => {
    const stop = new Subject<void>();
    const isFatal = () => {
      stop.next();
      return answer;
    };
    const kinds: string[] = [];
    const observe = ({ kind }: RetryEvent): void => void kinds.push(kind);
    const source = concat(
      of('a'),
      throwError(() => lost),
    );
    source.pipe(retryWithPolicy(retries(2), { observe, isFatal }), takeUntil(stop)).subscribe();
    expect(kinds).toEqual(['attempt', 'succeeded']);
  });
});
