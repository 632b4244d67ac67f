import { awsStandard } from '../gates/limits/awsStandard.js';
import type { Outcome } from '../gates/outcome.js';
import type { Trip } from '../gates/circuit/trip.js';
import { record } from '../options.js';
import type { RetryOn } from '../policy/limits.js';
import type { Policy } from '../policy/policy.js';
import { readOptions } from '../readOptions.js';

/**
 * Names for what JSON cannot hold: functions, error classes and custom policies. Each group has the name of the option that
 * the function is for.
 */
export interface Slots {
  /** For `exponentialBackoff`, `fixedRetry` and `onlyIf`: predicates and error classes. */
  readonly retryOn?: Named<RetryOn> | undefined;
  /** For `exponentialBackoff`: where the delay is that a server asks for. */
  readonly retryAfter?: Named<(error: any) => number | undefined> | undefined;
  /** For `hinted`. */
  readonly from?: Named<(error: any) => number | undefined> | undefined;
  /** For `resetOn`. */
  readonly predicate?: Named<(value: any) => boolean> | undefined;
  /** For circuits and throttles. */
  readonly classify?: Named<(error: any) => Outcome> | undefined;
  /** For `retryQuota`. */
  readonly cost?: Named<(error: any) => number> | undefined;
  /** Custom policies, also those of `onFailure`, `retryPolicy` and `gatePolicy`. */
  readonly policies?: Named<Policy<any>> | undefined;
  /** Custom rules of circuits. */
  readonly trips?: Named<Trip<any>> | undefined;
}

type Named<T> = Readonly<Record<string, T>>;

export type SlotGroup = keyof Slots;

const group = [record, undefined] as const;

const rows = {
  retryOn: group,
  retryAfter: group,
  from: group,
  predicate: group,
  classify: group,
  cost: group,
  policies: group,
  trips: group,
} as const;

export function checkSlots(where: string, slots: Slots): void {
  record(where, 'slots', slots);
  readOptions(where, slots, rows);
}

/** Where the names of the values of an option are. Options of policies share a group. */
export function groupOf(option: string): SlotGroup {
  if (Object.hasOwn(rows, option)) return option as SlotGroup;
  return option === 'trip' ? 'trips' : 'policies';
}

/** The options that are functions. */
export const isOfFunctions = (option: string): boolean => !['policies', 'trips'].includes(groupOf(option));

/** The name of a value. */
export const nameIn = (slots: Slots, option: string, value: unknown): string | undefined =>
  Object.entries(namesFor(slots, groupOf(option))).find(([, each]) => each === value)?.[0];

/** The names of a group. The functions of this library have theirs without being given. */
export const namesFor = (slots: Slots, group: SlotGroup): Named<unknown> => ({
  ...(group === 'cost' && { awsStandard: awsStandard.cost }),
  ...slots[group],
});
