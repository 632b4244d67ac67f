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
 * One attempt of a function, as an observable: what it returned is run, or is the one value.
 */

/** What an attempt is told; the curried form of an action gets it. */
export interface Attempt {
  /** Its number, the first being 1. */
  readonly attempt: number;
  /**
   * Aborts when the attempt is left, times out or fails *before it has answered*: a promise answers when it resolves, a
   * stream when it completes, a plain value at once. After that it never aborts, so that the body of a `Response` can
   * still be read.
   */
  readonly signal: AbortSignal;
}

/** What is run; anything else (a string, an array, another iterable) is one value. */
export type Runnable =
  | Observable<unknown>
  | InteropObservable<unknown>
  | PromiseLike<unknown>
  | AsyncIterable<unknown>
  | ReadableStreamLike<unknown>;

/** What an action emits for a function that returns `R`. (RxJS's own type takes every `ReadableStream` for bytes.) */
export type Emitted<R> = R extends AsyncIterable<infer T> ? T : R extends Runnable ? ObservedValueOf<R> : R;

/** A mistake in the program: trying again would repeat it. */
export class Misuse extends TypeError {}

/** Runs what a function returned, into `subscriber`; a function that it returned is the context form, and is given the attempt. */
export function invoke(returned: unknown, attempt: number, subscriber: Subscriber<unknown>): void {
  if (typeof returned === 'function') inContext(returned as Contextual, attempt).subscribe(subscriber);
  else if (isPromise(returned) && !isObservable(returned)) promised(returned, subscriber);
  else from(input(returned)).subscribe(subscriber);
}

type Contextual = (attempt: Attempt) => unknown;

/** What RxJS's `from` does, and a check of the value, without an operator for it. */
function promised(promise: PromiseLike<unknown>, subscriber: Subscriber<unknown>): void {
  promise.then(
    (value) => {
      if (subscriber.closed) return;
      if (typeof value === 'function') {
        subscriber.error(new Misuse(promisedContext));
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

const promisedContext = 'action: the context form must be returned by a plain function, got a promise of a function';

function inContext(run: Contextual, attempt: number): Observable<unknown> {
  const controller = new AbortController();
  let hasAnswered = false;
  const answer = (): void => {
    hasAnswered = true;
  };
  return defer(() => {
    const running = input(run({ attempt, signal: controller.signal }));
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
  return isNative(returned) ? bridged(returned) : [returned];
}

function isRunnable(it: unknown): it is Runnable {
  if (isObservable(it) || isPromise(it)) return true;
  if (typeof it !== 'object' || it === null) return false;
  return Symbol.asyncIterator in it || 'getReader' in it || interop() in it;
}

const isPromise = (it: unknown): it is PromiseLike<unknown> =>
  typeof (it as { readonly then?: unknown } | null | undefined)?.then === 'function';

/** Where observables of other makers show themselves. */
const interop = (): PropertyKey => (Symbol as { readonly observable?: symbol }).observable ?? '@@observable';

/** An Observable of the platform, which RxJS 7 does not know. */
interface Native {
  subscribe(observer: object, options: { readonly signal: AbortSignal }): void;
}

function isNative(it: unknown): it is Native {
  const { Observable: Platform } = globalThis as { readonly Observable?: abstract new () => Native };
  return typeof Platform === 'function' && it instanceof Platform;
}

const bridged = (native: Native): Observable<unknown> =>
  new Observable((subscriber) => {
    const controller = new AbortController();
    // Before it subscribes: a source that emits at once can be left at once.
    subscriber.add(() => {
      controller.abort();
    });
    native.subscribe(subscriber, { signal: controller.signal });
  });
