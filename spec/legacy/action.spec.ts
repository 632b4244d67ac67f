import { of, throwError, type Observable } from 'rxjs';
import { action, retries } from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { failure, values } from '../support/settled.js';

const boom = new Error('boom');

class Api {
  readonly calls: string[] = [];
  constructor(private readonly base: string) {}

  @action({ retry: retries(2) })
  get(...path: string[]): Observable<string> {
    this.calls.push(this.base + path.join('/'));
    return throwError(() => boom);
  }

  @action({})
  same<T>(value: T): Observable<T> {
    return of(value);
  }

  @action({})
  static of(base: string): Observable<Api> {
    return of(new this(base));
  }
}

describe('action as a decorator of experimentalDecorators', () => {
  it('tries a method again, with its `this` and its arguments', async () => {
    const [api, other] = [new Api('api/'), new Api('other/')];
    expect(await failure(api.get('a', 'b'))).toBe(boom);
    expect(api.calls).toEqual(['api/a/b', 'api/a/b', 'api/a/b']);
    expect(other.calls).toEqual([]);
  });

  it('calls the method when it is subscribed, and counts for each call', async () => {
    const api = new Api('');
    const [first, second] = [api.get('1'), api.get('2')];
    expect(api.calls).toEqual([]);
    await failure(first);
    await failure(second);
    await failure(first);
    expect(api.calls.join('')).toBe('111222111');
  });

  it('keeps the type parameters of a generic method', async () => {
    const seen: number[] = await values(new Api('').same(1));
    expect(seen).toEqual([1]);
  });

  it('decorates a static method', async () => {
    const [api] = await values(Api.of('api/'));
    expect(api).toBeInstanceOf(Api);
  });

  it('leaves the rest of a descriptor as it was, for the decorators above it', () => {
    const descriptor = { value: () => of('a'), enumerable: true, configurable: false, writable: false };
    const decorated = action({})(Api.prototype, 'get', descriptor);
    expect(decorated).toEqual({ ...descriptor, value: expect.any(Function) as unknown });
    expect(decorated.value).not.toBe(descriptor.value);
  });

  it('is rejected on a getter', () => {
    expect(() => {
      class Wrong {
        readonly #answer = 'a';
        // @ts-expect-error -- a getter is no method
        @action({})
        get answer(): Observable<string> {
          return of(this.#answer);
        }
      }
      return Wrong;
    }).toThrow(new TypeError('action: fn must be a function or a method, got undefined'));
  });

  it('is rejected on a field', () => {
    expect(() => {
      class Wrong {
        // @ts-expect-error -- a field is no method
        @action({})
        answer = (): Observable<string> => of('a');
      }
      return Wrong;
    }).toThrow(new TypeError('action: fn must be a function or a method, got undefined'));
  });

  it('is rejected on a class', () => {
    expect(() => {
      // @ts-expect-error -- a class is no method
      @action({})
      class Wrong {
        readonly answer = 'a';
      }
      return Wrong;
    }).toThrow(/^action: fn must be a function or a method, got the function Wrong$/);
  });

  it('makes no decorator of a method that returns a promise', () => {
    class Wrong {
      // @ts-expect-error -- it would return an Observable where a promise is promised
      @action({})
      get(): Promise<string> {
        return Promise.resolve('a');
      }
    }
    expect(new Wrong().get()).not.toBeInstanceOf(Promise);
  });
});
