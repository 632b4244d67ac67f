import {
  asyncScheduler,
  NEVER,
  takeUntil,
  timeout as timeoutWith,
  type MonoTypeOperatorFunction,
  type SchedulerLike,
  type TimeoutConfig,
} from 'rxjs';
import { callable, rejectOption } from '../options.js';
import { checkScheduler } from '../time/clock.js';

/** Limits how long an attempt may take. */
export function timeoutOperator(
  timeout: number | TimeoutConfig<any, any>,
  scheduler: SchedulerLike = asyncScheduler,
): MonoTypeOperatorFunction<unknown> {
  if (isConfig(timeout)) {
    const { each, first, scheduler: own = scheduler, with: instead } = timeout;
    const bound = 'milliseconds from 1 to 2147483647';
    if (each !== undefined) timerMs('timeout.each', bound, each);
    if (first !== undefined && !isDate(first)) timerMs('timeout.first', `${bound}, or a Date`, first);
    if (instead !== undefined) callable('action', 'timeout.with', instead);
    checkScheduler('action', 'timeout.scheduler', own);
    return timeoutWith({ ...timeout, scheduler: own });
  }
  timerMs('timeout', 'milliseconds from 1 to 2147483647, or a TimeoutConfig', timeout);
  return takeUntil(NEVER.pipe(timeoutWith({ first: timeout, scheduler })));
}

/** A timer with a longer delay overflows and fires at once. */
function timerMs(option: string, wanted: string, ms: unknown): void {
  if (!(typeof ms === 'number' && ms >= 1 && ms < 2 ** 31)) rejectOption('action', option, wanted, ms);
}

/** Whether it is a valid Date. */
const isDate = (value: unknown): boolean => typeof value === 'object' && Number.isFinite(Number(value));

/** RxJS requires one of the two. */
function isConfig(timeout: unknown): timeout is TimeoutConfig<any, any> {
  const { first, each } = (timeout ?? {}) as TimeoutConfig<any>;
  return first !== undefined || each !== undefined;
}
