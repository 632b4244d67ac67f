import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import { refuse } from '../options.js';
import { invoke, type Attempt, type Emitted } from './invoke.js';
import { pipelineOf, type ActionOptions } from './pipeline.js';
import { isClass } from '../policy/limits.js';

/** The context form must be returned by a plain function: a promise of it would be a value. */
type Returned<R> = [PromisedContext<R>] extends [never]
  ? unknown
  : { readonly error: 'action: the context form must be returned by a plain function' };

/** What is promised and is a context form; `any` may be anything, and is none. */
type PromisedContext<R> =
  R extends PromiseLike<infer T> ? (unknown extends T ? never : Extract<T, (attempt: Attempt) => unknown>) : never;

/** What may be wrapped: a function, or one of the context form. */
type Fn<This, Args extends unknown[], R> = (this: This, ...args: Args) => R | ((attempt: Attempt) => R);

/** What it becomes. */
type Action<This, Args extends unknown[], T> = (this: This, ...args: Args) => Observable<T>;

/** What {@link action} makes of options alone: a decorator of methods, and a wrapper of functions. */
export interface ActionWrapper {
  /** Decorates a method that returns an Observable. */
  <This, M extends (this: This, ...args: any[]) => Observable<any>>(
    method: M,
    context: ClassMethodDecoratorContext<This, M>,
  ): M;
  /** The same under `experimentalDecorators`. */
  <M extends (...args: any[]) => Observable<any>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): TypedPropertyDescriptor<M>;
  /** Wraps a function. */
  <This, Args extends unknown[], R>(fn: Fn<This, Args, R> & Returned<R>): Action<This, Args, Emitted<R>>;
  /** Wraps a generic function that returns a promise; its type parameters are forgotten. */
  <This, Args extends unknown[], R extends PromiseLike<unknown>>(
    fn: Fn<This, Args, R> & ((...args: any[]) => Returned<R>),
  ): Action<This, Args, Emitted<R>>;
}

/**
 * Turns a function into one that returns a cold Observable, tried again as told. Nothing runs before `subscribe`; each
 * subscription calls the function anew, once per attempt, with the arguments (and the `this`) of the call.
 *
 * - A promise, an observable or an async iterable (a `ReadableStream` too) is run; anything else is one value, a string
 *   or an array too. What the function throws is an error of the stream.
 * - **The context form**: a function that returns a function is given the {@link Attempt}, with a fresh `AbortSignal`:
 *   `action((id: string) => ({ signal }) => fetch(url(id), { signal }))`. A returned function always means this, and an
 *   `async` function cannot return one.
 * - In this order, from the inside: the attempt, `failOn`, `timeout`, `circuit`, `retry`.
 * - `action(options)` is a decorator for methods that return an Observable (standard, and the legacy form), and a
 *   wrapper of functions.
 *
 * @throws RangeError | TypeError naming the option and the value. Into the stream: what the function threw or failed
 * with, the last error after retries; what {@link retryWithPolicy} throws; RxJS's `TimeoutError`.
 *
 * @example
 * const greet = action((name: string) => Promise.resolve(`hello ${name}`), { retry: 3 });
 * await firstValueFrom(greet('you')) // => 'hello you'
 *
 * @example
 * // a value that is a failure, tried again at once
 * const answers = [503, 503, 200];
 * const get = action(() => answers.shift(), {
 *   failOn: (status) => (status === 503 ? new Error('busy') : undefined),
 *   retry: retries(2),
 * });
 * await firstValueFrom(get()) // => 200
 */
export function action<This, Args extends unknown[], R>(
  fn: Fn<This, Args, R> & Returned<R>,
  options?: ActionOptions,
): Action<This, Args, Emitted<R>>;
/** The same for a generic function that returns a promise; its type parameters are forgotten. */
export function action<This, Args extends unknown[], R extends PromiseLike<unknown>>(
  fn: Fn<This, Args, R> & ((...args: any[]) => Returned<R>),
  options?: ActionOptions,
): Action<This, Args, Emitted<R>>;
/** A decorator for methods that return an Observable, and a wrapper of functions. */
export function action(options: ActionOptions): ActionWrapper;
export function action(first: ActionOptions | AnyFunction, options: ActionOptions = {}): unknown {
  if (typeof first !== 'object') return acting(method(first), pipelineOf(options));
  const protect = pipelineOf(first);
  return (target: unknown, context?: unknown, descriptor?: PropertyDescriptor) => {
    const isLegacy = typeof context === 'string' || typeof context === 'symbol';
    if (isLegacy) return { ...descriptor, value: acting(method(descriptor?.value), protect) };
    const { kind = 'method' } = (typeof context === 'object' ? context : {}) as Partial<DecoratorContext>;
    return acting(method(kind === 'method' ? target : kind), protect);
  };
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Throws unless `value` is what an action can be made of. */
function method(value: unknown): AnyFunction {
  if (typeof value === 'function' && !isClass(value)) return value as AnyFunction;
  return refuse('action', 'fn', 'a function or a method', value, TypeError);
}

function acting(fn: AnyFunction, protect: MonoTypeOperatorFunction<unknown>): Action<unknown, unknown[], unknown> {
  return function (...args) {
    return new Observable((caller) => {
      let attempt = 0;
      const attempts = new Observable((subscriber) => {
        invoke(fn.apply(this, args), (attempt += 1), subscriber);
      });
      protect(attempts).subscribe(caller);
    });
  };
}
