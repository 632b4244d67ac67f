import { asyncScheduler, concatMap, defer, throwError, type MonoTypeOperatorFunction } from 'rxjs';
import { rejectOption } from '../../options.js';
import { anything, readOptions } from '../../readOptions.js';
import { checkScheduler } from '../../time/clock.js';
import { wait } from '../../time/wait.js';
import type { FaultOptions } from './fault.js';
import { randomFaults, scriptedFaults } from './faultSequence.js';

/**
 * Injects failures and latency into a source, at random or from a script, to check how the code above copes, in a test or
 * in a staging environment. Disabled by default. Put it below the retry: each subscription is an attempt.
 *
 * ```
 * source                                      -a|
 * faults({ enabled: true, script: [{ error }, { latency: 2 }] })
 * first subscription                          #
 * second subscription                         ---a|
 * third subscription                          -a|
 * ```
 *
 * The operator counts and draws for all of its attempts, so create it once and reuse it. It draws two random numbers per
 * attempt, one for failure and one for latency, whatever the rates are: a different latency does not change which attempts
 * fail. The design follows Polly's chaos strategies (injection rate, fault and latency generators, enabled).
 *
 * @throws RangeError | TypeError naming the option and the value, when the operator is created. The stream fails with the
 * injected error, with the same error for an invalid result of a function, or with what a function throws.
 *
 * @example
 * const chaos = faults<string>({ enabled: true, rate: 0.5, seed: 7 });
 * const outcomes = [1, 2, 3, 4].map(() => firstValueFrom(of('ok').pipe(chaos)).catch((error) => error.message));
 * await Promise.all(outcomes)
 * // => ['faults: injected failure of attempt 1', 'ok', 'ok', 'faults: injected failure of attempt 4']
 */
export function faults<T>(options: FaultOptions = {}): MonoTypeOperatorFunction<T> {
  const { enabled, scheduler } = readOptions('faults', options, rows);
  const faultOf = options.script === undefined ? randomFaults(options) : scriptedFaults(options.script, options);
  let attempt = 0;
  return (source) =>
    defer(() => {
      if (!(typeof enabled === 'function' ? enabled() : enabled)) return source;
      attempt += 1;
      const fault = faultOf(attempt);
      const { latency = 0 } = fault;
      const stream = 'error' in fault ? throwError(() => fault.error) : source;
      return latency === 0 ? stream : wait(latency, { scheduler }).pipe(concatMap(() => stream));
    });
}

const rows = {
  enabled: [checkEnabled, false],
  scheduler: [checkScheduler, asyncScheduler],
  rate: [anything, undefined],
  error: [anything, undefined],
  latency: [anything, undefined],
  latencyRate: [anything, undefined],
  script: [anything, undefined],
  seed: [anything, undefined],
  random: [anything, undefined],
} as const;

function checkEnabled(where: string, option: string, value: unknown): void {
  if (typeof value !== 'boolean' && typeof value !== 'function')
    rejectOption(where, option, 'true, false or a function', value, TypeError);
}
