import type { Observable } from 'rxjs';
import { expect, it } from 'vitest';
import { failure, values } from '../support/settled.js';

/*
 * The cases that standard decorators and those of experimentalDecorators share. Each spec compiles its own class, because
 * the two kinds cannot stand in one file.
 */

export const boom = new Error('boom');

/** A class with decorated methods. `get` has two retries, logs its calls, and fails with {@link boom}. */
export interface DecoratedClass {
  new (base: string): {
    readonly calls: readonly string[];
    get(...path: string[]): Observable<string>;
    same<T>(value: T): Observable<T>;
  };
  of(base: string): Observable<unknown>;
}

export function decoratesMethods(Api: DecoratedClass): void {
  it('retries a method with its `this` and its arguments', async () => {
    const [api, other] = [new Api('api/'), new Api('other/')];
    expect(await failure(api.get('a', 'b'))).toBe(boom);
    expect(api.calls).toEqual(['api/a/b', 'api/a/b', 'api/a/b']);
    expect(other.calls).toEqual([]);
  });

  it('calls the method at each subscription, and counts the attempts of each call', async () => {
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
}
