import { PassThrough, Readable } from 'node:stream';
import { firstValueFrom, VirtualTimeScheduler, type Observable } from 'rxjs';
import { action, retries, type ActionOptions } from 'rxjs-reprise';
import { describe, expect, it, vi } from 'vitest';
import { failure, turn, unhandled, values } from '../support/settled.js';

/*
 * Sources that fall silent: an attempt that ends lets go of them, and waits for nothing.
 */

const boom = new Error('boom');
const silence = (): Promise<never> => new Promise(() => undefined);

const forms = [
  [
    'the plain form',
    (result: () => unknown, options?: ActionOptions): Observable<unknown> => action(result, options)(),
  ],
  [
    'the context form',
    (result: () => unknown, options?: ActionOptions): Observable<unknown> => action(() => () => result(), options)(),
  ],
] as const;

/** A source that emits `a` and falls silent, and whether it has been let go. */
type Source = () => { readonly source: unknown; readonly isLetGo: () => boolean };

const sources: readonly (readonly [string, Source])[] = [
  [
    'a Node stream',
    () => {
      const source = new PassThrough({ objectMode: true });
      source.write('a');
      return { source, isLetGo: () => source.destroyed };
    },
  ],
  [
    'a web stream',
    () => {
      const cancel = vi.fn();
      const start = (controller: ReadableStreamDefaultController<string>): void => {
        controller.enqueue('a');
      };
      return { source: new ReadableStream({ start, cancel }), isLetGo: () => cancel.mock.calls.length === 1 };
    },
  ],
  [
    'a web stream that cannot be cancelled',
    () => {
      const cancel = vi.fn(() => Promise.reject(boom));
      const start = (controller: ReadableStreamDefaultController<string>): void => {
        controller.enqueue('a');
      };
      return { source: new ReadableStream({ start, cancel }), isLetGo: () => cancel.mock.calls.length === 1 };
    },
  ],
  ...[() => Promise.resolve({ done: true }), () => Promise.reject(boom), silence, () => undefined].map(
    (end, index) =>
      [
        `an async iterator, ${String(index + 1)}`,
        () => {
          const release = vi.fn(end);
          const answers = [Promise.resolve({ value: 'a' })];
          const iterator = { next: () => answers.shift() ?? silence(), return: release };
          return { source: { [Symbol.asyncIterator]: () => iterator }, isLetGo: () => release.mock.calls.length === 1 };
        },
      ] as const,
  ),
  [
    'an async iterator whose return throws',
    () => {
      const release = vi.fn(() => {
        throw boom;
      });
      const answers = [Promise.resolve({ value: 'a' })];
      const iterator = { next: () => answers.shift() ?? silence(), return: release };
      return { source: { [Symbol.asyncIterator]: () => iterator }, isLetGo: () => release.mock.calls.length === 1 };
    },
  ],
  [
    'an async iterator without return',
    () => {
      const answers = [Promise.resolve({ value: 'a' })];
      return {
        source: { [Symbol.asyncIterator]: () => ({ next: () => answers.shift() ?? silence() }) },
        isLetGo: () => true,
      };
    },
  ],
  [
    'a reader without cancel',
    () => {
      const answers = [Promise.resolve({ value: 'a' })];
      const read = (): Promise<unknown> => answers.shift() ?? silence();
      return { source: { getReader: () => ({ read, releaseLock: () => undefined }) }, isLetGo: () => true };
    },
  ],
];

describe.each(forms)('in %s, a source that has fallen silent is let go', (_, acting) => {
  it.each(sources)('when the consumer leaves: %s', async (_, make) => {
    const { source, isLetGo } = make();
    const seen: unknown[] = [];
    const leave = async (): Promise<void> => {
      const subscription = acting(() => source).subscribe((value) => seen.push(value));
      await turn();
      expect(seen).toEqual(['a']);
      subscription.unsubscribe();
      expect(isLetGo()).toBe(true);
    };
    expect(await unhandled(leave)).toEqual([]);
  });

  it.each(sources)('at a timeout, each attempt its own: %s', async (_, make) => {
    const scheduler = new VirtualTimeScheduler();
    const made: ReturnType<Source>[] = [];
    const next = (): unknown => {
      made.push(make());
      return made.at(-1)?.source;
    };
    const timeOut = async (): Promise<void> => {
      const error = failure(acting(next, { timeout: 100, retry: retries(1), scheduler }));
      await turn();
      scheduler.flush();
      expect(await error).toHaveProperty('name', 'TimeoutError');
    };
    expect(await unhandled(timeOut)).toEqual([]);
    expect(made.map(({ isLetGo }) => isLetGo())).toEqual([true, true]);
  });

  it.each(sources)('when failOn rejects a value: %s', async (_, make) => {
    const { source, isLetGo } = make();
    expect(await failure(acting(() => source, { failOn: () => boom }))).toBe(boom);
    expect(isLetGo()).toBe(true);
  });

  it.each(sources)('when its consumer has its value: %s', async (_, make) => {
    const { source, isLetGo } = make();
    expect(await firstValueFrom(acting(() => source))).toBe('a');
    expect(isLetGo()).toBe(true);
  });

  it('while an async generator waits, at the end of that wait', async () => {
    const finished = vi.fn();
    const waits: (() => void)[] = [];
    async function* generate(): AsyncGenerator<string> {
      try {
        yield 'a';
        await new Promise<void>((resolve) => waits.push(resolve));
        yield 'b';
      } finally {
        finished();
      }
    }
    const seen: unknown[] = [];
    const subscription = acting(generate).subscribe((value) => seen.push(value));
    await turn();
    subscription.unsubscribe();
    waits[0]?.();
    await turn();
    expect(finished).toHaveBeenCalledTimes(1);
    expect(seen).toEqual(['a']);
  });
});

describe.each(forms)('in %s, a source that has ended is not let go again', (_, acting) => {
  it('a Node stream', async () => {
    expect(await values(acting(() => Readable.from(['a', 'b'])))).toEqual(['a', 'b']);
  });

  it('a Node stream that fails', async () => {
    const source = new PassThrough({ objectMode: true });
    const error = failure(acting(() => source));
    source.destroy(boom);
    expect(await error).toBe(boom);
  });

  it('a web stream, which is unlocked', async () => {
    const cancel = vi.fn();
    const start = (controller: ReadableStreamDefaultController<string>): void => {
      controller.enqueue('a');
      controller.close();
    };
    const source = new ReadableStream({ start, cancel });
    expect(await values(acting(() => source))).toEqual(['a']);
    expect(cancel).not.toHaveBeenCalled();
    expect(source.locked).toBe(false);
  });

  it.each([
    ['that ends', (): Promise<unknown> => Promise.resolve({ done: true })],
    ['that fails', (): Promise<unknown> => Promise.reject(boom)],
  ])('an async iterator %s', async (_, next) => {
    const release = vi.fn();
    const source = { [Symbol.asyncIterator]: () => ({ next, return: release }) };
    await failure(acting(() => source));
    expect(release).not.toHaveBeenCalled();
  });

  it('an async iterator that fails after the consumer has left', async () => {
    let fail: (error: unknown) => void = () => undefined;
    const next = (): Promise<never> =>
      new Promise((_, reject) => {
        fail = reject;
      });
    const leave = async (): Promise<void> => {
      const subscription = acting(() => ({ [Symbol.asyncIterator]: () => ({ next }) })).subscribe();
      await turn();
      subscription.unsubscribe();
      fail(boom);
      await turn();
    };
    expect(await unhandled(leave)).toEqual([]);
  });
});
