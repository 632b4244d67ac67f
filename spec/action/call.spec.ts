import { EMPTY, lastValueFrom, of, throwError, throwIfEmpty } from 'rxjs';
import { action, fixed, retries } from 'rxjs-reprise';
import { describe, expect, it, vi } from 'vitest';
import { failure, turn, values } from '../support/settled.js';

const boom = new Error('boom');

describe('action calls its function', () => {
  it('70 at each subscription, not before', async () => {
    const fn = vi.fn(() => Promise.resolve('done'));
    const result = action(fn)();
    await turn();
    expect(fn).not.toHaveBeenCalled();

    expect(await values(result)).toEqual(['done']);
    expect(await values(result)).toEqual(['done']);
    expect(fn).toHaveBeenCalledTimes(2);
  });

  it('71 with the arguments of the call, again in each retry', async () => {
    const calls: string[] = [];
    const fail = action(
      (...args: string[]) => {
        calls.push(args.join());
        return Promise.reject(boom);
      },
      { retry: retries(1) },
    );
    const [first, second] = [fail('a', 'b'), fail('c')];
    await Promise.all([failure(first), failure(second)]);
    expect(calls).toEqual(['a,b', 'c', 'a,b', 'c']);
  });

  it('with the `this` of the call, again in each retry', async () => {
    const seen: unknown[] = [];
    const service = {
      fail: action(
        function (this: unknown) {
          seen.push(this);
          return throwError(() => boom);
        },
        { retry: retries(1) },
      ),
    };
    await failure(service.fail());
    expect(seen).toEqual([service, service]);
    expect(seen.every((each) => each === service)).toBe(true);
  });

  it('once, without a retry', async () => {
    const fn = vi.fn(() => throwError(() => boom));
    expect(await failure(action(fn)())).toBe(boom);
    expect(await failure(action(fn, {})())).toBe(boom);
    expect(fn).toHaveBeenCalledTimes(2);
  });

  it('74 and turns an error that it throws into an error of the stream', async () => {
    const fn = vi.fn(() => {
      throw boom;
    });
    expect(await failure(action(fn)())).toBe(boom);
    expect(await failure(action(() => fn)())).toBe(boom);
    expect(await failure(action(fn, { retry: retries(2) })())).toBe(boom);
    expect(fn).toHaveBeenCalledTimes(5);
  });

  it('and counts the retries of each subscription separately', async () => {
    const fn = vi.fn(() => Promise.reject(boom));
    const result = action(fn, { retry: retries(2) })();
    await Promise.all([failure(result), failure(result)]);
    expect(fn).toHaveBeenCalledTimes(6);
  });

  it('and passes an error of any kind on unchanged', async () => {
    for (const error of [undefined, null, 0, 'no', Object.freeze(new Error('ice'))]) {
      expect(await failure(action(() => Promise.reject(error), { retry: retries(1) })())).toBe(error);
    }
  });

  it('79 once, if its work was aborted from outside', async () => {
    const outside = new AbortController();
    const fn = vi.fn(() => Promise.reject(outside.signal.reason as Error));
    outside.abort();
    expect(await failure(action(fn, { retry: fixed(0) })())).toBe(outside.signal.reason);
    expect(fn).toHaveBeenCalledTimes(1);
  });

  it('81 again after an empty result only if the function makes that a failure', async () => {
    const empty = vi.fn(() => EMPTY);
    await expect(lastValueFrom(action(empty, { retry: retries(2) })())).rejects.toThrow('no elements in sequence');
    expect(empty).toHaveBeenCalledTimes(1);

    const full = vi.fn(() => EMPTY.pipe(throwIfEmpty()));
    await expect(lastValueFrom(action(full, { retry: retries(2) })())).rejects.toThrow('no elements in sequence');
    expect(full).toHaveBeenCalledTimes(3);
  });

  it('and no more after a retry has succeeded', async () => {
    const answers = [throwError(() => boom), throwError(() => boom), of('well')];
    const fn = vi.fn(() => answers.shift() ?? EMPTY);
    expect(await values(action(fn, { retry: retries(5) })())).toEqual(['well']);
    expect(fn).toHaveBeenCalledTimes(3);
  });
});
