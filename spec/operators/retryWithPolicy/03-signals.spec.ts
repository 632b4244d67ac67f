import {
  concat,
  defer,
  EMPTY,
  firstValueFrom,
  lastValueFrom,
  NEVER,
  noop,
  of,
  Subject,
  switchMap,
  take,
  throwError,
  timer,
  type Observable,
} from 'rxjs';
import {
  both,
  fixed,
  immediate,
  resetOn,
  retries,
  retryWithPolicy,
  sequence,
  type Policy,
  type RetryEvent,
  type RetryOptions,
  type Signal,
} from 'rxjs-reprise';
import { flaky } from 'rxjs-reprise/testing';
import { describe, expect, it, vi } from 'vitest';
import { answering, attentive, kinds, played, recorded, unhandledBy, watched } from '../../support/stage.js';

/*
 * Rule 9: the signals that a policy receives about an attempt, and the effect of a policy that throws or answers badly.
 */

const lost = new Error('lost');
const mistake = new Error('a mistake in a policy');
const fails = throwError(() => lost);

describe('rule 9: a policy receives only the kinds that it handles', () => {
  it('a policy of failures receives only failures', () => {
    const log: Signal[] = [];
    const policy = recorded(retries(1), log);
    flaky([concat(of(1, 2), fails), of(3, 4)])
      .pipe(retryWithPolicy(policy))
      .subscribe();
    NEVER.pipe(retryWithPolicy(policy)).subscribe().unsubscribe();
    expect(kinds(log)).toEqual(['failure']);
  });

  it.each(['ask', 'value', 'failure', 'success', 'cancel'] as const)(
    'a policy that handles `%s` receives only that',
    (kind) => {
      const log: Signal[] = [];
      const policy = recorded({ ...attentive, handles: [kind] }, log);
      flaky([concat(of('a'), fails), of('b')])
        .pipe(retryWithPolicy(policy))
        .subscribe();
      NEVER.pipe(retryWithPolicy(policy)).subscribe().unsubscribe();
      expect([...new Set(kinds(log))]).toEqual([kind]);
    },
  );

  it.each([
    ['a source that does not fail', of(1, 2, 3), 1],
    ['a source that is left', NEVER, 1],
    ['a source that fails three times, retried at once, and for outcomeOf at the end', fails, 5],
  ])(
    'it reads the clock when it begins and when an attempt fails, not again for a retry at once: %s',
    (_, source, readings) => {
      const { scheduler, now } = watched();
      source
        .pipe(retryWithPolicy<unknown>(retries(2), { scheduler }))
        .subscribe({ error: noop })
        .unsubscribe();
      expect(now).toHaveBeenCalledTimes(readings);
    },
  );

  it('it reads the clock once for each event, and once for the call', () => {
    const { scheduler, now } = watched();
    of(1, 2, 3)
      .pipe(retryWithPolicy(retries(2), { scheduler, observe: noop }))
      .subscribe();
    expect(now).toHaveBeenCalledTimes(3);
  });

  it('it draws no number for a signal that the policy does not handle', () => {
    const random = vi.fn(() => 0.5);
    concat(of(1, 2), fails)
      .pipe(retryWithPolicy(retries(2), { random }))
      .subscribe({ error: noop });
    expect(random).toHaveBeenCalledTimes(3);
    random.mockClear();
    concat(of(1, 2), fails)
      .pipe(retryWithPolicy(both(attentive, retries(2)), { random }))
      .subscribe({ error: noop });
    expect(random).toHaveBeenCalledTimes(6);
  });

  it.each([
    ['no operator', 'failures', retries(1), false],
    ['one', 'values', resetOn(() => false, retries(1)), true],
  ])('it puts %s between the source and its consumer for a policy of %s', (_, __, policy, isTapped) => {
    // An operator between them stands on the consumer's stack.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = Infinity;
    let stack = '';
    of('value')
      .pipe(retryWithPolicy(policy))
      .subscribe(() => {
        stack = String(new Error().stack);
      });
    Error.stackTraceLimit = stackTraceLimit;
    expect(/operators.tap\./.test(stack)).toBe(isTapped);
  });

  it('`immediate` handles nothing, and receives nothing', () => {
    const log: Signal[] = [];
    const { scheduler, now } = watched();
    const random = vi.fn(() => 0.5);
    flaky([fails, fails, of('value')])
      .pipe(retryWithPolicy(recorded(immediate, log), { scheduler, random }))
      .subscribe();
    expect(log).toEqual([]);
    expect(random).not.toHaveBeenCalled();
    expect(now).toHaveBeenCalledTimes(3);
  });

  it('a policy without `handles` receives everything', () => {
    const log: Signal[] = [];
    played(({ scheduler }) =>
      flaky([concat(of('a'), fails), of('b')]).pipe(
        retryWithPolicy(recorded(attentive, log), { scheduler, random: () => 0.25 }),
      ),
    );
    expect(log).toEqual([
      { kind: 'ask', ticket: 1, now: 0, random: 0.25, attempt: 1 },
      { kind: 'value', ticket: 1, now: 0, random: 0, value: 'a' },
      { kind: 'failure', ticket: 1, now: 0, random: 0.25, took: 0, error: lost },
      { kind: 'ask', ticket: 2, now: 0, random: 0.25, attempt: 2, error: lost },
      { kind: 'value', ticket: 2, now: 0, random: 0, value: 'b' },
      { kind: 'success', ticket: 2, now: 0, random: 0, took: 0 },
    ]);
  });

  it('`took` counts from the start of the attempt, not of the wait before it', () => {
    const log: Signal[] = [];
    played(({ scheduler }) => {
      const after = <T>(ms: number, then: Observable<T>): Observable<T> =>
        timer(ms, scheduler).pipe(switchMap(() => then));
      const policy = both(recorded(attentive, log), sequence([10, 20]));
      return flaky([after(3, fails), after(5, fails), after(7, EMPTY)]).pipe(retryWithPolicy(policy, { scheduler }));
    });
    expect(log.flatMap((signal) => ('took' in signal ? [[signal.kind, signal.now, signal.took]] : []))).toEqual([
      ['failure', 3, 3],
      ['failure', 18, 5],
      ['success', 45, 7],
    ]);
  });
});

describe('an attempt is settled once', () => {
  const received = (
    source: Observable<unknown>,
    consume: (result: Observable<unknown>) => unknown,
    policy: Policy = retries(1),
  ): string[] => {
    const log: Signal[] = [];
    consume(source.pipe(retryWithPolicy(both(recorded(attentive, log), policy))));
    return kinds(log);
  };
  const run = (result: Observable<unknown>): unknown => result.subscribe({ error: noop });
  const leave = (result: Observable<unknown>): void => {
    result.subscribe().unsubscribe();
  };

  it.each([
    ['completed', of('a'), run, ['ask', 'value', 'success']],
    ['completed without a value', EMPTY, run, ['ask', 'success']],
    ['left before a value', NEVER, leave, ['ask', 'cancel']],
    ['left after a value', concat(of('a'), NEVER), leave, ['ask', 'value', 'success']],
    ['left at a value by firstValueFrom', of('a', 'b'), firstValueFrom, ['ask', 'value', 'success']],
    ['failed, and failed again', fails, run, ['ask', 'failure', 'ask', 'failure']],
    ['failed after a value', concat(of('a'), fails), run, ['ask', 'value', 'failure', 'ask', 'value', 'failure']],
    ['failed, then completed', flaky([fails, EMPTY]), run, ['ask', 'failure', 'ask', 'success']],
  ])('%s', (_, source, consume, expected) => {
    expect(received(source, consume)).toEqual(expected);
  });

  it('left before a value, after an attempt that emitted one', () => {
    expect(received(flaky([concat(of('a'), fails), NEVER]), leave)).toEqual([
      'ask',
      'value',
      'failure',
      'ask',
      'cancel',
    ]);
  });

  it('left during the wait: nothing more', () => {
    expect(received(fails, leave, fixed(10))).toEqual(['ask', 'failure']);
  });

  it.each(['retrying', 'recovered', 'gave-up'] as const)('left in an observer of the event `%s`', (leaving) => {
    const log: Signal[] = [];
    const errors: unknown[] = [];
    const values: unknown[] = [];
    const attempts = [new Subject<string>(), new Subject<string>()] as const;
    const observe = ({ kind }: RetryEvent): void => {
      if (kind === leaving) subscription.unsubscribe();
    };
    const subscription = flaky([...attempts])
      .pipe(retryWithPolicy(both(recorded(attentive, log), retries(1)), { observe }))
      .subscribe({ next: (value) => values.push(value), error: (error: unknown) => errors.push(error) });
    attempts[0].error(lost);
    if (leaving === 'recovered') attempts[1].next('a');
    attempts[1].error(lost);
    expect(errors).toEqual([]);
    expect(values).toEqual([]);
    expect(kinds(log)).toEqual(
      {
        retrying: ['ask', 'failure'],
        recovered: ['ask', 'failure', 'ask', 'value', 'success'],
        'gave-up': ['ask', 'failure', 'ask', 'failure'],
      }[leaving],
    );
  });

  it('left in an observer of `recovered`, at a completion', () => {
    const log: Signal[] = [];
    const second = new Subject<never>();
    let completed = 0;
    const observe = ({ kind }: RetryEvent): void => {
      if (kind === 'recovered') subscription.unsubscribe();
    };
    const subscription = flaky([fails, second])
      .pipe(retryWithPolicy(recorded(attentive, log), { observe }))
      .subscribe({ complete: () => (completed += 1) });
    second.complete();
    expect(completed).toBe(0);
    expect(kinds(log)).toEqual(['ask', 'failure', 'ask', 'success']);
  });
});

describe('a policy that throws', () => {
  /** Throws at the signal `kind`, and logs the signals that it receives. */
  const throwing = (kind: Signal['kind'], log: Signal[]): Policy =>
    recorded(
      {
        initial: null,
        reduce: (state, signal) => {
          if (signal.kind === kind) throw mistake;
          return { state, wait: 0 };
        },
      },
      log,
    );

  it.each([
    ['ask', of('a'), {}, ['ask'], []],
    ['value', of('a', 'b'), {}, ['ask', 'value'], ['attempt']],
    ['value', concat(of('a'), fails), {}, ['ask', 'value'], ['attempt']],
    ['success', of('a'), {}, ['ask', 'value', 'success'], ['attempt']],
    ['success', EMPTY, {}, ['ask', 'success'], ['attempt']],
    ['value', flaky([fails, of('a')]), {}, ['ask', 'failure', 'ask', 'value'], ['attempt', 'retrying', 'attempt']],
    ['success', flaky([fails, EMPTY]), {}, ['ask', 'failure', 'ask', 'success'], ['attempt', 'retrying', 'attempt']],
    ['failure', fails, {}, ['ask', 'failure'], ['attempt']],
    ['cancel', fails, { isFatal: () => true }, ['ask', 'cancel'], ['attempt']],
  ] as const)(
    'at `%s` ends the stream with its error, and receives no more: %#',
    async (kind, source, options: RetryOptions, expected, observed) => {
      const log: Signal[] = [];
      const events: string[] = [];
      const observe = (event: RetryEvent): void => {
        events.push(event.kind);
      };
      const result = (source as Observable<unknown>).pipe(
        retryWithPolicy(throwing(kind, log), { ...options, observe }),
      );
      await expect(lastValueFrom(result)).rejects.toBe(mistake);
      expect(kinds(log)).toEqual(expected);
      expect(events).toEqual(observed);
    },
  );

  it("at the ask for a retry ends the stream with its own error in place of the source's", async () => {
    const log: Signal[] = [];
    const policy: Policy = {
      initial: null,
      reduce: (state, signal) => {
        if (signal.kind === 'ask' && signal.attempt > 1) throw mistake;
        return { state, wait: 0 };
      },
    };
    await expect(lastValueFrom(fails.pipe(retryWithPolicy(recorded(policy, log))))).rejects.toBe(mistake);
    expect(kinds(log)).toEqual(['ask', 'failure', 'ask']);
  });

  it('may throw undefined', async () => {
    const policy: Policy = {
      initial: null,
      reduce: (state, { kind }) => {
        if (kind === 'value') throw undefined;
        return { state, wait: 0 };
      },
    };
    await expect(lastValueFrom(of('a').pipe(retryWithPolicy(policy)))).rejects.toBe(undefined);
  });

  it.each([
    ['cancel', NEVER, ['ask', 'cancel']],
    ['success', concat(of('a'), NEVER), ['ask', 'value', 'success']],
  ] as const)('at `%s`, after the consumer has left: the error is reported as unhandled', (kind, source, expected) => {
    const log: Signal[] = [];
    const errors: unknown[] = [];
    const reported = unhandledBy(() => {
      (source as Observable<unknown>)
        .pipe(retryWithPolicy(throwing(kind, log)))
        .subscribe({ error: (error: unknown) => errors.push(error) })
        .unsubscribe();
    });
    expect(reported).toEqual([mistake]);
    expect(reported[0]).toBe(mistake);
    expect(errors).toEqual([]);
    expect(kinds(log)).toEqual(expected);
  });

  it('at `success`, after take has its value: the error is reported as unhandled, and the value is emitted', () => {
    const values: unknown[] = [];
    const reported = unhandledBy(() => {
      of('a', 'b')
        .pipe(retryWithPolicy(throwing('success', [])), take(1))
        .subscribe((value) => values.push(value));
    });
    expect(values).toEqual(['a']);
    expect(reported).toEqual([mistake]);
  });
});

describe('the answer of a policy', () => {
  it.each(['value', 'success', 'cancel'] as const)('is ignored after `%s`', async (kind) => {
    const policy = answering(kind, Infinity);
    await expect(lastValueFrom(of('a').pipe(retryWithPolicy(policy)))).resolves.toBe('a');
    const result = fails.pipe(retryWithPolicy(policy, { isFatal: () => true }));
    await expect(lastValueFrom(result)).rejects.toBe(lost);
  });

  it.each([
    [NaN, 'NaN'],
    [-1, '-1'],
    [-Infinity, '-Infinity'],
    ['5', '"5"'],
    [undefined, 'undefined'],
    [null, 'null'],
  ])('of %j after a failure is an error, not a hot loop', async (wait, shown) => {
    let subscribed = 0;
    const source = defer(() => {
      subscribed += 1;
      return fails;
    });
    await expect(lastValueFrom(source.pipe(retryWithPolicy(answering('failure', wait))))).rejects.toThrow(
      new RangeError(
        `policy: the wait after failure must be a number of milliseconds, at least 0, or Infinity, got ${shown}`,
      ),
    );
    expect(subscribed).toBe(1);
  });

  it.each(['ask', 'value', 'success', 'cancel'] as const)('of NaN after `%s` is an error', async (kind) => {
    let subscribed = 0;
    const source = defer(() => {
      subscribed += 1;
      return concat(of('a'), kind === 'cancel' ? fails : EMPTY);
    });
    const result = source.pipe(retryWithPolicy(answering(kind, NaN), { isFatal: () => true }));
    await expect(lastValueFrom(result)).rejects.toThrow(
      new RangeError(
        `policy: the wait after ${kind} must be a number of milliseconds, at least 0, or Infinity, got NaN`,
      ),
    );
    expect(subscribed).toBe(kind === 'ask' ? 0 : 1);
  });

  it('is an error if it is no verdict', async () => {
    const policy = { initial: null, reduce: () => undefined } as unknown as Policy;
    await expect(lastValueFrom(of('a').pipe(retryWithPolicy(policy)))).rejects.toThrow(RangeError);
  });
});
