import { asyncScheduler, firstValueFrom, NEVER, of, take, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { fixed, retries, retryWithPolicy, both } from 'rxjs-reprise';
import { flaky, marbles } from 'rxjs-reprise/testing';
import { outcome } from '../../support/stage.js';
import { values } from '../../support/settled.js';

const down = new Error('down');
const again = both(fixed(3), retries(5));

describe('flaky', () => {
  it('plays one step per subscription and repeats the last one', () => {
    const source = flaky<unknown>([down, of(1, 2), 'value']);
    expect([1, 2, 3, 4].map(() => outcome(source))).toEqual([
      { values: [], end: down },
      { values: [1, 2], end: 'complete' },
      { values: ['value'], end: 'complete' },
      { values: ['value'], end: 'complete' },
    ]);
    expect(source.subscriptions).toHaveLength(4);
  });

  it('fails a given number of times', () => {
    const source = flaky({ failures: 2, then: 'ok' });
    expect([1, 2, 3].map(() => outcome(source))).toMatchObject([
      { end: { message: 'flaky: attempt 1 failed' } },
      { end: { message: 'flaky: attempt 2 failed' } },
      { values: ['ok'], end: 'complete' },
    ]);
    expect(outcome(flaky({ failures: 0 }))).toEqual({ values: [], end: 'complete' });
    expect(outcome(flaky({ failures: 0, then: undefined }))).toEqual({ values: [undefined], end: 'complete' });
    expect(outcome(flaky({ failures: Infinity, error: 'no' }))).toEqual({ values: [], end: 'no' });
    expect(outcome(flaky({ failures: 1, error: (attempt: number) => attempt }))).toEqual({ values: [], end: 1 });
  });

  it(
    'plays one marble string per attempt',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const source = flaky.marble('-a-#', '--#', 'b 3ms |');
      const expected = '                -a---------b---|';
      expectObservable(source.pipe(retryWithPolicy(again))).toBe(expected);
      expectSubscriptions([...source.subscriptions]).toBe([]);
      asyncScheduler.schedule(() => {
        expect(source.subscriptions).toEqual([
          { subscribedFrame: 0, unsubscribedFrame: 3 },
          { subscribedFrame: 6, unsubscribedFrame: 8 },
          { subscribedFrame: 11, unsubscribedFrame: 15 },
        ]);
      }, 50);
    }),
  );

  it(
    'records subscriptions as expectSubscriptions takes them',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const source = flaky.marble('--#', '-a|');
      expectObservable(source.pipe(retryWithPolicy(both(fixed(4), retries(1))))).toBe('-------a|');
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- a user writes it so
      expectSubscriptions(source.subscriptions).toBe(['^-!', '------^-!']);
    }),
  );

  it(
    'takes the values and the error of marbles',
    marbles(({ expectObservable }) => {
      const source = flaky.marble('-a#', { values: { a: { id: 1 } }, error: down });
      expectObservable(source).toBe('-a#', { a: { id: 1 } }, down);
    }),
  );

  it(
    'waits before each step, and can be unsubscribed meanwhile',
    marbles(({ expectObservable }) => {
      const source = flaky([down, 'a'], { after: 2 });
      expectObservable(source.pipe(retryWithPolicy(again))).toBe('-------(a|)');
      const other = flaky({ failures: 0, then: 'b', after: 5 });
      expectObservable(other, '--!').toBe('---');
      asyncScheduler.schedule(() => {
        expect(other.subscriptions).toEqual([{ subscribedFrame: 0, unsubscribedFrame: 2 }]);
      }, 50);
    }),
  );

  it('also works in real time, and stops when it is unsubscribed', async () => {
    expect(await values(flaky.marble('a-b|'))).toEqual(['a', 'b']);
    expect(await firstValueFrom(flaky.marble('-a--b|').pipe(take(1)))).toBe('a');
  });

  it('uses the given scheduler', () => {
    const scheduler = new VirtualTimeScheduler();
    const sources = [flaky(['a'], { after: 4, scheduler }), flaky.marble('-a|', { scheduler })];
    const seen = sources.map(outcome);
    scheduler.flush();
    expect(seen.map(({ end }) => end)).toEqual(['complete', 'complete']);
    expect(sources.map(({ subscriptions }) => subscriptions)).toEqual([
      [{ subscribedFrame: 0, unsubscribedFrame: 4 }],
      [{ subscribedFrame: 0, unsubscribedFrame: 2 }],
    ]);
  });

  it('logs a subscription that has not ended', () => {
    const source = flaky([NEVER]);
    const subscription = source.subscribe();
    expect(source.subscriptions).toMatchObject([{ unsubscribedFrame: Infinity }]);
    subscription.unsubscribe();
    expect(source.subscriptions[0]?.unsubscribedFrame).toBeLessThan(Infinity);
  });

  it.each([
    [() => flaky([]), 'flaky: steps must be an array of at least one step, got []'],
    [
      () => flaky(null as never),
      'flaky: steps must be an array or { failures } (for marbles, use flaky.marble), got null',
    ],
    [
      () => flaky('#' as never),
      'flaky: steps must be an array or { failures } (for marbles, use flaky.marble), got "#"',
    ],
    [
      () => flaky(...([{ failures: 0 }, { after: 30 }] as unknown as [['a']])),
      'flaky: the second argument must be omitted with { failures }, which takes after and scheduler itself, got an object',
    ],
    [
      () => flaky.marble(['-#', '-a|'] as never),
      'flaky.marble: marbles must be strings, one argument each, got ["-#", "-a|"]',
    ],
    [() => flaky({ failures: -1 }), 'flaky: failures must be a whole number, at least 0, or Infinity, got -1'],
    [() => flaky(['a'], { after: -1 }), 'flaky: after must be a finite number of milliseconds, at least 0, got -1'],
    [() => flaky(['a'], { scheduler: 5 as never }), 'flaky: scheduler must be an RxJS scheduler, got 5'],
    [() => flaky.marble('-a', { scheduler: 5 as never }), 'flaky.marble: scheduler must be an RxJS scheduler, got 5'],
    [
      () => flaky.marble(...([] as unknown as ['-'])),
      'flaky.marble: marbles must be at least one marble string, got []',
    ],
    [() => flaky.marble('-a', 5 as never), 'flaky.marble: the last argument must be an object, got 5'],
    [() => flaky.marble('^-a'), 'flaky.marble: marbles must be marble strings without ^ and !, got "^-a"'],
    [() => flaky.marble(5 as never, '-a'), 'got 5'],
  ])('bad input %#', (act, message) => {
    expect(act).toThrow(message);
  });
});
