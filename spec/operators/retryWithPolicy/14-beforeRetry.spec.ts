import { defer, EMPTY, NEVER, noop, of, Subject, throwError, timer, type ObservableInput } from 'rxjs';
import {
  action,
  both,
  circuit,
  concurrencyLimit,
  fixed,
  gate,
  immediate,
  resetAfterUptime,
  retries,
  retryWithPolicy,
  within,
  type FailedAttempt,
  type RetryEvent,
} from 'rxjs-reprise';
import { flaky } from 'rxjs-reprise/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { picture } from '../../support/picture.js';
import { outcome, unhandledBy } from '../../support/stage.js';

/*
 * What a retry waits for, after its delay and before its next ask.
 */

const down = new Error('down');

describe('beforeRetry', () => {
  picture('runs after the delay, and its first value lets the retry go on', {
    operate: (source, m) =>
      source.pipe(retryWithPolicy(both(fixed(2), retries(1)), { beforeRetry: () => m.cold('---x---x|') })),
    diagram: `
      source         -#
                     -a|
      expected       -------a|
      subscriptions  ^!
                     ------^-!
    `,
  });
  picture('goes on at a completion', {
    operate: (source, m) =>
      source.pipe(retryWithPolicy(both(fixed(2), retries(1)), { beforeRetry: () => m.cold('---|') })),
    diagram: `
      source         -#
                     -a|
      expected       -------a|
      subscriptions  ^!
                     ------^-!
    `,
  });
  picture('goes on at once where it returns undefined', {
    operate: (source) => source.pipe(retryWithPolicy(both(fixed(2), retries(1)), { beforeRetry: () => undefined })),
    diagram: `
      source         -#
                     -a|
      expected       ----a|
      subscriptions  ^!
                     ---^-!
    `,
  });
  picture('ends the stream with its own error', {
    operate: (source, m) =>
      source.pipe(retryWithPolicy(both(fixed(2), retries(1)), { beforeRetry: () => m.cold('---#') })),
    diagram: `
      source         -#
      expected       ------#
      subscriptions  ^!
    `,
  });
  picture('is unsubscribed with the stream', {
    operate: (source, m) => source.pipe(retryWithPolicy(fixed(2), { beforeRetry: () => m.cold('----------x') })),
    diagram: `
      source         -#
      expected       ------!
      subscriptions  ^!
    `,
  });
  picture('comes before the wait at a gate', {
    operate: (source, m) => {
      const gates = [circuit({ threshold: 1, resetAfter: 6, random: () => 0 })];
      return source.pipe(retryWithPolicy(immediate, { gates, beforeRetry: () => m.cold('---x') }));
    },
    diagram: `
      source         -#
                     -a|
      expected       --------a|
      subscriptions  ^!
                     -------^-!
    `,
  });
  picture('is counted by a deadline, but not as uptime', {
    operate: (source, m) =>
      source.pipe(
        retryWithPolicy(within(8, resetAfterUptime(3, both(fixed(1), retries(3)))), {
          beforeRetry: () => m.cold('---x'),
        }),
      ),
    diagram: `
      source         -#
      expected       -----------#
      subscriptions  ^!
                     -----^!
                     ----------^!
    `,
  });

  describe('in real turns', () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it('receives the error, the number of the failed attempt and the wait', () => {
      const seen: FailedAttempt[] = [];
      const beforeRetry = (failed: FailedAttempt): undefined => {
        seen.push(failed);
      };
      outcome(flaky([down, down, 'a']).pipe(retryWithPolicy(fixed(10), { beforeRetry })));
      vi.advanceTimersByTime(100);
      expect(seen).toEqual([
        { error: down, attempt: 1, wait: 10 },
        { error: down, attempt: 2, wait: 10 },
      ]);
    });

    it.each<[string, () => ObservableInput<unknown> | undefined]>([
      ['emits in the same turn', () => of(1, 2, 3)],
      ['completes in the same turn', () => EMPTY],
      ['is an array', () => []],
      ['is nothing', () => undefined],
    ])('that %s lets a retry without a wait go on in the same turn', (_, beforeRetry) => {
      const source = flaky([down, down, 'a']);
      expect(outcome(source.pipe(retryWithPolicy(retries(2), { beforeRetry }))).values).toEqual(['a']);
      expect(source.subscriptions).toHaveLength(3);
    });

    it('may return a promise', async () => {
      const seen = outcome(
        flaky([down, 'a']).pipe(retryWithPolicy(retries(2), { beforeRetry: () => Promise.resolve() })),
      );
      await vi.advanceTimersByTimeAsync(0);
      expect(seen.values).toEqual(['a']);
    });

    it.each<[string, () => ObservableInput<unknown>]>([
      [
        'throws',
        () => {
          throw down;
        },
      ],
      ['returns a stream that fails', () => throwError(() => down)],
    ])('that %s ends the stream, and the observer receives it', (_, beforeRetry) => {
      const events: RetryEvent[] = [];
      const observe = (event: RetryEvent): void => {
        events.push(event);
      };
      const source = flaky([new Error('lost'), 'a']);
      expect(outcome(source.pipe(retryWithPolicy(retries(2), { beforeRetry, observe }))).end).toBe(down);
      expect(events.at(-1)).toMatchObject({ kind: 'gave-up', attempt: 1, error: down, reason: 'before-retry' });
      expect(source.subscriptions).toHaveLength(1);
    });

    it('that returns anything else ends the stream with a TypeError', () => {
      const beforeRetry = (): never => 5 as never;
      expect(outcome(flaky([down, 'a']).pipe(retryWithPolicy(retries(2), { beforeRetry }))).end).toBeInstanceOf(
        TypeError,
      );
    });

    it('that never emits waits for ever, until `until` aborts', () => {
      const stop = new AbortController();
      const seen = outcome(
        flaky([down, 'a']).pipe(retryWithPolicy(retries(2), { beforeRetry: () => NEVER, until: stop.signal })),
      );
      vi.advanceTimersByTime(1e9);
      expect(seen.end).toBe('pending');
      stop.abort();
      expect(seen.end).toBe(down);
    });

    it('that fails ends the call once, also if its consumer then aborts `until`', () => {
      const stop = new AbortController();
      const kinds: string[] = [];
      flaky([down, 'a'])
        .pipe(
          retryWithPolicy(retries(2), {
            beforeRetry: () => throwError(() => new Error('no token')),
            until: stop.signal,
            observe: ({ kind }) => kinds.push(kind),
          }),
        )
        .subscribe({
          error: () => {
            stop.abort();
          },
        });
      expect(kinds).toEqual(['attempt', 'retrying', 'gave-up']);
    });

    it('leaves no slot and no timer behind when its consumer leaves', () => {
      const slots = gate(concurrencyLimit({ limit: 1 }));
      const ready = new Subject<void>();
      const subscription = flaky([down, 'a'])
        .pipe(retryWithPolicy(retries(2), { gates: [slots], beforeRetry: () => ready }))
        .subscribe();
      expect([slots.state.running, ready.observed]).toEqual([0, true]);
      subscription.unsubscribe();
      expect([slots.state, ready.observed]).toEqual([{ running: 0, waiting: 0, free: 1, limit: 1 }, false]);
      expect(vi.getTimerCount()).toBe(0);
    });

    it('goes on after 10 000 failures without a wait, and the stack stays flat', () => {
      let failed = 0;
      const source = defer(() => (++failed < 10_000 ? throwError(() => down) : of('a')));
      const seen = outcome(source.pipe(retryWithPolicy(retries(Infinity), { beforeRetry: () => EMPTY })));
      vi.runAllTimers();
      expect(seen.values).toEqual(['a']);
    });

    it('is an option of action, where it is no part of the timeout of an attempt', () => {
      const answers = [throwError(() => down), of('a')];
      const load = action(() => answers.shift() ?? EMPTY, { retry: 2, timeout: 50, beforeRetry: () => timer(200) });
      const seen = outcome(load());
      vi.advanceTimersByTime(2000);
      expect(seen.values).toEqual(['a']);
    });

    it('reports nothing as unhandled', () => {
      const errors = unhandledBy(() => {
        flaky([down, 'a'])
          .pipe(retryWithPolicy(retries(1), { beforeRetry: () => throwError(() => down) }))
          .subscribe({ error: noop });
      });
      expect(errors).toEqual([]);
    });
  });
});
