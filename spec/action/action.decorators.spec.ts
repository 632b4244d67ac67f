import { defer, of, throwError, type Observable } from 'rxjs';
import { action, retries } from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { failure, values } from '../support/settled.js';
import { boom, decoratesMethods, noted } from './decoratedMethods.js';

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

  @action({ failOn: (status: number) => (status === 503 ? boom : undefined) })
  status(code: number): Observable<number> {
    return of(code);
  }

  @action({})
  same<T>(value: T): Observable<T> {
    return of(value);
  }

  @action({})
  static of(base: string): Observable<Api> {
    return of(new this(base));
  }

  @action({})
  #secret(): Observable<string> {
    return of(this.base);
  }

  reveal(): Observable<string> {
    return this.#secret();
  }
}

describe('action as a standard decorator', () => {
  decoratesMethods(Api);

  it('takes the other options', async () => {
    expect(await failure(new Api('').status(503))).toBe(boom);
    expect(await values(new Api('').status(200))).toEqual([200]);
  });

  it('decorates a private method', async () => {
    expect(await values(new Api('api/').reveal())).toEqual(['api/']);
  });

  it('is rejected on a getter', () => {
    expect(() => {
      class Wrong {
        readonly #answer = 'a';
        @action({})
        get answer(): Observable<string> {
          return of(this.#answer);
        }
      }
      return Wrong;
    }).toThrow(new TypeError('action: fn must be a function or a method, got "getter"'));
  });

  it('is rejected on a setter', () => {
    expect(() => {
      class Wrong {
        last = '';
        @action({})
        set answer(value: string) {
          this.last = value;
        }
      }
      return Wrong;
    }).toThrow(new TypeError('action: fn must be a function or a method, got "setter"'));
  });

  it('is rejected on a field', () => {
    expect(() => {
      class Wrong {
        // @ts-expect-error -- a field is not a method
        @action({})
        answer = (): Observable<string> => of('a');
      }
      return Wrong;
    }).toThrow(new TypeError('action: fn must be a function or a method, got "field"'));
  });

  it('is rejected on a class', () => {
    expect(() => {
      // @ts-expect-error -- a class is not a method
      @action({})
      class Wrong {
        readonly answer = 'a';
      }
      return Wrong;
    }).toThrow(new TypeError('action: fn must be a function or a method, got "class"'));
  });
});

describe('action as a wrapper', () => {
  it('makes actions of functions with one set of options', async () => {
    let calls = 0;
    const twice = action({ retry: retries(1) });
    const fail = twice((error: Error) =>
      defer(() => {
        calls += 1;
        return throwError(() => error);
      }),
    );
    const get = twice((id: number) => Promise.resolve(`#${String(id)}`));
    expect(await failure(fail(boom))).toBe(boom);
    expect(calls).toBe(2);
    expect(await values(get(7))).toEqual(['#7']);
  });

  it('accepts the context form, and passes the `this` of the call', async () => {
    const count = action({ retry: retries(1) })(function (this: { base: string }) {
      return ({ attempt }) =>
        attempt === 1 ? Promise.reject(boom) : Promise.resolve(`${this.base}${String(attempt)}`);
    });
    expect(await values(count.call({ base: 'call ' }))).toEqual(['call 2']);
  });
});
