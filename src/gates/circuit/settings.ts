import { callable, exclude, list, milliseconds, oneOf, rejectOption, whole } from '../../options.js';
import { anything, readOptions } from '../../readOptions.js';
import { fixed } from '../../policy/delays.js';
import { checkPolicy, type Policy } from '../../policy/policy.js';
import { classifier, type Classified } from '../outcome.js';
import type { CircuitBreakerOptions } from './options.js';
import { failuresWithin, type Trip } from './trip.js';

/** The options of a circuit breaker, validated and with their defaults. */
export interface CircuitSettings {
  readonly trips: readonly Trip[];
  readonly resetAfter: Policy;
  readonly maxOpen: number;
  readonly probes: number;
  readonly allowedFailures: number;
  readonly probeTimeout: number | undefined;
  readonly classify: (error: unknown) => Classified;
  readonly onCancel: 'failure' | 'ignore';
  /** The same as options. */
  readonly options: CircuitBreakerOptions;
}

/** Reads the options of a circuit breaker. `also` are options that another function reads. */
export function settingsOf(
  where: string,
  options: CircuitBreakerOptions,
  also: readonly string[] = [],
): CircuitSettings {
  const settings = readOptions(where, options, rows, also);
  const { probes, allowedFailures, probeTimeout } = readOptions(
    where,
    settings.halfOpen,
    halfOpenRows,
    [],
    'halfOpen.',
  );
  if (allowedFailures >= probes)
    rejectOption(where, 'halfOpen.allowedFailures', `less than probes (${String(probes)})`, allowedFailures);
  const trips = tripsOf(where, options);
  const { threshold = 5, window = 60_000, trip, ...others } = settings;
  return {
    trips,
    resetAfter: openTimePolicy(where, settings.resetAfter),
    maxOpen: settings.maxOpen,
    probes,
    allowedFailures,
    probeTimeout,
    classify: classifier(where, settings.classify),
    onCancel: settings.onCancel,
    options: {
      ...(trip === undefined ? { threshold, window } : { trip }),
      ...others,
      halfOpen: { probes, allowedFailures, probeTimeout },
    },
  };
}

const rows = {
  threshold: [whole, undefined, 1],
  window: [milliseconds, undefined, 1],
  trip: [anything, undefined],
  resetAfter: [anything, 60_000],
  maxOpen: [milliseconds, 300_000, 1],
  halfOpen: [anything, {}],
  classify: [callable, undefined],
  onCancel: [oneOf, 'ignore', ['ignore', 'failure']],
} as const;

const halfOpenRows = {
  probes: [whole, 1, 1],
  allowedFailures: [whole, 0, 0],
  probeTimeout: [milliseconds, undefined, 1],
} as const;

function tripsOf(where: string, { threshold, window, trip }: CircuitBreakerOptions): readonly Trip[] {
  if (trip === undefined) return [failuresWithin(threshold ?? 5, window ?? 60_000)];
  exclude(where, 'threshold', 'trip', threshold);
  exclude(where, 'window', 'trip', window);
  const trips: readonly unknown[] = Array.isArray(trip) ? trip : [trip];
  list(where, 'trip', 'a trip rule or an array of them', trips);
  return trips.map((each) =>
    isTrip(each) ? each : rejectOption(where, 'trip', 'a trip rule or an array of them', each, TypeError),
  );
}

function openTimePolicy(where: string, resetAfter: number | Policy): Policy {
  if (typeof resetAfter === 'object') {
    checkPolicy(where, 'resetAfter', resetAfter);
    return resetAfter;
  }
  milliseconds(where, 'resetAfter', resetAfter, 1);
  return fixed(resetAfter);
}

export const isTrip = (value: unknown): value is Trip =>
  typeof value === 'object' && value !== null && 'isReached' in value && typeof value.isReached === 'function';
