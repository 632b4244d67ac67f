import {
  defer,
  finalize,
  from,
  isObservable,
  type Observable,
  tap,
  type InteropObservable,
  type ObservableInput,
  type ObservedValueOf,
  type ReadableStreamLike,
  type Subscriber,
} from 'rxjs';
import { Misuse } from '../misuse.js';
import { isPromise } from '../options.js';
import { fromNative, fromStream, isNative, isStream } from './streams.js';

/*
 * One attempt of a function as an Observable: what the function returned is run, or is the one value.
 */

/** The context of an attempt. The context form of an action receives it. */
export interface Attempt {
  /** Its number. The first is 1. */
  readonly attempt: number;
  /**
   * Aborts when the attempt is unsubscribed, times out or fails before it has answered. A promise answers when it
   * resolves, a stream when it completes, a plain value at once. An answer that `failOn` rejects and that is retried is let
   * go: the signal aborts before the wait, so that an unread body holds no connection. After the answer that the call ends
   * with the signal never aborts, so that the body of a `Response` can still be read.
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

/** Whether it is a {@link Misuse}. An error that cannot be read is not one. */
export function isMisuse(error: unknown): boolean {
  try {
    return error instanceof Misuse;
  } catch {
    return false;
  }
}

/** One call of an action, with all its attempts. */
export class Call {
  private attempt = 0;
  /** What the function returned, if it is the context form. */
  private context: Contextual | undefined;

  constructor(
    /** Its consumer. Closed when the call is over. */
    readonly consumer: Subscriber<unknown>,
    /** The consumer's signal. */
    readonly signal: AbortSignal | undefined,
    private readonly fn: () => unknown,
  ) {}

  /** Runs an attempt into `subscriber`. A context form is made by the first one, and receives each of them. */
  invoke(subscriber: Subscriber<unknown>): void {
    const attempt = (this.attempt += 1);
    const returned = this.context ?? this.fn();
    if (typeof returned === 'function') {
      this.context = returned as Contextual;
      fromContext(this.context, attempt, this).subscribe(subscriber);
    } else if (isPromise(returned) && !isObservable(returned)) subscribePromise(returned, subscriber);
    else from(input(returned)).subscribe(subscriber);
  }
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

function fromContext(context: Contextual, attempt: number, call: Call): Observable<unknown> {
  const controller = new AbortController();
  let hasAnswered = false;
  let isOneValue = false;
  let hasCompleted = false;
  return defer(() => {
    const running = input(context({ attempt, signal: controller.signal }));
    isOneValue = isPromise(running) || Array.isArray(running);
    return from(running).pipe(
      tap({
        next: () => {
          hasAnswered = isOneValue;
        },
        complete: () => {
          hasCompleted = true;
        },
      }),
    );
  }).pipe(
    finalize(() => {
      // An answer whose call goes on was rejected by `failOn`, and is retried.
      const isKept = hasCompleted || (hasAnswered && call.consumer.closed);
      if (!isKept) controller.abort(call.signal?.reason);
    }),
  );
}

function input(returned: unknown): ObservableInput<unknown> {
  if (isObservable(returned) || isPromise(returned)) return returned;
  if (typeof returned !== 'object' || returned === null) return [returned];
  if (interop() in returned) return returned as InteropObservable<unknown>;
  if (isStream(returned)) return fromStream(returned);
  return isNative(returned) ? fromNative(returned) : [returned];
}

/** The key by which Observables of other libraries are recognized. */
const interop = (): PropertyKey => (Symbol as { readonly observable?: symbol }).observable ?? '@@observable';
