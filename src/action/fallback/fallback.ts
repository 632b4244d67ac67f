import { defer, Observable, retry, tap } from 'rxjs';
import { fallbackPlan } from '../../gates/fallbackPlan.js';
import { callable, flag, rejectOption, string } from '../../options.js';
import { notifyObserver } from '../../operators/notify.js';
import { matcher, type RetryOn } from '../../policy/limits.js';
import { readOptions } from '../../readOptions.js';
import { checkScheduler, clockFrom, type ClockOptions } from '../../time/clock.js';
import { FallbackCall } from './fallbackCall.js';
import type { FallbackEvent } from './fallbackEvents.js';
import { readRoutes, type FallbackRoute, type RouteResult, type RouteValue } from './fallbackRoutes.js';
import { LivePlan } from './livePlan.js';

/** Options of {@link fallback}. */
export interface FallbackOptions extends Pick<ClockOptions, 'scheduler'> {
  /** Its name in events and errors. @defaultValue 'fallback' */
  readonly name?: string | undefined;
  /**
   * For how many milliseconds, not seconds, calls begin with the route that another call has switched to: at least 0, or
   * Infinity. It ends early when that route fails. With 0 every call begins with the first route.
   *
   * @defaultValue 0
   */
  readonly stickyFor?: number | undefined;
  /**
   * After which errors the next route is tried: a predicate, an error class, or an array of error classes. Any other error
   * ends the call, unchanged. It is not asked about rejections of this library, after which the next route is always
   * tried, and about aborts and mistakes in the program, which always end the call.
   *
   * @defaultValue every error
   */
  readonly switchOn?: RetryOn | undefined;
  /**
   * Whether the next route is tried if a route fails after the call has emitted a value. The consumer then receives values
   * of both.
   *
   * @defaultValue false
   */
  readonly switchAfterValue?: boolean | undefined;
  /**
   * Receives what happens, for logs and metrics. It cannot change the stream: what it throws is reported as unhandled. It
   * must not be `async`.
   */
  readonly observe?: ((event: FallbackEvent) => void) | undefined;
}

/**
 * Tries several sources, one after the other, until one has answered. It is a function like those that {@link action} makes:
 * each subscription of what it returns is a call. Make a plan once and keep it, because its calls share `stickyFor`.
 *
 * ```
 * source         -#          fast
 *                -a|         spare
 * fallback       --a|
 * subscriptions  ^!
 *                -^-!
 * ```
 *
 * - A route is a name and a function. An {@link action} brings its own retries, circuit, timeout and `failOn`. A route has
 *   failed when its retries are over.
 * - A route that rejects the call, because its circuit is open or a limit is reached, is skipped: its source is not
 *   subscribed. When the circuit may be probed, the call is the probe.
 * - A call switches to the next route after any error, until it has emitted a value. `switchOn` and `switchAfterValue`
 *   change that. A value is a failure if `failOn` of the action says so.
 * - Each call tries each route at most once. If none has answered, it ends with a {@link FallbackError} that has all errors.
 * - A route is unsubscribed before the next one is subscribed.
 *
 * @param routes at least one, each with a name of its own
 * @throws RangeError | TypeError naming the option and the value. Into the stream: a {@link FallbackError}; the error of a
 * route that must not switch; what `switchOn` throws.
 *
 * @example
 * const fast = action((prompt: string) => Promise.reject<string>(new Error(`busy: ${prompt}`)), {
 *   retry: retries(1),
 *   circuit: circuit({ name: 'fast', threshold: 2 }),
 * });
 * const spare = action((prompt: string) => `an answer to ${prompt}`);
 *
 * const log: string[] = [];
 * const ask = fallback(
 *   [
 *     { name: 'fast', source: fast },
 *     { name: 'spare', source: spare },
 *   ],
 *   { observe: ({ kind, ...event }) => log.push('route' in event ? `${kind} ${event.route}` : kind) },
 * );
 * await firstValueFrom(ask('hello')) // => 'an answer to hello'
 * log // => ['failed fast', 'answered spare']
 * await firstValueFrom(ask('hello again')) // => 'an answer to hello again'
 * log.slice(2) // => ['skipped fast', 'answered spare']
 */
export function fallback<Args extends any[], Results extends readonly RouteResult[]>(
  routes: readonly [...{ [K in keyof Results]: FallbackRoute<Args, Results[K]> }] & readonly FallbackRoute<Args>[],
  options: FallbackOptions = {},
): (...args: Args) => Observable<RouteValue<Results[number]>> {
  const { name, stickyFor, switchOn, switchAfterValue, observe, scheduler } = readOptions('fallback', options, rows);
  const entries = readRoutes(routes);
  const reducer = fallbackPlan({
    routes: entries.length,
    stickyFor,
    switchAfterValue,
    switchOn: matcher('fallback', 'switchOn', switchOn),
  });
  const { now } = clockFrom('fallback', { scheduler });
  const plan = new LivePlan(name, entries, reducer, now, (event) => {
    if (observe !== undefined) notifyObserver(observe, { ...event, name });
  });
  return (...args) =>
    new Observable<any>((subscriber) => {
      const call = new FallbackCall(plan, args, subscriber);
      const delay = (error: unknown): Observable<unknown> => call.failed(error);
      defer(() => call.source())
        .pipe(tap(call), retry({ delay }))
        .subscribe(subscriber);
    });
}

const rows = {
  name: [string, 'fallback'],
  stickyFor: [checkStickyFor, 0],
  switchOn: [matcher, () => true],
  switchAfterValue: [flag, false],
  observe: [callable, undefined],
  scheduler: [checkScheduler, undefined],
} as const;

function checkStickyFor(where: string, option: string, ms: unknown): void {
  if (!(typeof ms === 'number' && ms >= 0)) rejectOption(where, option, 'milliseconds, at least 0, or Infinity', ms);
}
