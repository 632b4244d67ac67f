import { of, throwError, type Observable } from 'rxjs';
import { action, retries } from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { boom, decoratesMethods, noted } from '../action/decoratedMethods.js';

class Api {
  readonly calls: string[] = [];
  constructor(private readonly base: string) {}

  @noted({ route: '/get' })
  @action({ retry: retries(2) })
  @noted({ roles: ['admin'] })
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
  decoratesMethods(Api);

  it('keeps the rest of a descriptor for the decorators above it', () => {
    const descriptor = { value: () => of('a'), enumerable: true, configurable: false, writable: false };
    const decorated = action({})(Api.prototype, 'get', descriptor);
    expect(decorated).toEqual({ ...descriptor, value: expect.any(Function) as unknown });
    expect(decorated.value).not.toBe(descriptor.value);
  });

  it('is rejected on a getter', () => {
    expect(() => {
      class Wrong {
        readonly #answer = 'a';
        // @ts-expect-error -- a getter is not a method
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
        // @ts-expect-error -- a field is not a method
        @action({})
        answer = (): Observable<string> => of('a');
      }
      return Wrong;
    }).toThrow(new TypeError('action: fn must be a function or a method, got undefined'));
  });

  it('is rejected on a class', () => {
    expect(() => {
      // @ts-expect-error -- a class is not a method
      @action({})
      class Wrong {
        readonly answer = 'a';
      }
      return Wrong;
    }).toThrow(/^action: fn must be a function or a method, got the function Wrong$/);
  });

  it('does not type-check on a method that returns a promise', () => {
    class Wrong {
      // @ts-expect-error -- the method would return an Observable in place of its promise
      @action({})
      get(): Promise<string> {
        return Promise.resolve('a');
      }
    }
    expect(new Wrong().get()).not.toBeInstanceOf(Promise);
  });
});
