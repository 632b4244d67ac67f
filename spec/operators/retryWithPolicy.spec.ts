import { catchError, lastValueFrom, Observable, of, take, throwError } from 'rxjs';
import {
  both,
  exponential,
  fixed,
  hinted,
  immediate,
  onFailure,
  onlyIf,
  resetOn,
  retries,
  retryWithPolicy,
  within,
} from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { marbles } from '../support/marbles.js';
import { picture } from '../support/picture.js';

/*
 * The edge cases of retrying, numbered. Those of other operators and of the consumer are in interplay.spec.ts, those of
 * real timers and clocks in time.spec.ts.
 */

const lost = new Error('lost');

describe('retryWithPolicy', () => {
  picture('the marble of its doc', {
    operate: (source) => source.pipe(retryWithPolicy(both(exponential(2), retries(2)))),
    diagram: `
      source         -a#
      expected       -a---a-----a#
      subscriptions  ^-!
                     ----^-!
                     ----------^-!
    `,
  });
});

describe('retryWithPolicy, when to subscribe', () => {
  picture('01 a stream that does not fail is untouched', {
    operate: (source) => source.pipe(retryWithPolicy(both(fixed(4), retries(2)))),
    diagram: `
      source         -a-b-|
      expected       -a-b-|
      subscriptions  ^----!
    `,
  });

  picture('02 waits between attempts, and gives up with the last error', {
    operate: (source) => source.pipe(retryWithPolicy(both(fixed(4), retries(2)))),
    diagram: `
      source         -a-#
      expected       -a------a------a-#
      subscriptions  ^--!
                     -------^--!
                     --------------^--!
    `,
  });

  picture('03 waits longer each time', {
    operate: (source) => source.pipe(retryWithPolicy(both(exponential(2), retries(3)))),
    diagram: `
      source         -#
      expected       ------------------#
      subscriptions  ^!
                     ---^!
                     --------^!
                     -----------------^!
    `,
  });

  picture('04 a wait of 0 takes no frame', {
    operate: (source) => source.pipe(retryWithPolicy(both(fixed(0), retries(2)))),
    diagram: `
      source         --#
      expected       ------#
      subscriptions  ^-!
                     --^-!
                     ----^-!
    `,
  });

  picture('05 a source that fails at once is done with in one frame', {
    operate: (source) => source.pipe(retryWithPolicy(retries(2))),
    diagram: `
      source         #
      expected       #
      subscriptions  (^!)
                     (^!)
                     (^!)
    `,
  });

  picture('06 unsubscribed during the wait', {
    operate: (source) => source.pipe(retryWithPolicy(fixed(10))),
    diagram: `
      source         -#
      expected       -----
      unsubscribed   ----!
      subscriptions  ^!
    `,
  });

  picture('07 unsubscribed during the second attempt', {
    operate: (source) => source.pipe(retryWithPolicy(fixed(2))),
    diagram: `
      source         --a--#
      expected       --a------
      unsubscribed   --------!
      subscriptions  ^----!
                     -------^!
    `,
  });

  picture('12 waits for thirty days', {
    operate: (source) => source.pipe(retryWithPolicy(both(fixed(30 * 24 * 3_600_000), retries(1)))),
    diagram: `
      source         #
      expected       2592000000ms #
      subscriptions  (^!)
                     2592000000ms (^!)
    `,
  });

  picture('19 an empty stream completes', {
    operate: (source) => source.pipe(retryWithPolicy(fixed(4))),
    diagram: `
      source         |
      expected       |
      subscriptions  (^!)
    `,
  });

  picture('20 a silent stream stays subscribed', {
    operate: (source) => source.pipe(retryWithPolicy(fixed(4))),
    diagram: `
      source         -
      expected       -
      subscriptions  ^
    `,
  });

  picture('23 gives up when the wait would pass the deadline, not after it', {
    operate: (source) => source.pipe(retryWithPolicy(within(11, fixed(4)))),
    diagram: `
      source         -#
      expected       -----------#
      subscriptions  ^!
                     -----^!
                     ----------^!
    `,
  });

  picture("waits as the error's own hint says, even where the policy would not wait", {
    operate: (source) => source.pipe(retryWithPolicy(both(hinted(immediate), retries(1)))),
    error: { retryAfter: 3 },
    diagram: `
      source         -#
      expected       -----#
      subscriptions  ^!
                     ----^!
    `,
  });

  picture('37 no retries: the stream as it was', {
    operate: (source) => source.pipe(retryWithPolicy(retries(0))),
    diagram: `
      source         -a-#
      expected       -a-#
      subscriptions  ^--!
    `,
  });
});

describe('retryWithPolicy, whether to subscribe', () => {
  picture('08 an error that is not to be retried ends it', {
    operate: (source) => source.pipe(retryWithPolicy(onlyIf(() => false, fixed(4)))),
    diagram: `
      source         -a-#
      expected       -a-#
      subscriptions  ^--!
    `,
  });

  it('08 and is handed on as it is', async () => {
    const result = throwError(() => lost).pipe(retryWithPolicy(onlyIf(() => false)));
    await expect(lastValueFrom(result)).rejects.toBe(lost);
  });

  it('09 what a predicate throws ends it, once', async () => {
    const mistake = new TypeError('a mistake in the predicate');
    let asked = 0;
    const decide = (): boolean => {
      asked += 1;
      throw mistake;
    };
    const result = throwError(() => lost).pipe(retryWithPolicy(onlyIf(decide)));
    await expect(lastValueFrom(result)).rejects.toBe(mistake);
    expect(asked).toBe(1);
  });

  picture('10 a wait that is not a number ends it with a RangeError, and is no hot loop', {
    operate: (source) =>
      source.pipe(
        retryWithPolicy(onFailure(null, (state) => ({ state, wait: NaN }))),
        catchError((error: unknown) => of(error instanceof RangeError ? 'R' : error)),
      ),
    diagram: `
      source         -a-#
      expected       -a-(R|)
      subscriptions  ^--!
    `,
  });

  picture('11 an infinite wait is a no', {
    operate: (source) => source.pipe(retryWithPolicy(onFailure(null, (state) => ({ state, wait: Infinity })))),
    diagram: `
      source         -#
      expected       -#
      subscriptions  ^!
    `,
  });

  it('38 numbers out of range are rejected when the policy is made', () => {
    expect(() => retryWithPolicy(fixed(NaN))).toThrow(RangeError);
    expect(() => retryWithPolicy(both(fixed(1), retries(-1)))).toThrow(RangeError);
    expect(() => retryWithPolicy(within(-1, immediate))).toThrow(RangeError);
  });
});

describe('retryWithPolicy, whose state it is', () => {
  it(
    '13 each subscription starts anew',
    marbles((m) => {
      const source = m.cold('      -#');
      const expected = ['          -----#', '-------^', '------------#'] as const;
      const result = source.pipe(retryWithPolicy(both(fixed(3), retries(1))));
      m.expect(result).toBeObservable(expected[0]);
      m.expect(result, expected[1]).toBeObservable(expected[2]);
      m.expect(source).toHaveSubscriptions(['^!', '----^!', '-------^!', '-----------^!']);
    }),
  );

  it(
    '14 one operator value serves two sources',
    marbles((m) => {
      const operator = retryWithPolicy<string>(both(fixed(3), retries(1)));
      const early = m.cold('        -#');
      const late = m.cold('         ---#');
      m.expect(early.pipe(operator)).toBeObservable('-----#');
      m.expect(late.pipe(operator)).toBeObservable('---------#');
      m.expect(early).toHaveSubscriptions(['^!', '----^!']);
      m.expect(late).toHaveSubscriptions(['^--!', '------^--!']);
    }),
  );
});

describe('retryWithPolicy, and values', () => {
  picture('15 values before an error have come, and come again', {
    operate: (source) => source.pipe(retryWithPolicy(both(fixed(1), retries(1)))),
    diagram: `
      source         ab#
      expected       ab-ab#
      subscriptions  ^-!
                     ---^-!
    `,
  });

  picture('16 reset on any value: it never gives up', {
    operate: (source) => source.pipe(retryWithPolicy(resetOn(() => true, both(fixed(1), retries(1))))),
    diagram: `
      source         -a-#
      expected       -a---a---a--
      unsubscribed   ------------!
      subscriptions  ^--!
                     ----^--!
                     --------^--!
    `,
  });

  picture('17 without a reset it gives up', {
    operate: (source) => source.pipe(retryWithPolicy(both(fixed(1), retries(1)))),
    diagram: `
      source         -a-#
      expected       -a---a-#
      subscriptions  ^--!
                     ----^--!
    `,
  });

  picture('18 reset on a value that proves health: progress does not', {
    operate: (source) => source.pipe(retryWithPolicy(resetOn((value) => value !== 'p', both(fixed(1), retries(2))))),
    diagram: `
      source         -p-#
      expected       -p---p---p-#
      subscriptions  ^--!
                     ----^--!
                     --------^--!
    `,
  });

  it('25 a source that never stops on its own is cut by take', () => {
    let produced = 0;
    const firehose = new Observable<number>((subscriber) => {
      while (!subscriber.closed && produced < 1000) subscriber.next((produced += 1));
    });
    const seen: number[] = [];
    firehose.pipe(retryWithPolicy(fixed(4)), take(3)).subscribe((value) => seen.push(value));
    expect(seen).toEqual([1, 2, 3]);
    expect(produced).toBe(3);
  });
});
