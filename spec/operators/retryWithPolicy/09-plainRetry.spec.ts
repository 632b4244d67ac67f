import { concat, defer, EMPTY, of, retry, take, throwError, timer, type Observable } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { both, exponential, fixed, resetOn, retries, retryWithPolicy, within } from 'rxjs-reprise';

/*
 * The claims of the documentation about RxJS's own `retry({ delay })`, and the difference of retryWithPolicy. On fake
 * timers, because virtual time would hide the overflow.
 */
const lost = new Error('lost');

/** A source that fails at once `times` times, and how often it was subscribed. */
function failing(times = Infinity): { source: Observable<string>; calls: () => number } {
  let calls = 0;
  return { source: defer(() => (++calls <= times ? throwError(() => lost) : of('ok'))), calls: () => calls };
}

/** How a stream ended. */
function outcome(stream: Observable<unknown>): { end: unknown } {
  const seen = { end: 'pending' as unknown };
  stream.subscribe({
    error: (error: unknown) => (seen.end = error),
    complete: () => (seen.end = 'complete'),
  });
  return seen;
}

describe('plain retry({ delay }), and retryWithPolicy', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('20 000 immediate retries: plain retry overflows the stack, retryWithPolicy gives the error', async () => {
    const plainly = failing();
    const plain = outcome(plainly.source.pipe(retry({ count: 20_000, delay: () => of(0) })));
    expect(plain.end).not.toBe(lost);
    expect(plainly.calls()).toBeLessThan(20_000);
    const ours = outcome(failing().source.pipe(retryWithPolicy(retries(20_000))));
    await vi.runAllTimersAsync();
    expect(ours.end).toBe(lost);
  });

  it.each([
    ['2³¹ ms', 2 ** 31],
    ['Infinity', Infinity],
    ['NaN', NaN],
  ])('a delay of %s: plain retry calls every millisecond', async (_, ms) => {
    const { source, calls } = failing();
    const subscription = source.pipe(retry({ delay: () => timer(ms) })).subscribe();
    await vi.advanceTimersByTimeAsync(50);
    expect(calls()).toBeGreaterThan(40);
    subscription.unsubscribe();
  });

  it('a delay of 2³¹ ms: retryWithPolicy waits for it; Infinity ends the retrying, and NaN is a RangeError', async () => {
    const long = failing();
    long.source.pipe(retryWithPolicy(fixed(2 ** 31))).subscribe();
    await vi.advanceTimersByTimeAsync(2 ** 31 - 1);
    expect(long.calls()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(long.calls()).toBe(2);

    const answering = (wait: number): unknown =>
      outcome(
        failing().source.pipe(
          retryWithPolicy({ initial: null, handles: ['failure'], reduce: (state) => ({ state, wait }) }),
        ),
      ).end;
    expect(answering(Infinity)).toBe(lost);
    expect(answering(NaN)).toBeInstanceOf(RangeError);
  });

  it('a notifier that completes empty: plain retry loses the error', () => {
    expect(outcome(failing().source.pipe(retry({ delay: () => EMPTY }))).end).toBe('complete');
  });

  it('a source that emits before each failure: plain resetOnSuccess never gives up, resetOn has an outer limit', () => {
    let calls = 0;
    const greeting = defer(() => {
      calls += 1;
      return concat(
        of('hello'),
        throwError(() => lost),
      );
    });
    greeting.pipe(retry({ count: 2, resetOnSuccess: true }), take(50)).subscribe();
    expect(calls).toBe(50);
    calls = 0;
    const policy = both(
      resetOn((value) => value === 'hello', retries(2)),
      retries(9),
    );
    expect(outcome(greeting.pipe(retryWithPolicy(policy))).end).toBe(lost);
    expect(calls).toBe(10);
  });

  it('a clock that is set back an hour: plain retry misses its deadline, retryWithPolicy keeps it', async () => {
    const start = Date.now();
    const byTheClock = {
      delay: (error: unknown) => {
        if (Date.now() - start > 350) throw error;
        return timer(100);
      },
    };
    const [plain, ours] = [failing(), failing()];
    const plainly = plain.source.pipe(retry(byTheClock)).subscribe();
    const seen = outcome(ours.source.pipe(retryWithPolicy(within(350, fixed(100)))));
    await vi.advanceTimersByTimeAsync(150);
    vi.setSystemTime(start - 3_600_000);
    await vi.advanceTimersByTimeAsync(2000);
    expect(plain.calls()).toBeGreaterThan(20);
    expect([ours.calls(), seen.end]).toEqual([4, lost]);
    plainly.unsubscribe();
  });

  it('the state of a plain delay function is shared by all subscribers, each one has its own state of a policy', async () => {
    let delay = 50;
    const doubling = retry<string>({ count: 3, delay: () => timer((delay *= 2)) });
    const waits = async (operator: (source: Observable<string>) => Observable<string>): Promise<number[]> => {
      const at: number[] = [];
      const start = Date.now();
      const source = defer(() => {
        at.push(Date.now() - start);
        return throwError(() => lost);
      });
      const twice = source.pipe(operator);
      for (let i = 0; i < 2; i++) outcome(twice);
      await vi.runAllTimersAsync();
      return at;
    };
    expect(await waits(doubling)).not.toEqual([0, 0, 100, 100, 300, 300, 700, 700]);
    expect(await waits(retryWithPolicy(both(exponential(100), retries(3))))).toEqual([
      0, 0, 100, 100, 300, 300, 700, 700,
    ]);
  });
});
