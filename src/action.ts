import {
  asyncScheduler,
  defer,
  identity,
  map,
  NEVER,
  takeUntil,
  timeout as timeoutWith,
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerLike,
  type TimeoutConfig,
} from 'rxjs';
import type { CircuitBreaker } from './circuit/circuitBreaker.js';
import { callable, record, refuse } from './check.js';
import { checkScheduler } from './operators/clock.js';
import { attempted, Misuse, type Attempt, type Emitted } from './operators/attempt.js';
import { circuitBreak } from './operators/circuitBreak.js';
import { circuitOf, isCircuit, type Circuit } from './operators/circuit.js';
import { isFinal, retrying, type RetryOptions } from './operators/retryWithPolicy.js';
import { isClass } from './policy/limits.js';
import { checkPolicy, type Policy } from './policy/policy.js';
import { immediate, never } from './policy/delays.js';
import { fixedRetry } from './policy/presets.js';

/** Options of {@link action}. */
export interface ActionOptions extends RetryOptions {
  /**
   * A policy, or the number of calls in all: `3` is `fixedRetry({ maxAttempts: 3 })`. A circuit (or a
   * `circuitBreaker(..)`, made live once for all calls) is tried again at once until it opens, and then fails fast.
   * No retry unless told.
   */
  readonly retry?: number | Policy | Circuit;
  /** A circuit breaker for each attempt: a circuit, or a `circuitBreaker(..)`, made live once for all calls. */
  readonly circuit?: Circuit | CircuitBreaker;
  /**
   * A number bounds each attempt from its start to its end, in milliseconds, at least 1 (RxJS's `TimeoutError`); an
   * object is RxJS's `TimeoutConfig`, for each attempt. No bound unless told.
   */
  readonly timeout?: number | TimeoutConfig<any, any>;
  /**
   * Makes a value a failure: the error to fail with, or `undefined`. For `fetch`, which resolves with a 503. What it
   * throws is a failure too.
   */
  readonly failOn?: (value: any) => unknown;
}

/** The context form must be returned by a plain function: a promise of it would be a value. */
type Returned<R> = [PromisedContext<R>] extends [never]
  ? unknown
  : { readonly error: 'action: the context form must be returned by a plain function' };

/** What is promised and is a context form; `any` may be anything, and is none. */
type PromisedContext<R> =
  R extends PromiseLike<infer T> ? (unknown extends T ? never : Extract<T, (attempt: Attempt) => unknown>) : never;

type Fn<This, Args extends unknown[], R> = (this: This, ...args: Args) => R | ((attempt: Attempt) => R);

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
  if (typeof first !== 'object') return acting(method(first), policed(options));
  const police = policed(first);
  return (target: unknown, context?: unknown, descriptor?: PropertyDescriptor) => {
    if (descriptor !== undefined) return { ...descriptor, value: acting(method(descriptor.value), police) };
    if (context !== undefined && (context as DecoratorContext).kind !== 'method')
      method((context as DecoratorContext).kind);
    return acting(method(target), police);
  };
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Throws unless `value` is what an action can be made of. */
function method(value: unknown): AnyFunction {
  if (typeof value === 'function' && !isClass(value)) return value as AnyFunction;
  return refuse('action', 'fn', 'a function or a method', value, TypeError);
}

function acting(fn: AnyFunction, police: MonoTypeOperatorFunction<unknown>): Action<unknown, unknown[], unknown> {
  return function (...args) {
    return defer(() => {
      let attempt = 0;
      return police(defer(() => attempted(fn.apply(this, args), (attempt += 1))));
    });
  };
}

/** Everything around an attempt, made once for all calls. */
function policed(options: ActionOptions): MonoTypeOperatorFunction<unknown> {
  record('action', options);
  const { scheduler = asyncScheduler, failOn, timeout, circuit } = options;
  checkScheduler('action', scheduler);
  const failing = failOn === undefined ? identity : failingOn(failOn);
  const timed = timeout === undefined ? identity : timedOut(timeout, scheduler);
  const broken = circuit === undefined ? identity : breaking('circuit', circuit, options);
  const retried = retriedAs(options);
  return (attempt) => retried(broken(timed(failing(attempt))));
}

const breaking = (option: string, circuit: unknown, options: ActionOptions): MonoTypeOperatorFunction<unknown> =>
  circuitBreak(circuitOf('action', option, circuit, options));

function retriedAs(options: ActionOptions): MonoTypeOperatorFunction<unknown> {
  const { retry, shared, observe, isFatal = isFinal } = options;
  callable('action', 'isFatal', isFatal);
  if (retry === undefined && shared === undefined && observe === undefined) return identity;
  const isFatalOrMisuse = (error: unknown): boolean => error instanceof Misuse || isFatal(error);
  const retrier = (policy: Policy): MonoTypeOperatorFunction<unknown> =>
    retrying('action', policy, { ...options, isFatal: isFatalOrMisuse });
  if (!isCircuit(retry)) return retrier(policyOf(retry));
  const [broken, again] = [breaking('retry', retry, options), retrier(immediate)];
  return (attempt) => again(broken(attempt));
}

function failingOn(failOn: (value: unknown) => unknown): MonoTypeOperatorFunction<unknown> {
  callable('action', 'failOn', failOn);
  return map((value) => {
    const error = failOn(value);
    if (error !== undefined) throw error;
    return value;
  });
}

function timedOut(
  timeout: number | TimeoutConfig<any, any>,
  scheduler: SchedulerLike,
): MonoTypeOperatorFunction<unknown> {
  if (isConfig(timeout)) return timeoutWith({ scheduler, ...timeout });
  if (!(Number.isFinite(timeout) && timeout >= 1 && timeout < 2 ** 31)) {
    refuse('action', 'timeout', 'milliseconds from 1 to 2147483647, or a TimeoutConfig', timeout);
  }
  return takeUntil(NEVER.pipe(timeoutWith({ first: timeout, scheduler })));
}

/** RxJS wants one of the two. */
function isConfig(timeout: unknown): timeout is TimeoutConfig<any, any> {
  const { first, each } = (timeout ?? {}) as TimeoutConfig<any>;
  return first !== undefined || each !== undefined;
}

function policyOf(retry: unknown = never): Policy {
  if (typeof retry !== 'number') {
    checkPolicy('action', 'retry', retry);
    return retry;
  }
  if (!Number.isInteger(retry) || retry < 1) refuse('action', 'retry', 'a policy or a whole number, at least 1', retry);
  return fixedRetry({ maxAttempts: retry });
}
