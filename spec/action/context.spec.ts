import {
  concat,
  concatMap,
  firstValueFrom,
  from,
  NEVER,
  of,
  take,
  throwError,
  VirtualTimeScheduler,
  type Observable,
  type Subscription,
} from 'rxjs';
import {
  action,
  both,
  circuit,
  concurrencyLimit,
  fixed,
  gate,
  retries,
  retryBudget,
  type ActionOptions,
  type Attempt,
} from 'rxjs-reprise';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failure, turn, unhandled, values } from '../support/settled.js';

const boom = new Error('boom');

/** An action of the context form that keeps the signal of every attempt. */
function watched(
  run: (attempt: Attempt) => unknown,
  options?: ActionOptions,
): { readonly result: Observable<unknown>; readonly signals: AbortSignal[]; readonly aborted: () => boolean[] } {
  const signals: AbortSignal[] = [];
  const result = action(
    () => (attempt) => {
      signals.push(attempt.signal);
      return run(attempt);
    },
    options,
  )();
  return { result, signals, aborted: () => signals.map((signal) => signal.aborted) };
}

const rejectedOnAbort = ({ signal }: Attempt): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });

afterEach(() => {
  vi.useRealTimers();
});

describe('an attempt receives', () => {
  it('its number, which starts at 1 for each subscription', async () => {
    const numbers: number[] = [];
    const fail = action(
      () =>
        ({ attempt }) => {
          numbers.push(attempt);
          return Promise.reject(boom);
        },
      { retry: retries(2) },
    );
    const result = fail();
    await failure(result);
    await failure(result);
    await failure(fail());
    expect(numbers).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3]);
  });

  it('its own number, whatever runs at the same time', async () => {
    const numbers: number[] = [];
    const result = action(
      () =>
        ({ attempt }) => {
          numbers.push(attempt);
          return Promise.reject(boom);
        },
      { retry: retries(1) },
    )();
    await Promise.all([failure(result), failure(result)]);
    expect(numbers).toEqual([1, 1, 2, 2]);
  });

  it('its context beside the arguments and the `this` of the call', async () => {
    const api = {
      base: 'api/',
      get: action(function (this: { base: string }, id: number) {
        return ({ attempt }) => Promise.resolve(`${this.base}${String(id)}#${String(attempt)}`);
      }),
    };
    expect(await values(api.get(7))).toEqual(['api/7#1']);
  });

  it('its context as an async generator, too', async () => {
    const result = action(
      () =>
        async function* ({ attempt, signal }) {
          yield await Promise.resolve(attempt);
          yield signal.aborted;
        },
    )();
    expect(await values(result)).toEqual([1, false]);
  });

  it('its own signal', async () => {
    const { result, signals } = watched(() => throwError(() => boom), { retry: retries(2) });
    await failure(result);
    await failure(result);
    expect(new Set(signals).size).toBe(6);
  });
});

describe('the signal aborts', () => {
  it('72 when the attempt is left, and a rejection that comes of it is handled', async () => {
    const { result, aborted } = watched(rejectedOnAbort);
    const see = vi.fn();
    const leave = async (): Promise<void> => {
      const subscription = result.subscribe({ next: see, error: see, complete: see });
      await turn();
      expect(aborted()).toEqual([false]);
      subscription.unsubscribe();
      expect(aborted()).toEqual([true]);
    };
    expect(await unhandled(leave)).toEqual([]);
    expect(see).not.toHaveBeenCalled();
  });

  it('73 when the attempt failed, before the next one starts', async () => {
    const seen: boolean[][] = [];
    const { result, aborted } = watched(
      () => {
        seen.push(aborted());
        return Promise.reject(boom);
      },
      { retry: retries(2) },
    );
    expect(await failure(result)).toBe(boom);
    expect(seen).toEqual([[false], [true, false], [true, true, false]]);
    expect(aborted()).toEqual([true, true, true]);
  });

  it('in the same way when the attempts fail in the same turn', async () => {
    const seen: boolean[][] = [];
    const { result, aborted } = watched(
      () => {
        seen.push(aborted());
        throw boom;
      },
      { retry: retries(2) },
    );
    expect(await failure(result)).toBe(boom);
    expect(seen).toEqual([[false], [true, false], [true, true, false]]);
  });

  it('when the attempt times out, before the next one starts, and what rejects because of it is handled', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'Date'] });
    const seen: boolean[][] = [];
    const { result, aborted } = watched(
      (attempt) => {
        seen.push(aborted());
        return rejectedOnAbort(attempt);
      },
      { timeout: 100, retry: retries(1) },
    );
    const timeOut = async (): Promise<void> => {
      const error = failure(result);
      await vi.advanceTimersByTimeAsync(200);
      expect(await error).toHaveProperty('name', 'TimeoutError');
    };
    expect(await unhandled(timeOut)).toEqual([]);
    expect(seen).toEqual([[false], [true, false]]);
    expect(aborted()).toEqual([true, true]);
  });

  it('when a stream fails after values', async () => {
    const { result, aborted } = watched(() =>
      concat(
        of('a'),
        throwError(() => boom),
      ),
    );
    expect(await failure(result)).toBe(boom);
    expect(aborted()).toEqual([true]);
  });

  it('when failOn ends a stream that has not ended', async () => {
    const { result, aborted } = watched(() => concat(of('a'), NEVER), { failOn: () => boom });
    expect(await failure(result)).toBe(boom);
    expect(aborted()).toEqual([true]);
  });

  it.each([
    ['a promise', () => Promise.resolve('a')],
    ['a plain value', () => 'a'],
  ])('when %s that failOn rejects is retried: before the wait, and before the next attempt', async (_, run) => {
    for (const wait of [0, 10]) {
      const seen: boolean[][] = [];
      const scheduler = new VirtualTimeScheduler();
      const { result, aborted } = watched(
        () => {
          seen.push(aborted());
          return run();
        },
        { failOn: () => boom, retry: both(fixed(wait), retries(2)), scheduler },
      );
      const error = failure(result);
      for (let attempt = 1; attempt <= 3; attempt += 1) {
        await turn();
        expect(aborted().slice(0, attempt - 1)).toEqual(Array.from({ length: attempt - 1 }, () => true));
        scheduler.flush();
      }
      expect(await error).toBe(boom);
      expect(seen).toEqual([[false], [true, false], [true, true, false]]);
      expect(aborted()).toEqual([true, true, false]);
    }
  });

  it('when a value that failOn rejects is retried, also below a circuit and a timeout', async () => {
    const options = { failOn: () => boom, timeout: 1000, circuit: circuit(), gates: [gate(retryBudget())] };
    const { result, aborted } = watched(() => Promise.resolve('a'), { ...options, retry: retries(1) });
    expect(await failure(result)).toBe(boom);
    expect(aborted()).toEqual([true, false]);
  });

  it('when a stream is left after a value: it has not ended', async () => {
    const { result, aborted } = watched(() => concat(of('a'), NEVER));
    expect(await firstValueFrom(result)).toBe('a');
    expect(aborted()).toEqual([true]);
  });

  it('only for the subscription that left', () => {
    const { result, aborted } = watched(rejectedOnAbort);
    const [first, second] = [result.subscribe(), result.subscribe()];
    first.unsubscribe();
    expect(aborted()).toEqual([true, false]);
    second.unsubscribe();
    expect(aborted()).toEqual([true, true]);
  });

  it('78 when the function itself unsubscribes, and its rejection is handled', async () => {
    const fate: { subscription?: Subscription } = {};
    const { result, aborted } = watched(() => {
      fate.subscription?.unsubscribe();
      return Promise.reject(boom);
    });
    const leave = async (): Promise<void> => {
      // Subscribed in a later turn, so that the function finds the subscription.
      fate.subscription = from(turn())
        .pipe(concatMap(() => result))
        .subscribe();
      await turn();
      await turn();
    };
    expect(await unhandled(leave)).toEqual([]);
    expect(aborted()).toEqual([true]);
  });
});

describe('the signal never aborts once the attempt has answered', () => {
  const answers = [
    ['a promise that resolved', () => Promise.resolve('a')],
    ['a stream that completed', () => of('a')],
    [
      'an async generator that returned',
      async function* () {
        yield await Promise.resolve('a');
      },
    ],
    ['a plain value', () => 'a'],
  ] as const;

  it.each(answers)('%s', async (_, run) => {
    const { result, aborted } = watched(run);
    expect(await values(result)).toEqual(['a']);
    await turn();
    expect(aborted()).toEqual([false]);
  });

  it.each(answers.filter(([name]) => !/stream|generator/.test(name)))('%s, by firstValueFrom', async (_, run) => {
    const { result, aborted } = watched(run);
    expect(await firstValueFrom(result)).toBe('a');
    expect(await values(result.pipe(take(1)))).toEqual(['a']);
    expect(aborted()).toEqual([false, false]);
  });

  it.each(answers.filter(([name]) => !/stream|generator/.test(name)))(
    '%s, that failOn rejects and the call ends with',
    async (_, run) => {
      for (const retry of [1, retries(0)]) {
        const { result, aborted } = watched(run, { failOn: () => boom, retry });
        expect(await failure(result)).toBe(boom);
        expect(aborted()).toEqual([false]);
      }
    },
  );

  it.each(answers)('%s, after a wait at a gate', async (_, run) => {
    const slots = gate(concurrencyLimit({ limit: 1 }));
    const first = watched(rejectedOnAbort, { gates: [slots] });
    const { result, aborted } = watched(run, { gates: [slots] });
    const subscription = first.result.subscribe();
    const all = values(result);
    subscription.unsubscribe();
    expect(await all).toEqual(['a']);
    expect(aborted()).toEqual([false]);
  });

  it('a promise that resolved, by a timeout', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'Date'] });
    const { result, aborted } = watched(() => Promise.resolve('a'), { timeout: 100 });
    expect(await values(result)).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(1000);
    expect(aborted()).toEqual([false]);
  });

  it('a promise that resolved, after an attempt that failed', async () => {
    const { result, aborted } = watched(
      ({ attempt }) => (attempt === 1 ? Promise.reject(boom) : Promise.resolve(attempt)),
      { retry: retries(1) },
    );
    expect(await values(result)).toEqual([2]);
    expect(aborted()).toEqual([true, false]);
  });
});

describe('an AbortController', () => {
  const made = vi.fn();
  beforeEach(() => {
    made.mockClear();
    vi.stubGlobal(
      'AbortController',
      class extends AbortController {
        constructor() {
          super();
          made();
        }
      },
    );
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('is not made by the plain form', async () => {
    await values(action(() => 'a')());
    await values(action(() => Promise.resolve('a'), { timeout: 1000, failOn: () => undefined })());
    await values(action(() => of('a'))());
    await failure(action(() => Promise.reject(boom), { retry: retries(2) })());
    action(() => NEVER, { retry: 3 })()
      .subscribe()
      .unsubscribe();
    expect(made).not.toHaveBeenCalled();
  });

  it('is made once per attempt by the context form', async () => {
    await failure(action(() => () => Promise.reject(boom), { retry: retries(2) })());
    expect(made).toHaveBeenCalledTimes(3);
  });
});

describe('in the plain form', () => {
  it('a promise that rejects after it was left is handled', async () => {
    const leave = async (): Promise<void> => {
      action(() => turn().then(() => Promise.reject(boom)), { retry: retries(2), timeout: 1000 })()
        .subscribe()
        .unsubscribe();
      await turn();
    };
    expect(await unhandled(leave)).toEqual([]);
  });
});
