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
import { picture } from '../../support/picture.js';

/*
 * The specs of retryWithPolicy are grouped by theme:
 *
 *   01-marbles     when it subscribes, whether, with whose state
 *   02-rules       rules 1 to 8: state, values, errors, waits, clock, fatal errors, callbacks
 *   03-signals     rule 9: the signals that a policy receives, and what it throws or answers
 *   04-events      rule 10: the events that an observer receives
 *   05-asks        rule 11: the ask before every attempt
 *   06-gates       shared gates: waiting, waking, transactions
 *   07-interplay   other operators and the consumer
 *   08-platform    timers and clock of the platform, long rows of failures
 *   09-plainRetry  the difference to RxJS's own retry
 *   10-badInput    options and draws that are rejected
 *   11-openCircuit failures that open a circuit below
 *   12-until       shutdown
 *   13-successOn   what proves success
 *   14-beforeRetry what a retry waits for
 *   15-onComplete  completions that are failures
 *
 * The numbers in titles, 01 to 39, identify the edge cases of retrying.
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

  picture('05 a source that fails at once takes one frame in all', {
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
      expected       ----!
      subscriptions  ^!
    `,
  });

  picture('07 unsubscribed during the second attempt', {
    operate: (source) => source.pipe(retryWithPolicy(fixed(2))),
    diagram: `
      source         --a--#
      expected       --a-----!
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
  picture('08 an error that the policy does not retry ends it', {
    operate: (source) => source.pipe(retryWithPolicy(onlyIf(() => false, fixed(4)))),
    diagram: `
      source         -a-#
      expected       -a-#
      subscriptions  ^--!
    `,
  });

  it('08 and is passed on unchanged', async () => {
    const result = throwError(() => lost).pipe(retryWithPolicy(onlyIf(() => false)));
    await expect(lastValueFrom(result)).rejects.toBe(lost);
  });

  it('09 the error of a predicate that throws ends it, once', async () => {
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

  picture('10 a wait that is not a number ends it with a RangeError, not with a hot loop', {
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

  picture('11 an infinite wait ends it', {
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

describe('retryWithPolicy, with whose state', () => {
  picture('13 each subscription has its own state', {
    operate: (source) => source.pipe(retryWithPolicy(both(fixed(3), retries(1)))),
    diagram: `
      source         -#
      expected       -----#
                     -------^----#
      subscriptions  ^!
                     ----^!
                     -------^!
                     -----------^!
    `,
  });

  picture('14 one operator value serves two streams', {
    operate: (source) => {
      const operator = retryWithPolicy(both(fixed(3), retries(1)));
      return { early: source.pipe(operator), late: source.pipe(operator) };
    },
    diagram: `
      source         -#
                     ---#
                     -#
                     ---#
      early          -----#
      late           ---------#
      subscriptions  ^!
                     ^--!
                     ----^!
                     ------^--!
    `,
  });
});

describe('retryWithPolicy, and values', () => {
  picture('15 values before an error are emitted, and again in the retry', {
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
      expected       -a---a---a--!
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

  picture('18 reset only on a value that proves health', {
    operate: (source) => source.pipe(retryWithPolicy(resetOn((value) => value !== 'p', both(fixed(1), retries(2))))),
    diagram: `
      source         -p-#
      expected       -p---p---p-#
      subscriptions  ^--!
                     ----^--!
                     --------^--!
    `,
  });

  it('25 take stops a source that never stops by itself', () => {
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
