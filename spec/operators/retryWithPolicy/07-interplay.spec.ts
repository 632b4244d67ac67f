import {
  concat,
  defer,
  firstValueFrom,
  ignoreElements,
  lastValueFrom,
  map,
  merge,
  Observable,
  of,
  repeat,
  share,
  Subject,
  switchMap,
  takeUntil,
  throwError,
  timeout,
  timer,
} from 'rxjs';
import { both, fixed, resetOn, retries, retryWithPolicy, type RetryEvent } from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { picture } from '../../support/picture.js';
import { unhandledBy, turns } from '../../support/stage.js';

/*
 * retryWithPolicy with other operators and with its consumer.
 */

const lost = new Error('lost');

/** RxJS's error as marbles see it. */
const timedOut: unknown = expect.objectContaining({ name: 'TimeoutError', message: 'Timeout has occurred' });

describe('retryWithPolicy, in a pipe', () => {
  picture('21 a hot source: values during the wait are missed', {
    operate: (source) =>
      source.pipe(
        map((value: string) => {
          if (value === 'b') throw 'error';
          return value;
        }),
        retryWithPolicy(both(fixed(3), retries(1))),
      ),
    diagram: `
      hot            -a-b-c-#
      expected       -a-----#
      subscriptions  ^--!
                     ------^!
    `,
  });

  it('22 a Subject that has failed fails every retry at once: retry before the Subject', () => {
    const subject = new Subject<never>();
    subject.error(lost);
    const events: RetryEvent['kind'][] = [];
    const errors: unknown[] = [];
    subject
      .pipe(retryWithPolicy(retries(3), { observe: turns(({ kind }) => events.push(kind)) }))
      .subscribe({ error: (error: unknown) => errors.push(error) });
    expect(events).toEqual(['retrying', 'retrying', 'retrying', 'gave-up']);
    expect(errors).toEqual([lost]);
    expect(errors[0]).toBe(lost);
  });

  picture('27 an error of an operator after it is not retried', {
    operate: (source) =>
      source.pipe(
        retryWithPolicy(fixed(4)),
        map(() => {
          throw 'error';
        }),
      ),
    diagram: `
      source         -a-|
      expected       -#
      subscriptions  ^!
    `,
  });

  picture('31 switchMap to another stream cancels the wait', {
    operate: (source, m) =>
      m.cold('a--b').pipe(switchMap((key) => (key === 'a' ? source.pipe(retryWithPolicy(fixed(10))) : of(key)))),
    diagram: `
      source         -#
      expected       ---b
      subscriptions  ^!
    `,
  });

  picture('takeUntil cancels the wait', {
    operate: (source, m) => source.pipe(retryWithPolicy(fixed(10)), takeUntil(m.cold('----x'))),
    diagram: `
      source         -#
      expected       ----|
      subscriptions  ^!
    `,
  });

  picture('32 a timeout before it bounds each attempt', {
    operate: (source) => source.pipe(timeout({ each: 3 }), retryWithPolicy(both(fixed(2), retries(1)))),
    error: timedOut,
    diagram: `
      source         -----a|
      expected       --------#
      subscriptions  ^--!
                     -----^--!
    `,
  });

  picture('33 a timeout after it bounds all attempts, and cancels the wait', {
    operate: (source) => source.pipe(retryWithPolicy(fixed(10)), timeout({ first: 5 })),
    error: timedOut,
    diagram: `
      source         -#
      expected       -----#
      subscriptions  ^!
    `,
  });

  picture('34 polling continues as long as failures are not consecutive', {
    operate: (source) =>
      concat(source, timer(2).pipe(ignoreElements())).pipe(
        repeat(),
        retryWithPolicy(resetOn(() => true, both(fixed(3), retries(1)))),
      ),
    diagram: `
      source         -a|
                     -#
                     -a|
                     -#
      expected       -a-------a-------#
      subscriptions  ^-!
                     ----^!
                     --------^-!
                     ------------^!
                     ----------------^!
    `,
  });

  it('35 a promise of its last value is rejected with the error of the source, the same reference', async () => {
    const result = throwError(() => lost).pipe(retryWithPolicy(retries(2)));
    await expect(lastValueFrom(result)).rejects.toBe(lost);
    await expect(firstValueFrom(result)).rejects.toBe(lost);
  });

  picture('36 after a share, two retries make one connection', {
    operate: (source) => {
      const shared = source.pipe(share());
      const operator = retryWithPolicy(both(fixed(2), retries(1)));
      return merge(shared.pipe(operator), shared.pipe(operator));
    },
    diagram: `
      source         -#
                     -(a|)
      expected       ----(aa|)
      subscriptions  ^!
                     ---^!
    `,
  });
});

describe('retryWithPolicy, and its consumer', () => {
  it('26 an error that the consumer throws is reported once, and not retried', () => {
    let subscribed = 0;
    const mistake = new Error('a mistake in the consumer');
    const source = defer(() => {
      subscribed += 1;
      return of('value');
    });
    const reported = unhandledBy(() => {
      source.pipe(retryWithPolicy(retries(3))).subscribe(() => {
        throw mistake;
      });
    });
    expect(reported).toEqual([mistake]);
    expect(subscribed).toBe(1);
  });

  it('28 each attempt is torn down before the next starts, the last one after its error is delivered', () => {
    const log: string[] = [];
    let subscribed = 0;
    const source = new Observable((subscriber) => {
      const attempt = String((subscribed += 1));
      log.push(`subscribe ${attempt}`);
      subscriber.error(lost);
      return () => log.push(`teardown ${attempt}`);
    });
    source.pipe(retryWithPolicy(retries(2))).subscribe({ error: () => log.push('error') });
    expect(log).toEqual([
      'subscribe 1',
      'teardown 1',
      'subscribe 2',
      'teardown 2',
      'subscribe 3',
      'error',
      'teardown 3',
    ]);
  });

  it('29 an error without a handler is reported once', () => {
    const reported = unhandledBy(() => {
      throwError(() => lost)
        .pipe(retryWithPolicy(retries(2)))
        .subscribe();
    });
    expect(reported).toEqual([lost]);
    expect(reported[0]).toBe(lost);
  });

  it('30 a consumer that leaves at the event of a retry prevents it', () => {
    const subject = new Subject<never>();
    let subscribed = 0;
    const source = defer(() => {
      subscribed += 1;
      return subject;
    });
    const errors: unknown[] = [];
    const observe = turns(() => {
      subscription.unsubscribe();
    });
    const subscription = source
      .pipe(retryWithPolicy(retries(3), { observe }))
      .subscribe({ error: (error: unknown) => errors.push(error) });
    subject.error(lost);
    expect(subscribed).toBe(1);
    expect(errors).toEqual([]);
  });
});
