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
  readonly prototype: object;
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

  it('keeps the name and the length of a method', () => {
    const { get, same } = Api.prototype as { readonly get: unknown; readonly same: unknown };
    expect([get, same].map((method) => [(method as AnyFunction).name, (method as AnyFunction).length])).toEqual([
      ['get', 0],
      ['same', 1],
    ]);
    expect(Object.keys(get as object)).toEqual([]);
  });

  it('keeps what other decorators have noted on a method, below it and above it', () => {
    const { get, same } = Api.prototype as { readonly get: object; readonly same: object };
    expect(notes.of(get)).toEqual({ roles: ['admin'], route: '/get' });
    expect(notes.of(same)).toEqual({});
    expect(get).toHaveProperty('documented', true);
  });
}

type AnyFunction = (...args: never) => unknown;

/** Metadata of functions, looked for along their prototypes as reflect-metadata does. */
class Notes {
  private readonly kept = new WeakMap<object, Record<string, unknown>>();

  set(target: object, note: Record<string, unknown>): void {
    this.kept.set(target, { ...this.kept.get(target), ...note });
  }

  of(target: object | null): Record<string, unknown> {
    if (target === null) return {};
    return { ...this.of(Object.getPrototypeOf(target) as object | null), ...this.kept.get(target) };
  }
}

const notes = new Notes();

/** A decorator of both kinds that notes something on the function of a method. */
export const noted =
  (note: Record<string, unknown>) =>
  (method: unknown, _: unknown, descriptor?: PropertyDescriptor): void => {
    const target = (descriptor?.value ?? method) as object;
    notes.set(target, note);
    if ('roles' in note) Object.assign(target, { documented: true });
  };
