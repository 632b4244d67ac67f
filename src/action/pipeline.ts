import { defer, identity, type MonoTypeOperatorFunction, type Observable, type TimeoutConfig } from 'rxjs';
import { callable, rejectOption } from '../options.js';
import { anything, readOptions } from '../readOptions.js';
import type { CircuitBreaker } from '../gates/circuit/circuitBreaker.js';
import { never } from '../policy/delays.js';
import { matcher } from '../policy/limits.js';
import { isPolicy, type Policy } from '../policy/policy.js';
import { fixedRetry } from '../policy/presets.js';
import { checkRetryPolicy } from '../policy/retryPolicy.js';
import { checkGates, chosenCircuit, untilOpen } from './circuitOptions.js';
import { failOnOperator, type FailOnResult } from './failedValue.js';
import { isMisuse } from './invoke.js';
import { checkSignal, signalOperator } from './outerSignal.js';
import type { Circuit } from '../live/circuit.js';
import { circuitOf, isCircuit } from '../live/circuits.js';
import { circuitBreak } from '../operators/circuitBreak.js';
import { timeoutOperator } from './timeout.js';
import { readRetryOptions, retryOptionNames, type RetryOptions } from '../operators/retryOptions.js';
import { retrying } from '../operators/retryWithPolicy.js';

/*
 * What an action puts around each attempt, from the inside: failOn, timeout, circuit, retry, signal.
 */

/** Options of `action`. `T` is what the function emits, `Args` are its arguments. */
export interface ActionOptions<T = any, Args extends any[] = any[]> extends RetryOptions {
  /**
   * A policy, or the number of attempts in all: `3` means `fixedRetry({ maxAttempts: 3 })`, which is one attempt and two
   * retries. With a circuit (or a `circuitBreaker(..)`, from which one circuit is made for all calls) it retries at once
   * until the circuit opens, and then fails fast. Do not give the same circuit as `circuit` or in `gates` too. A call
   * ends with its error if the circuit does not count it as a failure (`classify`), if the circuit is disabled or in
   * shadow, and after 100 retries that have not opened the circuit.
   *
   * @defaultValue no retry
   */
  readonly retry?: number | Policy | Circuit | undefined;
  /**
   * The circuit of each attempt: a circuit, or a `circuitBreaker(..)`, from which one circuit is made for all calls. A
   * function returns the circuit of a call. It receives the arguments and the `this` of the call, and runs once for all
   * attempts of a subscription: `circuit: (url) => byHost.for(new URL(url).host)`, see {@link keyed}. What it throws ends
   * the call.
   *
   * @defaultValue none
   */
  readonly circuit?: Circuit | CircuitBreaker | NoInfer<(...args: Args) => Circuit> | undefined;
  /**
   * How long each attempt may take from its start to its end: milliseconds, not seconds, at least 1. Then it fails with
   * RxJS's `TimeoutError`. An object is RxJS's `TimeoutConfig` for each attempt.
   *
   * @defaultValue no limit
   */
  readonly timeout?: number | TimeoutConfig<any, any> | undefined;
  /**
   * Turns a value into a failure, for `fetch`, which resolves with a 503: `failOn: (response) => !response.ok`. It returns
   * `undefined`, `null` or `false` if the value is good, `true` to fail with a `FailedValueError` that carries the value, or
   * the error to fail with. What it throws is a failure too. It must not be `async`.
   *
   * In the context form, the attempt's signal aborts when a failed value is retried. A failed value that the call ends with
   * stays readable.
   *
   * @defaultValue every value is good
   */
  readonly failOn?: ((value: T) => FailOnResult) | undefined;
  /**
   * Ends calls from outside: from its abort on, a call fails with the signal's `reason`, the attempt's own signal aborts
   * with the same reason, and nothing is retried. If it has aborted before, the function is not called. It has no effect on
   * a call that is over, such as the body of a `Response` that was emitted.
   *
   * @defaultValue none
   */
  readonly signal?: AbortSignal | undefined;
}

/** Puts the options around the attempts of one call, which has that `this` and those arguments. */
export type Pipeline = (attempt: Observable<unknown>, self: unknown, args: unknown[]) => Observable<unknown>;

/** Makes the operator around each attempt, for functions of that name. All of them share the circuits. */
export function pipelineOf(options: ActionOptions): (name: string) => Pipeline {
  const own: Omit<ActionOptions, keyof RetryOptions> = options;
  const { failOn, timeout, circuit, signal } = readOptions('action', own, rows, retryOptionNames());
  checkGates(options);
  const { successOn, scheduler } = options;
  const withFailOn = failOn === undefined ? identity : failOnOperator(failOn);
  const withTimeout = timeout === undefined ? identity : timeoutOperator(timeout, scheduler);
  const choose = typeof circuit === 'function' ? circuit : undefined;
  const withCircuit =
    circuit === undefined || choose !== undefined
      ? identity
      : circuitBreak(circuitOf('action', 'circuit', circuit, options), { successOn });
  const retryFor = retryOperators(options);
  const withSignal = signal === undefined ? identity : signalOperator(signal);
  return (name) => {
    const withRetry = retryFor(name);
    if (choose === undefined) return (attempt) => withSignal(withRetry(withCircuit(withTimeout(withFailOn(attempt)))));
    return (attempt, self, args) =>
      withSignal(
        defer(() => {
          const withChosen = circuitBreak(chosenCircuit(choose.apply(self, args)), { successOn });
          return withRetry(withChosen(withTimeout(withFailOn(attempt))));
        }),
      );
  };
}

const rows = {
  retry: [checkRetry, undefined],
  circuit: [anything, undefined],
  timeout: [anything, undefined],
  failOn: [callable, undefined],
  signal: [checkSignal, undefined],
} as const;

function retryOperators(options: ActionOptions): (name: string) => MonoTypeOperatorFunction<unknown> {
  const settings = readRetryOptions('action', options, Object.keys(rows));
  const { retry, gates, observe, onComplete, signal, name: given } = options;
  const isNeeded = [retry, gates, observe, onComplete].some((option) => option !== undefined);
  if (!isNeeded) return () => identity;
  const matchesFatal = matcher('action', 'isFatal', settings.isFatal);
  const isFatal = (error: unknown): boolean => isMisuse(error) || signal?.aborted === true || matchesFatal(error);
  const retrier =
    (name: string) =>
    (policy: Policy): MonoTypeOperatorFunction<unknown> =>
      retrying('action', policy, { ...settings, isFatal, name: given ?? name });
  if (!isCircuit(retry)) {
    const policy = policyOf(retry);
    checkRetryPolicy('action', 'retry', policy);
    return (name) => retrier(name)(policy);
  }
  const circuit = circuitOf('action', 'retry', retry, options);
  return (name) => untilOpen(circuit, retrier(name));
}

function checkRetry(where: string, option: string, retry: unknown): void {
  const isCount = typeof retry === 'number' && Number.isInteger(retry) && retry >= 1;
  if (!isCount && !isPolicy(retry) && !isCircuit(retry))
    rejectOption(where, option, 'a policy, a circuit or a whole number, at least 1', retry);
}

const policyOf = (retry: number | Policy = never): Policy =>
  typeof retry === 'number' ? fixedRetry({ maxAttempts: retry }) : retry;
