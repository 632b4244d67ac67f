import { concat, config, Observable, of, take, throwError } from 'rxjs';
import { action, fixed, retries } from 'rxjs-reprise';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failure, turn, values } from '../support/settled.js';

const boom = new Error('boom');

/** Both forms of an action with this result. */
const forms = [
  ['the plain form', (result: () => unknown): Observable<unknown> => action(result)()],
  ['the context form', (result: () => unknown): Observable<unknown> => action(() => () => result())()],
] as const;

describe.each(forms)('in %s, what an action returns', (_, acting) => {
  it.each([
    ['75 a string', 'hi'],
    ['an empty string', ''],
    ['76 an array', [1, 2]],
    ['an empty array', []],
    ['a Set', new Set([1, 2])],
    ['a generator', [1, 2].values()],
    ['an object', { subscribe: 1 }],
    ['a number', 0],
    ['false', false],
    ['undefined', undefined],
    ['null', null],
  ])('is one value: %s', async (_, value) => {
    const seen = await values(acting(() => value));
    expect(seen).toHaveLength(1);
    expect(seen[0]).toBe(value);
  });

  it('is the value of a promise', async () => {
    const list = [1, 2];
    const seen = await values(acting(() => Promise.resolve(list)));
    expect(seen).toHaveLength(1);
    expect(seen[0]).toBe(list);
  });

  it('is the value of a thenable', async () => {
    const answer = Promise.resolve('a');
    const thenable = { then: answer.then.bind(answer) };
    expect(await values(acting(() => thenable))).toEqual(['a']);
  });

  it('is the rejection of a promise', async () => {
    expect(await failure(acting(() => Promise.reject(boom)))).toBe(boom);
  });

  it('is what an observable emits', async () => {
    expect(await values(acting(() => of('a', [1], of('b'))))).toEqual(['a', [1], expect.any(Observable)]);
    expect(
      await failure(
        acting(() =>
          concat(
            of('a'),
            throwError(() => boom),
          ),
        ),
      ),
    ).toBe(boom);
  });

  it('is what an observable emits, even if it is also a promise', async () => {
    const promise = Promise.resolve('the last');
    const awaitable = Object.assign(of('a', 'b'), { then: promise.then.bind(promise) });
    expect(await values(acting(() => awaitable))).toEqual(['a', 'b']);
  });

  it('is dropped after the consumer has left, without a notification that RxJS reports', async () => {
    const stopped: unknown[] = [];
    config.onStoppedNotification = (notification) => stopped.push(notification);
    acting(() => Promise.resolve('late'))
      .subscribe()
      .unsubscribe();
    await turn();
    config.onStoppedNotification = null;
    expect(stopped).toEqual([]);
  });

  it('is what an observable of functions emits: they are values', async () => {
    const one = (): number => 1;
    expect(await values(acting(() => of(one)))).toEqual([one]);
  });

  it('is what an interoperable observable emits', async () => {
    expect(await values(acting(() => ({ '@@observable': () => of('a', 'b') })))).toEqual(['a', 'b']);
  });

  it('77 is what an async generator yields, which finishes at its next yield after the consumer leaves', async () => {
    let hasFinished = false;
    async function* count(): AsyncGenerator<number> {
      try {
        for (let n = 1; ; n += 1) yield await Promise.resolve(n);
      } finally {
        hasFinished = true;
      }
    }
    expect(await values(acting(count).pipe(take(3)))).toEqual([1, 2, 3]);
    await turn();
    expect(hasFinished).toBe(true);
  });

  it('is what an async generator throws', async () => {
    const result = acting(async function* () {
      yield await Promise.resolve('a');
      throw boom;
    });
    expect(await failure(result)).toBe(boom);
  });

  it('is what a ReadableStream holds', async () => {
    const stream = (): ReadableStream<string> =>
      new ReadableStream({
        start: (controller) => {
          controller.enqueue('a');
          controller.enqueue('b');
          controller.close();
        },
      });
    expect(await values(acting(stream))).toEqual(['a', 'b']);
  });

  it('is what anything with a reader holds', async () => {
    const chunks = ['a', 'b'];
    const read = (): Promise<{ done: boolean; value: string | undefined }> =>
      Promise.resolve({ done: chunks.length === 0, value: chunks.shift() });
    const readable = { getReader: () => ({ read, releaseLock: () => undefined }) };
    expect(await values(acting(() => readable))).toEqual(['a', 'b']);
  });
});

describe.each(forms)('in %s, an Observable of the platform', (_, acting) => {
  beforeEach(() => {
    vi.stubGlobal('Observable', Platform);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('80 is run', async () => {
    const result = acting(
      () =>
        new Platform((subscriber) => {
          subscriber.next('a');
          subscriber.next('b');
          subscriber.complete();
        }),
    );
    expect(await values(result)).toEqual(['a', 'b']);
  });

  it('fails with its own error', async () => {
    const result = acting(
      () =>
        new Platform((subscriber) => {
          subscriber.error(boom);
        }),
    );
    expect(await failure(result)).toBe(boom);
  });

  it('is aborted when it is left', () => {
    let signal: AbortSignal | undefined;
    const result = acting(
      () =>
        new Platform((subscriber) => {
          signal = subscriber.signal;
        }),
    );
    const subscription = result.subscribe();
    expect(signal?.aborted).toBe(false);
    subscription.unsubscribe();
    expect(signal?.aborted).toBe(true);
  });

  it('is aborted when it is left while it is being subscribed', async () => {
    let produced = 0;
    const result = acting(
      () =>
        new Platform((subscriber) => {
          while (!subscriber.signal.aborted && produced < 1000) subscriber.next((produced += 1));
        }),
    );
    expect(await values(result.pipe(take(3)))).toEqual([1, 2, 3]);
    expect(produced).toBe(3);
  });
});

/** The part of the platform's Observable that a source needs. */
class Platform {
  constructor(private readonly start: (subscriber: PlatformSubscriber) => void) {}

  subscribe(observer: Omit<PlatformSubscriber, 'signal'>, { signal }: { signal: AbortSignal }): void {
    this.start({
      signal,
      next: (value) => {
        observer.next(value);
      },
      error: (error) => {
        observer.error(error);
      },
      complete: () => {
        observer.complete();
      },
    });
  }
}

interface PlatformSubscriber {
  readonly signal: AbortSignal;
  next(value: unknown): void;
  error(error: unknown): void;
  complete(): void;
}

describe('a promise of a function', () => {
  const message = 'action: the context form must be returned by a plain function, got a promise of a function';
  const promised = vi.fn((): unknown => Promise.resolve(() => 'never called'));

  it('is rejected with a TypeError', async () => {
    const error = await failure(action(promised)());
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toHaveProperty('name', 'TypeError');
    expect(error).toHaveProperty('message', message);
  });

  it.each([
    ['a number', { retry: 3 }],
    ['a policy', { retry: fixed(0) }],
    ['its own isFatal', { retry: fixed(0), isFatal: () => false }],
  ])('is rejected once, with any retry: %s', async (_, options) => {
    promised.mockClear();
    expect(await failure(action(promised, options)())).toHaveProperty('message', message);
    expect(promised).toHaveBeenCalledTimes(1);
  });

  it('is a value of the context form', async () => {
    const promised = (): unknown => Promise.resolve(one);
    const one = (): number => 1;
    expect(await values(action(() => promised)())).toEqual([one]);
  });
});

describe('an observable of RxJS', () => {
  it('is run even if Symbol.observable was defined after RxJS was loaded', async () => {
    const late = Symbol('observable');
    Object.defineProperty(Symbol, 'observable', { value: late, configurable: true });
    try {
      expect(await values(action(() => of('a', 'b'))())).toEqual(['a', 'b']);
    } finally {
      Reflect.deleteProperty(Symbol, 'observable');
    }
  });
});

describe('an observable that never ends', () => {
  it('is left when its consumer leaves', () => {
    let isOpen = false;
    const open = new Observable(() => {
      isOpen = true;
      return () => {
        isOpen = false;
      };
    });
    const subscription = action(() => open, {
      retry: retries(1),
      timeout: 1000,
      failOn: () => undefined,
    })().subscribe();
    expect(isOpen).toBe(true);
    subscription.unsubscribe();
    expect(isOpen).toBe(false);
  });
});
