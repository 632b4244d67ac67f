import {
  defer,
  finalize,
  from,
  isObservable,
  Observable,
  tap,
  type InteropObservable,
  type ObservableInput,
  type ObservedValueOf,
  type ReadableStreamLike,
  type Subscriber,
} from 'rxjs';

/*
 * One attempt of a function as an Observable: what the function returned is run, or is the one value.
 */

/** The context of an attempt. The context form of an action receives it. */
export interface Attempt {
  /** Its number. The first is 1. */
  readonly attempt: number;
  /**
   * Aborts when the attempt is unsubscribed, times out or fails *before it has answered*. A promise answers when it
   * resolves, a stream when it completes, a plain value at once. Afterwards the signal never aborts, so that the body of a
   * `Response` can still be read.
   */
  readonly signal: AbortSignal;
}

/** What is run. Anything else (a string, an array, another iterable) is one value. */
export type Runnable =
  | Observable<unknown>
  | InteropObservable<unknown>
  | PromiseLike<unknown>
  | AsyncIterable<unknown>
  | ReadableStreamLike<unknown>;

/** What an action emits for a function that returns `R`. (RxJS's own type assumes bytes for every `ReadableStream`.) */
export type Emitted<R> = R extends AsyncIterable<infer T> ? T : R extends Runnable ? ObservedValueOf<R> : R;

/** A mistake in the program. A retry would repeat it. */
export class Misuse extends TypeError {}

/** Runs what a function returned, into `subscriber`. A returned function is the context form: it receives the attempt. */
export function invoke(returned: unknown, attempt: number, subscriber: Subscriber<unknown>): void {
  if (typeof returned === 'function') fromContext(returned as Contextual, attempt).subscribe(subscriber);
  else if (isPromise(returned) && !isObservable(returned)) subscribePromise(returned, subscriber);
  else from(input(returned)).subscribe(subscriber);
}

type Contextual = (attempt: Attempt) => unknown;

/** Like RxJS's `from`, with a check of the value that needs no operator. */
function subscribePromise(promise: PromiseLike<unknown>, subscriber: Subscriber<unknown>): void {
  promise.then(
    (value) => {
      if (subscriber.closed) return;
      if (typeof value === 'function') {
        subscriber.error(new Misuse(contextInPromise));
      } else {
        subscriber.next(value);
        subscriber.complete();
      }
    },
    (error: unknown) => {
      subscriber.error(error);
    },
  );
}

const contextInPromise = 'action: the context form must be returned by a plain function, got a promise of a function';

function fromContext(context: Contextual, attempt: number): Observable<unknown> {
  const controller = new AbortController();
  let hasAnswered = false;
  const answer = (): void => {
    hasAnswered = true;
  };
  return defer(() => {
    const running = input(context({ attempt, signal: controller.signal }));
    const isOneValue = isPromise(running) || Array.isArray(running);
    return from(running).pipe(tap(isOneValue ? { next: answer } : { complete: answer }));
  }).pipe(
    finalize(() => {
      if (!hasAnswered) controller.abort();
    }),
  );
}

function input(returned: unknown): ObservableInput<unknown> {
  if (isRunnable(returned)) return returned;
  return isNative(returned) ? fromNative(returned) : [returned];
}

function isRunnable(value: unknown): value is Runnable {
  if (isObservable(value) || isPromise(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  return Symbol.asyncIterator in value || 'getReader' in value || interop() in value;
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';

/** The key by which Observables of other libraries are recognized. */
const interop = (): PropertyKey => (Symbol as { readonly observable?: symbol }).observable ?? '@@observable';

/** The platform's own Observable, which RxJS 7 does not know. */
interface Native {
  subscribe(observer: object, options: { readonly signal: AbortSignal }): void;
}

function isNative(value: unknown): value is Native {
  const { Observable: Platform } = globalThis as { readonly Observable?: abstract new () => Native };
  return typeof Platform === 'function' && value instanceof Platform;
}

const fromNative = (native: Native): Observable<unknown> =>
  new Observable((subscriber) => {
    const controller = new AbortController();
    // Added before subscribing, so that a source that emits synchronously can be unsubscribed synchronously.
    subscriber.add(() => {
      controller.abort();
    });
    native.subscribe(subscriber, { signal: controller.signal });
  });
