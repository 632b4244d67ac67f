import { concat, defer, NEVER, Observable, of, Subject, VirtualTimeScheduler } from 'rxjs';
import { action, circuit, fixed, retries, type Attempt } from 'rxjs-reprise';
import { describe, expect, it, vi } from 'vitest';
import { thrownBy } from '../support/thrown.js';
import { failure, unhandled, values } from '../support/settled.js';

const left = new Error('the user left');

describe('the option signal', () => {
  it('ends a call with its reason, and aborts the attempt with the same reason', async () => {
    const controller = new AbortController();
    const signals: AbortSignal[] = [];
    const hang = ({ signal }: Attempt): Promise<never> => {
      signals.push(signal);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });
    };
    const users = circuit({ threshold: 1 });
    const abort = async (): Promise<void> => {
      const error = failure(action(() => hang, { signal: controller.signal, retry: retries(3), circuit: users })());
      controller.abort(left);
      expect(await error).toBe(left);
    };
    expect(await unhandled(abort)).toEqual([]);
    expect(signals.map(({ aborted, reason }) => [aborted, reason as unknown])).toEqual([[true, left]]);
    expect(users.state.phase).toBe('closed');
  });

  it('ends a call before it begins, without calling the function', async () => {
    const fn = vi.fn(() => of('a'));
    expect(await failure(action(fn, { signal: AbortSignal.abort(left), retry: 3 })())).toBe(left);
    expect(await failure(action(fn, { signal: AbortSignal.abort() })())).toHaveProperty('name', 'AbortError');
    expect(fn).not.toHaveBeenCalled();
  });

  it('ends a wait between attempts', async () => {
    const controller = new AbortController();
    const scheduler = new VirtualTimeScheduler();
    const fn = vi.fn(() => {
      throw new Error('down');
    });
    const error = failure(action(fn, { signal: controller.signal, retry: fixed(1000), scheduler })());
    controller.abort(left);
    expect(await error).toBe(left);
    scheduler.flush();
    expect(fn).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['the reason', left],
    ['an error of its own', new Error('aborted')],
  ])('ends a call whose source received the abort first and failed with %s', async (_, own) => {
    const controller = new AbortController();
    const source = new Subject();
    controller.signal.addEventListener('abort', () => {
      source.error(own);
    });
    const fn = vi.fn(() => source);
    const error = failure(action(fn, { signal: controller.signal, retry: retries(3), isFatal: () => false })());
    controller.abort(left);
    expect(await error).toBe(left);
    expect(fn).toHaveBeenCalledTimes(1);
  });

  it('ends a call that the function itself aborts', async () => {
    const controller = new AbortController();
    const fn = vi.fn(() => {
      controller.abort(left);
      return NEVER;
    });
    expect(await failure(action(fn, { signal: controller.signal, retry: retries(3) })())).toBe(left);
    expect(fn).toHaveBeenCalledTimes(1);
  });

  it('leaves what a call does without an abort, and its errors', async () => {
    const { signal } = new AbortController();
    const down = new Error('down');
    let calls = 0;
    const source = defer(() => ((calls += 1) < 3 ? concat(of(calls), failed(down)) : of(calls)));
    expect(await values(action(() => source, { signal, retry: retries(2) })())).toEqual([1, 2, 3]);
    expect(await failure(action(() => failed(down), { signal })())).toBe(down);
  });

  it('has no effect on a call that is over, and no listener remains', async () => {
    const controller = new AbortController();
    const add = vi.spyOn(controller.signal, 'addEventListener');
    const remove = vi.spyOn(controller.signal, 'removeEventListener');
    const signals: AbortSignal[] = [];
    const get = action(
      () =>
        ({ signal }) => {
          signals.push(signal);
          return Promise.resolve('a');
        },
      { signal: controller.signal },
    );
    expect(await values(get())).toEqual(['a']);
    expect(remove).toHaveBeenCalledTimes(add.mock.calls.length);
    controller.abort(left);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });

  it('applies to decorated methods and wrapped functions', async () => {
    const stopped = action({ signal: AbortSignal.abort(left) });
    expect(await failure(stopped(() => of('a'))())).toBe(left);
  });

  it.each([
    ['a controller', new AbortController()],
    ['null', null],
    ['a string', 'signal'],
    ['an object', { aborted: false }],
  ])('is rejected when it is %s', (_, signal) => {
    const error = thrownBy(() => action(() => 1, { signal: signal as AbortSignal }));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/^action: signal must be an AbortSignal, got /);
  });
});

const failed = (error: unknown): Observable<never> =>
  new Observable((subscriber) => {
    subscriber.error(error);
  });
