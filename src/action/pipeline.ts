import {
  identity,
  map,
  NEVER,
  takeUntil,
  timeout as timeoutWith,
  type MonoTypeOperatorFunction,
  type SchedulerLike,
  type TimeoutConfig,
} from 'rxjs';
import { callable, isList, record, refuse } from '../options.js';
import type { CircuitBreaker } from '../gates/circuit/circuitBreaker.js';
import { isFinal } from '../errors.js';
import { immediate, never } from '../policy/delays.js';
import { isPolicy, type Policy } from '../policy/policy.js';
import { fixedRetry } from '../policy/presets.js';
import { Misuse } from './invoke.js';
import { circuitOf, isCircuit, type Circuit } from '../live/circuit.js';
import { circuitBreak } from '../operators/circuitBreak.js';
import { clockFrom, checkScheduler } from '../time/clock.js';
import { retrying, type RetryOptions } from '../operators/retryWithPolicy.js';

/*
 * What goes around each attempt of an action, from the inside: failOn, timeout, circuit, retry.
 */

/** Options of `action`. */
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

/** Everything around an attempt, made once for all calls. */
export function pipelineOf(options: ActionOptions): MonoTypeOperatorFunction<unknown> {
  record('action', options);
  const { scheduler } = clockFrom('action', options);
  const { failOn, timeout, circuit, retry } = options;
  const gates: unknown = options.gates;
  for (const [option, gate] of Object.entries<unknown>({ circuit, retry })) {
    if (isList(gates) && gates.includes(gate)) {
      refuse('action', 'gates', `gates other than ${option}, which asks for itself`, gates, TypeError);
    }
  }
  const failing = failOn === undefined ? identity : failingOn(failOn);
  const timed = timeout === undefined ? identity : timedOut(timeout, scheduler);
  const broken = circuit === undefined ? identity : breaking('circuit', circuit, options);
  const retried = retriedAs(options);
  return (attempt) => retried(broken(timed(failing(attempt))));
}

const breaking = (option: string, circuit: unknown, options: ActionOptions): MonoTypeOperatorFunction<unknown> =>
  circuitBreak(circuitOf('action', option, circuit, options));

function retriedAs(options: ActionOptions): MonoTypeOperatorFunction<unknown> {
  const { retry, gates, observe, isFatal = isFinal } = options;
  callable('action', 'isFatal', isFatal);
  if (retry === undefined && gates === undefined && observe === undefined) return identity;
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
  if (isConfig(timeout)) {
    const { each, first, scheduler: own = scheduler, with: instead } = timeout;
    const bound = 'milliseconds from 1 to 2147483647';
    if (each !== undefined) timerMs('timeout.each', bound, each);
    if (first !== undefined && !isDate(first)) timerMs('timeout.first', `${bound}, or a Date`, first);
    if (instead !== undefined) callable('action', 'timeout.with', instead);
    checkScheduler('action', own);
    return timeoutWith({ ...timeout, scheduler: own });
  }
  timerMs('timeout', 'milliseconds from 1 to 2147483647, or a TimeoutConfig', timeout);
  return takeUntil(NEVER.pipe(timeoutWith({ first: timeout, scheduler })));
}

/** What a timer can measure: a longer time would end at once. */
function timerMs(option: string, wanted: string, ms: unknown): void {
  if (!(typeof ms === 'number' && ms >= 1 && ms < 2 ** 31)) refuse('action', option, wanted, ms);
}

/** A Date with a time; an invalid one is not a number. */
const isDate = (it: unknown): boolean => typeof it === 'object' && Number.isFinite(Number(it));

/** RxJS wants one of the two. */
function isConfig(timeout: unknown): timeout is TimeoutConfig<any, any> {
  const { first, each } = (timeout ?? {}) as TimeoutConfig<any>;
  return first !== undefined || each !== undefined;
}

function policyOf(retry: unknown = never): Policy {
  if (isPolicy(retry)) return retry;
  const isCount = typeof retry === 'number' && Number.isInteger(retry) && retry >= 1;
  return isCount
    ? fixedRetry({ maxAttempts: retry })
    : refuse('action', 'retry', 'a policy, a circuit or a whole number, at least 1', retry);
}
