import {
  concat,
  defer,
  lastValueFrom,
  noop,
  Observable,
  of,
  switchMap,
  throwError,
  timer,
  type SchedulerLike,
} from 'rxjs';
import {
  both,
  fixed,
  hinted,
  immediate,
  onFailure,
  onlyIf,
  RejectedError,
  resetOn,
  retries,
  retryWithPolicy,
  sequence,
  type Signal,
} from 'rxjs-reprise';
import { flaky } from 'rxjs-reprise/testing';
import { describe, expect, it } from 'vitest';
import { attentive, kinds, played, recorded, unhandledBy, watched } from '../../support/stage.js';

/*
 * Rules 1 to 8 of retryWithPolicy. Signals (rule 9), events (rule 10) and asks (rule 11) have their own specs.
 */

const lost = new Error('lost');
const mistake = new Error('a mistake in a callback');
const fails = throwError(() => lost);

describe('rule 1: each subscription has its own state', () => {
  it('two subscriptions of one stream, one after the other', () => {
    const log: number[] = [];
    const policy = onFailure(0, (state) => {
      log.push(state);
      return { state: state + 1, wait: state < 2 ? 0 : Infinity };
    });
    const result = fails.pipe(retryWithPolicy(policy));
    result.subscribe({ error: noop });
    result.subscribe({ error: noop });
    expect(log).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it('two sources of one operator value, at the same time', () => {
    const [first, second] = [new Error('first'), new Error('second')];
    const log: unknown[] = [];
    const policy = onFailure(0, (state, { error }) => {
      log.push([error, state]);
      return { state: state + 1, wait: 10 };
    });
    const { scheduler } = watched();
    const operator = retryWithPolicy<never>(both(policy, retries(1)), { scheduler });
    throwError(() => first)
      .pipe(operator)
      .subscribe({ error: noop });
    throwError(() => second)
      .pipe(operator)
      .subscribe({ error: noop });
    scheduler.flush();
    expect(log).toEqual([
      [first, 0],
      [second, 0],
      [first, 1],
      [second, 1],
    ]);
  });

  it('the policy is not changed by being run', async () => {
    const policy = both(sequence([0, 0]), retries(5));
    const before = JSON.stringify(policy.initial);
    await expect(lastValueFrom(fails.pipe(retryWithPolicy(policy)))).rejects.toBe(lost);
    expect(JSON.stringify(policy.initial)).toBe(before);
  });
});

describe('rule 2: values do not reset the counts of the policy', () => {
  it('it gives up on a source that emits a greeting before each failure', () => {
    const { values, end } = played(({ scheduler }) =>
      concat(of('hello'), fails).pipe(retryWithPolicy(retries(2), { scheduler })),
    );
    expect(values).toEqual(['hello', 'hello', 'hello']);
    expect(end).toEqual({ error: lost });
  });
});

describe('rule 3: it gives up with the error of the source, the same reference', () => {
  class CloseEvent {
    readonly type = 'close';
    readonly code = 1006;
  }

  it.each([
    ['an Error', lost],
    ['undefined', undefined],
    ['null', null],
    ['0', 0],
    ['NaN', NaN],
    ['a string', 'lost'],
    ['a frozen object', Object.freeze({ code: 503 })],
    ['a frozen Error', Object.freeze(new Error('frozen'))],
    ['a CloseEvent', new CloseEvent()],
  ])('%s', async (_, error) => {
    const result = new Observable<never>((subscriber) => {
      subscriber.error(error);
    }).pipe(retryWithPolicy(retries(2)));
    await expect(lastValueFrom(result)).rejects.toBe(error);
  });

  it('the last one, if they differ', async () => {
    const [first, last] = [new Error('first'), new Error('last')];
    const source = flaky([throwError(() => first), throwError(() => last)]);
    await expect(lastValueFrom(source.pipe(retryWithPolicy(retries(1))))).rejects.toBe(last);
  });

  it('an error that the source throws at its subscription', async () => {
    const source = defer((): Observable<never> => {
      throw lost;
    });
    await expect(lastValueFrom(source.pipe(retryWithPolicy(retries(1))))).rejects.toBe(lost);
  });
});

describe('rule 4: a wait ends with the subscription', () => {
  it('leaves no timer', () => {
    const { scheduler } = watched();
    let subscribed = 0;
    const source = defer(() => {
      subscribed += 1;
      return fails;
    });
    source
      .pipe(retryWithPolicy(fixed(10), { scheduler }))
      .subscribe()
      .unsubscribe();
    scheduler.flush();
    expect(subscribed).toBe(1);
    expect(scheduler.now()).toBe(0);
  });
});

describe('rule 5: a wait of zero', () => {
  it('ends in the same turn, without the scheduler', () => {
    const { scheduler, schedule } = watched();
    const errors: unknown[] = [];
    fails
      .pipe(retryWithPolicy(retries(511), { scheduler }))
      .subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors).toEqual([lost]);
    expect(schedule).not.toHaveBeenCalled();
  });

  it.each([
    [511, 0],
    [512, 1],
    [1023, 1],
    [1024, 2],
  ])('of %i in a row, %i go through the scheduler', (failures, hops) => {
    const { scheduler, schedule } = watched();
    const errors: unknown[] = [];
    fails
      .pipe(retryWithPolicy(retries(failures), { scheduler }))
      .subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors).toHaveLength(hops === 0 ? 1 : 0);
    scheduler.flush();
    expect(errors).toEqual([lost]);
    expect(schedule).toHaveBeenCalledTimes(hops);
    expect(scheduler.now()).toBe(0);
  });

  it('a longer wait starts a new row', () => {
    const { scheduler, schedule } = watched();
    const zeros = Array.from({ length: 400 }, () => 0);
    fails.pipe(retryWithPolicy(sequence([...zeros, 10, ...zeros]), { scheduler })).subscribe({ error: noop });
    scheduler.flush();
    expect(schedule).toHaveBeenCalledTimes(1);
  });

  it('can be left at a hop', () => {
    const { scheduler } = watched();
    let subscribed = 0;
    const source = defer(() => {
      subscribed += 1;
      return fails;
    });
    const subscription = source.pipe(retryWithPolicy(immediate, { scheduler })).subscribe();
    subscription.unsubscribe();
    scheduler.flush();
    expect(subscribed).toBe(512);
  });
});

describe('rule 6: time is that of the scheduler, and never goes back', () => {
  it('the policy receives the time of the scheduler', () => {
    const log: Signal[] = [];
    played(({ scheduler }) =>
      fails.pipe(retryWithPolicy(both(recorded(attentive, log), sequence([5, 7])), { scheduler })),
    );
    expect(log.map(({ kind, now }) => [kind, now])).toEqual([
      ['ask', 0],
      ['failure', 0],
      ['ask', 5],
      ['failure', 5],
      ['ask', 12],
      ['failure', 12],
    ]);
  });

  it('a clock set back between two failures stands still for the policy', () => {
    const times = [1000, 1010, 400];
    const scheduler: SchedulerLike = {
      now: () => times.shift() ?? NaN,
      schedule: () => {
        throw new Error('nothing to schedule');
      },
    };
    const nows: number[] = [];
    const policy = onFailure(0, (state, { now, took }) => {
      nows.push(now, took);
      return { state, wait: nows.length < 4 ? 0 : Infinity };
    });
    fails.pipe(retryWithPolicy(policy, { scheduler })).subscribe({ error: noop });
    expect(nows).toEqual([1010, 10, 1010, 0]);
  });
});

describe('rule 7: fatal errors are not retried', () => {
  const log: Signal[] = [];
  const subscribed = async (error: unknown, isFatal?: (error: unknown) => boolean): Promise<number> => {
    let count = 0;
    log.length = 0;
    const source = defer(() => {
      count += 1;
      return throwError(() => error);
    });
    const options = isFatal === undefined ? {} : { isFatal };
    const policy = both(recorded(attentive, log), retries(2));
    await expect(lastValueFrom(source.pipe(retryWithPolicy(policy, options)))).rejects.toBe(error);
    return count;
  };

  class OwnRejection extends RejectedError {
    override get name(): string {
      return 'OwnRejection';
    }
  }

  it.each([
    ['a rejection', new RejectedError('retries')],
    ['a rejection of another class', new OwnRejection('budget', 100)],
    ['an AbortError', Object.assign(new Error('left'), { name: 'AbortError' })],
    ['a DOMException of an abort', new DOMException('left', 'AbortError')],
    ['the reason of an aborted signal', AbortSignal.abort().reason as unknown],
    ['anything with that name', { name: 'AbortError' }],
  ])('%s: the policy receives `cancel`', async (_, error) => {
    expect(await subscribed(error)).toBe(1);
    expect(kinds(log)).toEqual(['ask', 'cancel']);
  });

  it.each([
    ['a DOMException of a timeout', new DOMException('late', 'TimeoutError')],
    ['an error about an AbortError', new Error('AbortError')],
    ['the word itself', 'AbortError'],
    ['null', null],
    ['undefined', undefined],
  ])('%s is not fatal', async (_, error) => {
    expect(await subscribed(error)).toBe(3);
    expect(kinds(log)).toEqual(['ask', 'failure', 'ask', 'failure', 'ask', 'failure']);
  });

  it('`isFatal` replaces the rule', async () => {
    expect(await subscribed(lost, (error) => error === lost)).toBe(1);
    expect(await subscribed(new RejectedError('retries'), () => false)).toBe(3);
    expect(await subscribed(new DOMException('left', 'AbortError'), () => false)).toBe(3);
  });

  it('`cancel` carries how long the attempt ran', () => {
    const aborted = new DOMException('left', 'AbortError');
    log.length = 0;
    played(({ scheduler }) =>
      timer(3, scheduler).pipe(
        switchMap(() => throwError(() => aborted)),
        retryWithPolicy(recorded(attentive, log), { scheduler, random: () => 0.5 }),
      ),
    );
    expect(log).toEqual([
      { kind: 'ask', ticket: 1, now: 0, random: 0.5, attempt: 1 },
      { kind: 'cancel', ticket: 1, now: 3, random: 0, took: 3 },
    ]);
  });
});

describe('rule 8: a decider that throws ends the stream, an observer that throws does not', () => {
  const throwing = (): never => {
    throw mistake;
  };

  it.each([
    ['retryOn', onlyIf(throwing), {}],
    ['the hint', hinted(immediate, { from: throwing }), {}],
    ['isFatal', immediate, { isFatal: throwing }],
    ['random', retries(1), { random: throwing }],
    ['the reset predicate', resetOn(throwing, retries(1)), {}],
  ])('an error that %s throws is the error of the stream, after one attempt', async (_, policy, options) => {
    let subscribed = 0;
    const source = defer(() => {
      subscribed += 1;
      return concat(of('value'), fails);
    });
    await expect(lastValueFrom(source.pipe(retryWithPolicy(policy, options)))).rejects.toBe(mistake);
    expect(subscribed).toBe(1);
  });

  it('each error that an observer throws is reported, and the stream is the same', () => {
    const ends: unknown[] = [];
    const observed: string[] = [];
    const reported = unhandledBy(() => {
      const observe = ({ kind }: { readonly kind: string }): never => {
        observed.push(kind);
        throw mistake;
      };
      flaky([fails, concat(of('value'), fails)])
        .pipe(retryWithPolicy(retries(1), { observe }))
        .subscribe({ next: (value) => ends.push(value), error: (error: unknown) => ends.push(error) });
    });
    expect(ends).toEqual(['value', lost]);
    expect(ends[1]).toBe(lost);
    expect(observed).toEqual(['attempt', 'retrying', 'attempt', 'recovered', 'gave-up']);
    expect(reported).toEqual(observed.map(() => mistake));
  });
});
