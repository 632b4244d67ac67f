import { Observable, type ReadableStreamLike, type Subscriber } from 'rxjs';

/*
 * Async iterables, streams and the platform's Observables as Observables of RxJS. Unlike RxJS's `from`, these let go of a
 * source that has fallen silent.
 */

/** Whether it is run by {@link fromStream}. */
export const isStream = (value: object): value is Stream => Symbol.asyncIterator in value || 'getReader' in value;

type Stream = AsyncIterable<unknown> | ReadableStreamLike<unknown>;

/** Where values come from, and how to let go of it. The release is never awaited: it may never settle. */
interface Origin {
  read(): PromiseLike<ReadResult>;
  release(hasEnded: boolean): unknown;
}

interface ReadResult {
  readonly done?: boolean;
  readonly value?: unknown;
}

export const fromStream = (stream: Stream): Observable<unknown> =>
  new Observable((subscriber) => {
    const origin = 'getReader' in stream ? fromReader(stream) : fromIterator(stream);
    let hasEnded = false;
    subscriber.add(() => {
      release(origin, hasEnded);
    });
    const end = (): void => {
      hasEnded = true;
    };
    void pump(origin, subscriber, end);
  });

async function pump(origin: Origin, subscriber: Subscriber<unknown>, end: () => void): Promise<void> {
  try {
    while (isOpen(subscriber)) {
      const result = await origin.read();
      if (!isOpen(subscriber)) return;
      if (result.done === true) {
        end();
        subscriber.complete();
      } else subscriber.next(result.value);
    }
  } catch (error) {
    end();
    if (!subscriber.closed) subscriber.error(error);
  }
}

/** A function, because the consumer may leave in between. */
const isOpen = (subscriber: Subscriber<unknown>): boolean => !subscriber.closed;

/** Ignores what goes wrong: the consumer has left, or already has its error. */
function release(origin: Origin, hasEnded: boolean): void {
  try {
    Promise.resolve(origin.release(hasEnded)).catch(() => undefined);
  } catch {
    // The same, thrown.
  }
}

function fromReader(stream: ReadableStreamLike<unknown>): Origin {
  const reader: Reader = stream.getReader();
  return {
    read: () => reader.read(),
    release: (hasEnded) => {
      if (!hasEnded) return reader.cancel?.();
      reader.releaseLock();
      return undefined;
    },
  };
}

type Reader = ReturnType<ReadableStreamLike<unknown>['getReader']> & { cancel?(): unknown };

function fromIterator(stream: AsyncIterable<unknown>): Origin {
  const iterator = stream[Symbol.asyncIterator]();
  return {
    read: () => iterator.next(),
    release: (hasEnded) => {
      if (hasEnded) return undefined;
      // The iterator of a Node stream would wait for the next chunk.
      return isNodeStream(stream) ? stream.destroy() : iterator.return?.();
    },
  };
}

const isNodeStream = (stream: object): stream is { destroy(): unknown } => 'pipe' in stream && 'destroy' in stream;

/** The platform's own Observable, which RxJS 7 does not know. */
interface Native {
  subscribe(observer: object, options: { readonly signal: AbortSignal }): void;
}

export function isNative(value: unknown): value is Native {
  const { Observable: Platform } = globalThis as { readonly Observable?: abstract new () => Native };
  return typeof Platform === 'function' && value instanceof Platform;
}

export const fromNative = (native: Native): Observable<unknown> =>
  new Observable((subscriber) => {
    const controller = new AbortController();
    // Added before subscribing, so that a source that emits synchronously can be unsubscribed synchronously.
    subscriber.add(() => {
      controller.abort();
    });
    native.subscribe(subscriber, { signal: controller.signal });
  });
