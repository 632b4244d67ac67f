import { Observable } from 'rxjs';
import { rejectOption } from '../options.js';
import { Call, type Attempt, type Emitted } from './invoke.js';
import { rejectMisplaced } from './misplaced.js';
import { pipelineOf, type ActionOptions, type Pipeline } from './pipeline.js';
import { isClass } from '../policy/limits.js';

/** Rejects a promise of the context form, which would be a value. A plain function must return it. */
type Returned<R> = [PromisedContext<R>] extends [never]
  ? unknown
  : { readonly error: 'action: the context form must be returned by a plain function' };

/** The context form within a promise. `any` does not count as one. */
type PromisedContext<R> =
  R extends PromiseLike<infer T> ? (unknown extends T ? never : Extract<T, (attempt: Attempt) => unknown>) : never;

/** What can be wrapped: a function, or one that returns the context form. */
type Fn<This, Args extends any[], R> = (this: This, ...args: Args) => R | ((attempt: Attempt) => R);

/** The wrapped function. */
type Action<This, Args extends any[], T> = (this: This, ...args: Args) => Observable<T>;

/** What {@link action} returns for options alone: a decorator for methods, and a wrapper for functions. */
export interface ActionWrapper {
  /** Decorates a method that returns an Observable. */
  <This, M extends (this: This, ...args: any[]) => Observable<any>>(
    method: M,
    context: ClassMethodDecoratorContext<This, M>,
  ): M;
  /** The decorator under `experimentalDecorators`. */
  <M extends (...args: any[]) => Observable<any>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): TypedPropertyDescriptor<M>;
  /** Wraps a function. */
  <This, Args extends any[], R>(fn: Fn<This, Args, R> & Returned<R>): Action<This, Args, Emitted<R>>;
  /** Wraps a generic function that returns a promise. Its type parameters are lost. */
  <This, Args extends any[], R extends PromiseLike<unknown>>(
    fn: Fn<This, Args, R> & ((...args: any[]) => Returned<R>),
  ): Action<This, Args, Emitted<R>>;
}

/**
 * Turns a function into one that returns a cold Observable with retries, a timeout and a circuit. Nothing runs before
 * `subscribe`. Each attempt calls the function, with the arguments and the `this` of the call.
 *
 * - A promise, an Observable or an async iterable (a `ReadableStream` is one) is run. Anything else is one value, and so
 *   are a string and an array. What the function throws is an error of the stream.
 * - **The context form**: if the function returns a function, that one is called for each attempt, with the
 *   {@link Attempt} and a fresh `AbortSignal`: `action((id: string) => ({ signal }) => fetch(url(id), { signal }))`. The
 *   outer function is then called once for all attempts of a subscription, so what it makes is the same for all of them,
 *   such as an idempotency key. A returned function always means this. An `async` function cannot return one.
 * - A Node stream is destroyed, a `ReadableStream` cancelled and an async iterator returned when the attempt ends before
 *   its end, also if it has fallen silent.
 * - The order from the inside: the attempt, `failOn`, `timeout`, `circuit`, `retry`, `signal`.
 * - `action(options)` is a decorator for methods that return an Observable (standard and legacy), and a wrapper for
 *   functions. The new function has the name, the length, the properties and the metadata of the old one.
 *
 * @throws RangeError | TypeError naming the option and the value. Into the stream: what the function threw or failed with,
 * which is the last error after retries; a {@link FailedValueError}; what {@link retryWithPolicy} throws; RxJS's
 * `TimeoutError`; the reason of `signal`.
 *
 * @example
 * const greet = action((name: string) => Promise.resolve(`hello ${name}`), { retry: 3 });
 * await firstValueFrom(greet('you')) // => 'hello you'
 *
 * @example
 * // a value that is a failure, retried at once
 * const answers = [503, 503, 200];
 * const get = action(() => answers.shift(), { failOn: (status) => status === 503, retry: retries(2) });
 * await firstValueFrom(get()) // => 200
 */
export function action<This, Args extends any[], R>(
  fn: Fn<This, Args, R> & Returned<R>,
  options?: ActionOptions<Emitted<R>, Args>,
): Action<This, Args, Emitted<R>>;
/** The same for a generic function that returns a promise. Its type parameters are lost. */
export function action<This, Args extends any[], R extends PromiseLike<unknown>>(
  fn: Fn<This, Args, R> & ((...args: any[]) => Returned<R>),
  options?: ActionOptions<Emitted<R>, Args>,
): Action<This, Args, Emitted<R>>;
/** A decorator for methods that return an Observable, and a wrapper for functions. */
export function action(options: ActionOptions): ActionWrapper;
export function action(first: ActionOptions | AnyFunction, options?: ActionOptions, ...more: unknown[]): unknown {
  rejectMisplaced(first, options, more.length > 0);
  if (typeof first !== 'object') return wrap(checkMethod(first), planOf(options));
  const plan = planOf(first);
  return (target: unknown, context?: unknown, descriptor?: PropertyDescriptor) => {
    const isLegacy = typeof context === 'string' || typeof context === 'symbol';
    if (isLegacy) return { ...descriptor, value: wrap(checkMethod(descriptor?.value), plan) };
    const { kind = 'method' } = (typeof context === 'object' ? context : {}) as Partial<DecoratorContext>;
    return wrap(checkMethod(kind === 'method' ? target : kind), plan);
  };
}

/** What the functions share that are wrapped with the same options. */
interface Plan {
  readonly pipelineFor: (name: string) => Pipeline;
  readonly signal: AbortSignal | undefined;
}

/** Null is rejected where the options are checked. */
const planOf = (options: ActionOptions = {}): Plan => {
  const pipelineFor = pipelineOf(options);
  return { pipelineFor, signal: options.signal };
};

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Throws unless `value` can be wrapped. */
function checkMethod(value: unknown): AnyFunction {
  if (typeof value === 'function' && !isClass(value)) return value as AnyFunction;
  return rejectOption('action', 'fn', 'a function or a method', value, TypeError);
}

function wrap(fn: AnyFunction, { pipelineFor, signal }: Plan): Action<unknown, unknown[], unknown> {
  const pipeline = pipelineFor(fn.name || 'action');
  const wrapper = function (this: unknown, ...args: unknown[]): Observable<unknown> {
    return new Observable((consumer) => {
      const call = new Call(consumer, signal, () => fn.apply(this, args));
      pipeline(
        new Observable((subscriber) => {
          call.invoke(subscriber);
        }),
        this,
        args,
      ).subscribe(consumer);
    });
  };
  return inPlaceOf(fn, wrapper);
}

/**
 * Lets `wrapper` stand in the place of `fn`: it has the name, the length and, by its prototype, the properties of `fn`.
 * Frameworks keep routes, roles and guards on the function of a method, as properties or as metadata, and look for them
 * along the prototypes.
 */
function inPlaceOf<W extends object>(fn: AnyFunction, wrapper: W): W {
  for (const key of ['name', 'length'] as const) {
    Object.defineProperty(wrapper, key, { value: fn[key], configurable: true });
  }
  return Object.setPrototypeOf(wrapper, fn) as W;
}
