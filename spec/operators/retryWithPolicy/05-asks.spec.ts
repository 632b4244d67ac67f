import { defer, lastValueFrom, Observable, of, Subject, takeUntil, throwError } from 'rxjs';
import {
  both,
  fixed,
  RejectedError,
  retries,
  retryWithPolicy,
  type Policy,
  type RetryEvent,
  type Signal,
  type Verdict,
} from 'rxjs-reprise';
import { flaky } from 'rxjs-reprise/testing';
import { describe, expect, it } from 'vitest';
import { picture } from '../../support/picture.js';
import { answering, played, recorded } from '../../support/stage.js';

/*
 * Rule 11: the policy is asked about every attempt before it starts, and may postpone or reject it.
 */

const lost = new Error('lost');
const fails = throwError(() => lost);

/** Answers asks only, with `answer`. */
const gate = (answer: (ask: { readonly ticket: number; readonly now: number }) => Omit<Verdict, 'state'>): Policy => ({
  initial: null,
  handles: ['ask'],
  reduce: (state, signal) => ({ state, ...answer(signal) }),
});

/** Admits nothing before the instant `at`. */
const shutUntil = (at: number): Policy => gate(({ now }) => ({ wait: Math.max(0, at - now) }));

/** Admits the first call, and no other before the instant `at`. */
const secondShutUntil = (at: number): Policy =>
  gate(({ ticket, now }) => ({ wait: ticket === 1 ? 0 : Math.max(0, at - now) }));

describe('rule 11: the policy is asked about every attempt', () => {
  picture('the first one waits until it is admitted', {
    operate: (source) => source.pipe(retryWithPolicy(shutUntil(5))),
    diagram: `
      source         -a|
      expected       ------a|
      subscriptions  -----^-!
    `,
  });

  picture('a later one waits for that after the wait for its failure', {
    operate: (source) => source.pipe(retryWithPolicy(both(fixed(3), retries(1), secondShutUntil(9)))),
    diagram: `
      source         -#
      expected       ----------#
      subscriptions  ^!
                     ---------^!
    `,
  });

  picture('a wait for admission ends with the subscription', {
    operate: (source) => source.pipe(retryWithPolicy(shutUntil(5))),
    diagram: `
      source         -a|
      expected       --!
      subscriptions  none
    `,
  });

  it('a postponed attempt asks again with the same ticket', () => {
    const log: Signal[] = [];
    const slow = gate(({ ticket, now }) => ({ wait: now < (ticket === 1 ? 16 : 30) ? 8 : 0 }));
    played(({ scheduler }) =>
      flaky([fails, of('value')]).pipe(
        retryWithPolicy(both(fixed(3), recorded(slow, log)), { scheduler, random: () => 0.5 }),
      ),
    );
    const [first, second] = [
      { kind: 'ask', ticket: 1, random: 0.5, attempt: 1 },
      { kind: 'ask', ticket: 2, random: 0.5, attempt: 2, error: lost },
    ];
    expect(log).toEqual([
      { ...first, now: 0 },
      { ...first, now: 8 },
      { ...first, now: 16 },
      { ...second, now: 19 },
      { ...second, now: 27 },
      { ...second, now: 35 },
    ]);
  });

  it('an ask that is postponed after a failure without a wait goes through the scheduler', () => {
    const { events, values, end } = played((options) =>
      flaky([fails, of('value')]).pipe(retryWithPolicy(secondShutUntil(7), options)),
    );
    expect(events).toEqual([
      { kind: 'retrying', attempt: 1, elapsed: 0, wait: 0, error: lost },
      { kind: 'recovered', attempt: 2, elapsed: 7 },
    ]);
    expect(values).toEqual(['value']);
    expect(end).toBe('complete');
  });
});

describe('rule 11: a consumer that has left already', () => {
  it('has no attempt: the policy is not asked, and the source is not subscribed', () => {
    let asked = 0;
    const policy = gate(() => ({ wait: (asked += 1) * 0 }));
    const subscribed: string[] = [];
    const source = defer(() => {
      subscribed.push('source');
      return of('value');
    });
    new Observable<string>((consumer) => {
      consumer.complete();
      source.pipe(retryWithPolicy(policy)).subscribe(consumer);
    }).subscribe();
    expect([asked, subscribed]).toEqual([0, []]);
  });
});

describe('rule 11: a consumer that leaves during the ask', () => {
  it('has no attempt: the policy receives cancel, and the source is not subscribed', () => {
    const stop = new Subject<void>();
    const log: string[] = [];
    const policy: Policy = {
      initial: null,
      handles: ['ask', 'cancel'],
      reduce: (state, { kind }) => {
        log.push(kind);
        if (kind === 'ask') stop.next();
        return { state, wait: 0 };
      },
    };
    const source = defer(() => {
      log.push('source');
      return of('value');
    });
    source.pipe(retryWithPolicy(policy), takeUntil(stop)).subscribe();
    expect(log).toEqual(['ask', 'cancel']);
  });
});

describe('rule 11: a rejection', () => {
  const rejectsFrom = (ticket: number): Policy =>
    gate((ask) => (ask.ticket < ticket ? { wait: 0 } : { wait: Infinity, reason: 'budget' }));

  it('of the first attempt is a RejectedError, and the source is not subscribed', async () => {
    let subscribed = 0;
    const source = defer(() => {
      subscribed += 1;
      return of('value');
    });
    const error: unknown = await lastValueFrom(source.pipe(retryWithPolicy(rejectsFrom(1)))).catch(
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(RejectedError);
    expect(error).toMatchObject({ message: 'rejected: budget', reason: 'budget', retryAfter: Infinity });
    expect(subscribed).toBe(0);
  });

  it('after a postponement of the first attempt is one, too', () => {
    const policy = gate(({ now }) => (now < 5 ? { wait: 5 } : { wait: Infinity, reason: 'budget' }));
    const { events, end } = played((options) => of('value').pipe(retryWithPolicy(policy, options)));
    const error = new RejectedError('budget');
    expect(events).toEqual([{ kind: 'rejected', attempt: 1, elapsed: 5, error, reason: 'budget' }]);
    expect(end).toEqual({ error });
  });

  it('without a reason has the reason `rejected`', async () => {
    const result = of('value').pipe(retryWithPolicy(answering('ask', Infinity)));
    await expect(lastValueFrom(result)).rejects.toMatchObject({ reason: 'rejected' });
  });

  it('of a later attempt ends the stream with the error of the attempt before it', async () => {
    const [first, second] = [new Error('first'), new Error('second')];
    let subscribed = 0;
    const source = defer(() => throwError(() => ((subscribed += 1) === 1 ? first : second)));
    await expect(lastValueFrom(source.pipe(retryWithPolicy(rejectsFrom(3))))).rejects.toBe(second);
    expect(subscribed).toBe(2);
  });

  it.each(['retrying', 'rejected', 'gave-up'] as const)(
    'a consumer that leaves at the event `%s` receives no more',
    (leaving) => {
      const subject = new Subject<never>();
      const observed: RetryEvent['kind'][] = [];
      const errors: unknown[] = [];
      const observe = ({ kind }: RetryEvent): void => {
        observed.push(kind);
        if (kind === leaving) subscription.unsubscribe();
      };
      const subscription = subject
        .pipe(retryWithPolicy(rejectsFrom(2), { observe }))
        .subscribe({ error: (error: unknown) => errors.push(error) });
      subject.error(lost);
      expect(errors).toEqual([]);
      expect(observed).toEqual(
        leaving === 'retrying' ? ['attempt', 'retrying'] : ['attempt', 'retrying', 'rejected', 'gave-up'],
      );
    },
  );
});
