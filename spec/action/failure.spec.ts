import {
  concat,
  lastValueFrom,
  NEVER,
  of,
  throwError,
  timer,
  TimeoutError,
  VirtualTimeScheduler,
  type Observable,
} from 'rxjs';
import { action, both, FailedValueError, fixed, jittered, retries } from 'rxjs-reprise';
import { isTransient, retryAfter } from 'rxjs-reprise/http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { picture } from '../support/picture.js';
import { failure, unhandled, values } from '../support/settled.js';
import { turns, type Turn } from '../support/stage.js';

const boom = new Error('boom');

describe('failOn', () => {
  it('makes a value a failure, with its own error', async () => {
    const failOn = vi.fn((status: number) => (status === 503 ? boom : undefined));
    expect(await failure(action(() => Promise.resolve(503), { failOn })())).toBe(boom);
    expect(await values(action(() => Promise.resolve(200), { failOn })())).toEqual([200]);
    expect(failOn.mock.calls).toEqual([[503], [200]]);
  });

  it.each([undefined, null, false])('%s means that the value is good', async (answer) => {
    expect(await values(action(() => of('a'), { failOn: () => answer })())).toEqual(['a']);
  });

  it.each([0, '', NaN, 'busy', {}])('fails with any other answer: %o', async (error) => {
    expect(await failure(action(() => of('a'), { failOn: () => error })())).toBe(error);
  });

  it('true fails with an error that carries the value', async () => {
    const value = { status: 503, headers: new Headers({ 'Retry-After': '2' }) };
    const error = await failure(action(() => of(value), { failOn: ({ status }) => status >= 500 })());
    expect(error).toBeInstanceOf(FailedValueError);
    expect(error).toHaveProperty('value', value);
    expect(String(error)).toBe('FailedValueError: the value is a failure: an object with status 503');
    expect([isTransient(error), retryAfter(error)]).toEqual([true, 2000]);
  });

  it.each([
    ['a', 'the value is a failure: "a"'],
    [null, 'the value is a failure: null'],
    [undefined, 'the value is a failure: undefined'],
    [{ status: 'bad' }, 'the value is a failure: an object'],
  ])('true for %o says so', async (value, message) => {
    expect(await failure(action(() => of(value), { failOn: () => true })())).toMatchObject({ message, value });
  });

  it.each([
    ['resolves', () => Promise.resolve(false)],
    ['rejects', () => Promise.reject(boom)],
  ])('that is async is a TypeError at the first answer, and is not retried: it %s', async (_, answer) => {
    const fn = vi.fn(() => of('a'));
    const failOn = vi.fn(answer) as unknown as () => boolean;
    const fail = async (): Promise<void> => {
      const error = await failure(action(fn, { failOn, retry: retries(2) })());
      expect(error).toBeInstanceOf(TypeError);
      expect(error).toHaveProperty(
        'message',
        'action: failOn must not be async, got a promise. Return a boolean or the error.',
      );
    };
    expect(await unhandled(fail)).toEqual([]);
    expect(fn).toHaveBeenCalledTimes(1);
  });

  it('fails with the error that it throws', async () => {
    const failOn = (): never => {
      throw boom;
    };
    expect(await failure(action(() => of('a'), { failOn })())).toBe(boom);
  });

  picture('sees each value of a stream, and the retry sees its errors', {
    operate: (source) =>
      action(() => source, {
        failOn: (value) => (value === 'x' ? 'error' : undefined),
        retry: both(fixed(2), retries(1)),
      })(),
    diagram: `
      source         -a-x-a|
                     -a-b|
      expected       -a----a-b|
      subscriptions  ^--!
                     -----^---!
    `,
  });

  picture('does not see the stream that a timeout switches to: it is inside the timeout', {
    operate: (source) => action(() => source, { failOn: () => 'error', timeout: { first: 3, with: () => of('l') } })(),
    diagram: `
      source         ----a
      expected       ---(l|)
      subscriptions  ^--!
    `,
  });
});

describe('timeout', () => {
  picture('bounds the attempt from its start to its end: values do not prolong it', {
    operate: (source) => action(() => source, { timeout: 6 })(),
    diagram: `
      source         -a-a-a-a-a-a
      expected       -a-a-a#
      subscriptions  ^-----!
    `,
    error: expect.objectContaining({ name: 'TimeoutError', message: 'Timeout has occurred' }) as unknown,
  });

  picture('has no effect on a stream that ends in time', {
    operate: (source) => action(() => source, { timeout: 6 })(),
    diagram: `
      source         -a-a|
      expected       -a-a|
      subscriptions  ^---!
    `,
  });

  picture('bounds each attempt, and is a failure that is retried', {
    operate: (source) => action(() => source, { timeout: 4, retry: both(fixed(2), retries(1)) })(),
    diagram: `
      source         -a----
                     -b-|
      expected       -a-----b-|
      subscriptions  ^---!
                     ------^--!
    `,
  });

  picture('as a TimeoutConfig applies to each attempt, too', {
    operate: (source) => action(() => source, { timeout: { each: 3 }, retry: both(fixed(2), retries(1)) })(),
    diagram: `
      source         -a------
                     --b--c--d|
      expected       -a------b--c--d|
      subscriptions  ^---!
                     ------^--------!
    `,
  });

  it("is RxJS's TimeoutError", async () => {
    vi.useFakeTimers();
    const error = failure(action(() => NEVER, { timeout: 5 })());
    await vi.advanceTimersByTimeAsync(5);
    expect(await error).toBeInstanceOf(TimeoutError);
    vi.useRealTimers();
  });

  it('begins when it is subscribed, not before', () => {
    const scheduler = new VirtualTimeScheduler();
    const result = action(() => timer(5, scheduler), { timeout: 6, scheduler })();
    const seen: unknown[] = [];
    scheduler.schedule(() => result.subscribe((value) => seen.push(value)), 10);
    scheduler.flush();
    expect(seen).toEqual([0]);
  });

  it.each([1, 2 ** 31 - 1])('may be %d ms', (timeout) => {
    const scheduler = new VirtualTimeScheduler();
    const error = vi.fn();
    action(() => NEVER, { timeout, scheduler })().subscribe({ error });
    scheduler.flush();
    expect(error).toHaveBeenCalledTimes(1);
    expect(scheduler.now()).toBe(timeout);
  });

  it('leaves no timer behind', () => {
    vi.useFakeTimers();
    const subscription = action(() => NEVER, { timeout: 1000 })().subscribe();
    action(() => of('a'), { timeout: 1000 })().subscribe();
    expect(vi.getTimerCount()).toBe(1);
    subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});

describe('retry', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('as a number is that many calls in all, a second apart', async () => {
    const fn = vi.fn(() => Promise.reject(boom));
    const error = failure(action(fn, { retry: 3 })());
    const callsAfter = async (ms: number): Promise<number> => {
      await vi.advanceTimersByTimeAsync(ms);
      return fn.mock.calls.length;
    };
    expect(await callsAfter(0)).toBe(1);
    expect(await callsAfter(999)).toBe(1);
    expect(await callsAfter(1)).toBe(2);
    expect(await callsAfter(999)).toBe(2);
    expect(await callsAfter(1)).toBe(3);
    expect(await callsAfter(10_000)).toBe(3);
    expect(await error).toBe(boom);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('1 is one call', async () => {
    const fn = vi.fn(() => Promise.reject(boom));
    expect(await failure(action(fn, { retry: 1 })())).toBe(boom);
    expect(fn).toHaveBeenCalledTimes(1);
  });

  it('as a policy waits as long as the policy says', async () => {
    const fn = vi.fn(() => Promise.reject(boom));
    const error = failure(action(fn, { retry: both(fixed(50), retries(1)) })());
    await vi.advanceTimersByTimeAsync(49);
    expect(fn).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(fn).toHaveBeenCalledTimes(2);
    expect(await error).toBe(boom);
  });

  it('is cancelled during a wait when it is left', async () => {
    const fn = vi.fn(() => Promise.reject(boom));
    const subscription = action(fn, { retry: 3 })().subscribe();
    await vi.advanceTimersByTimeAsync(500);
    subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(fn).toHaveBeenCalledTimes(1);
  });
});

describe('the options of a retry are those of retryWithPolicy', () => {
  const fail = (): Observable<never> => throwError(() => boom);

  it('scheduler is the clock of waits and timeouts', () => {
    const scheduler = new VirtualTimeScheduler();
    const hang = vi.fn(() => NEVER);
    const error = vi.fn();
    action(hang, { timeout: 100, retry: 3, scheduler })().subscribe({ error });
    scheduler.flush();
    expect(hang).toHaveBeenCalledTimes(3);
    expect(error).toHaveBeenCalledTimes(1);
    expect(scheduler.now()).toBe(2300);
  });

  it('scheduler is the clock of a TimeoutConfig that has none of its own', () => {
    const [outer, inner] = [new VirtualTimeScheduler(), new VirtualTimeScheduler()];
    action(() => NEVER, { timeout: { first: 100 }, scheduler: outer })().subscribe({ error: () => undefined });
    action(() => NEVER, { timeout: { first: 200, scheduler: inner }, scheduler: outer })().subscribe({
      error: () => undefined,
    });
    outer.flush();
    inner.flush();
    expect([outer.now(), inner.now()]).toEqual([100, 200]);
  });

  it('a Date, until which there must be a first value', async () => {
    const late = action(() => NEVER, { timeout: { first: new Date(Date.now() - 1000) } });
    expect(await failure(late())).toBeInstanceOf(TimeoutError);
  });

  it('observe, also without a retry', async () => {
    const events: Turn[] = [];
    const observed = action(fail, { observe: turns((event) => events.push(event)) });
    expect(await failure(observed())).toBe(boom);
    expect(events).toMatchObject([{ kind: 'gave-up', attempt: 1, reason: 'exhausted', error: boom }]);
  });

  it('random and observe', () => {
    const scheduler = new VirtualTimeScheduler();
    const events: Turn[] = [];
    const answers = [fail(), of('a')];
    action(() => answers.shift() ?? NEVER, {
      retry: both(jittered('full', fixed(1000)), retries(1)),
      scheduler,
      random: () => 0.25,
      observe: turns((event) => events.push(event)),
    })().subscribe();
    scheduler.flush();
    expect(events).toEqual([
      { kind: 'retrying', attempt: 1, wait: 250, error: boom, elapsed: 0 },
      { kind: 'recovered', attempt: 2, elapsed: 250 },
    ]);
  });

  it('isFatal, which replaces the default for aborts', async () => {
    const isFatal = (error: unknown): boolean => error === boom;
    const fatal = vi.fn(fail);
    expect(await failure(action(fatal, { retry: retries(2), isFatal })())).toBe(boom);
    expect(fatal).toHaveBeenCalledTimes(1);

    const abort = new DOMException('left', 'AbortError');
    const aborted = vi.fn(() => Promise.reject(abort));
    expect(await failure(action(aborted, { retry: retries(2), isFatal })())).toBe(abort);
    expect(aborted).toHaveBeenCalledTimes(3);
  });
});

it('an action in a pipe re-emits what came before a failure', async () => {
  let calls = 0;
  const result = action(() => concat(of('a'), (calls += 1) < 2 ? throwError(() => boom) : of('b')), {
    retry: retries(1),
  })();
  expect(await values(result)).toEqual(['a', 'a', 'b']);
  expect(await lastValueFrom(result)).toBe('b');
});
