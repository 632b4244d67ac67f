import { callable, string } from '../options.js';
import { readOptions } from '../readOptions.js';
import { checkScheduler, clockFrom, type ClockOptions, type SchedulerClock } from '../time/clock.js';

/** The options that every live gate has. */
export interface IdentityOptions extends ClockOptions {
  readonly name?: string | undefined;
}

const rows = {
  name: [string, undefined],
  scheduler: [checkScheduler, undefined],
  random: [callable, undefined],
} as const;

export const identityOptionNames = (): readonly string[] => Object.keys(rows);

/** The name and the clock of a gate; the default of the name is the function. `also` are options that the caller reads. */
export function identityOf(
  where: string,
  options: IdentityOptions,
  also?: readonly string[],
): { readonly name: string; readonly clock: SchedulerClock } {
  const { name = where, ...clock } = readOptions(where, options, rows, also);
  return { name, clock: clockFrom(where, clock) };
}
