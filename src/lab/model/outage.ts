import { isList, milliseconds, number, oneOf, record, rejectOption, whole } from '../../options.js';
import { checkKeys } from '../../readOptions.js';
import { checkShare } from './latency.js';

/*
 * Outages: what goes wrong with a service, and when.
 */

/** The time of an outage, in milliseconds since the start of the simulation. */
interface Span {
  readonly from: number;
  /** Later than `from`. */
  readonly to: number;
}

/** The service fails every attempt. Attempts that are running when it goes down fail at that time. */
export interface Down extends Span {
  readonly kind: 'down';
}

/** The service fails a share of the attempts. */
export interface BrownOut extends Span {
  readonly kind: 'brown-out';
  /** From 0 to 1. */
  readonly share: number;
}

/** The service takes `factor` times as long for each attempt, so its capacity is divided by `factor`. */
export interface Slow extends Span {
  readonly kind: 'slow';
  /** At least 1. */
  readonly factor: number;
}

/** The service has another capacity, and works as fast as before while it has no queue: half of its servers are gone. */
export interface Reduced extends Span {
  readonly kind: 'reduced';
  /** How many attempts it can answer per second: above 0. */
  readonly capacity: number;
}

/** The service answers `limit` attempts per second and fails the others with an error that carries `retryAfter`. */
export interface Limited extends Span {
  readonly kind: 'limited';
  /** Attempts per second: a whole number, at least 1. */
  readonly limit: number;
  /** The `retryAfter` of the error, in milliseconds, at least 0. */
  readonly retryAfter: number;
}

/** One outage. */
export type Outage = Down | BrownOut | Slow | Reduced | Limited;

/**
 * The outages in order of time.
 *
 * @throws RangeError | TypeError if one of them is invalid or two overlap
 */
export function sortOutages(where: string, option: string, outages: readonly Outage[]): readonly Outage[] {
  if (!isList(outages)) rejectOption(where, option, 'an array', outages, TypeError);
  outages.forEach((outage, index) => {
    checkOutage(where, `${option}[${String(index)}]`, outage);
  });
  const sorted = [...outages].sort((one, other) => one.from - other.from);
  sorted.forEach((outage, index) => {
    const next = sorted[index + 1];
    if (next !== undefined && next.from < outage.to) {
      throw new RangeError(`${where}: ${option} must not overlap, got ${showSpan(outage)} and ${showSpan(next)}`);
    }
  });
  return sorted;
}

const showSpan = ({ from, to }: Span): string => `${String(from)}..${String(to)} ms`;

function checkOutage(where: string, option: string, outage: Outage): void {
  record(where, option, outage);
  const prefix = `${option}.`;
  oneOf(where, `${prefix}kind`, outage.kind, Object.keys(fieldsOf));
  const fields = { ...span, ...fieldsOf[outage.kind] };
  checkKeys(where, outage, ['kind', ...Object.keys(fields)], prefix);
  for (const [key, [check, least]] of Object.entries<Field>(fields)) {
    check(where, prefix + key, outage[key as keyof Outage], least);
  }
  if (outage.to <= outage.from)
    rejectOption(where, `${prefix}to`, `later than from (${String(outage.from)})`, outage.to);
}

/** How a field is checked. */
type Field = readonly [check: typeof number, least: number];

const span = { from: [milliseconds, 0], to: [milliseconds, 0] } as const;

/** What an outage has beside its span. */
const fieldsOf = {
  down: {},
  'brown-out': { share: [checkShare, 0] },
  slow: { factor: [number, 1] },
  reduced: { capacity: [checkPositive, 0] },
  limited: { limit: [whole, 1], retryAfter: [milliseconds, 0] },
} as const;

function checkPositive(where: string, option: string, value: unknown): void {
  number(where, option, value, 0);
  if (!((value as number) > 0)) rejectOption(where, option, 'above 0', value);
}

/** Finds the current outage. The times of successive lookups never go back. */
export class OutageScript {
  private index = 0;

  constructor(private readonly outages: readonly Outage[]) {}

  /** The outage at `now`, if there is one. */
  at(now: number): Outage | undefined {
    const { outages } = this;
    while (this.index < outages.length && outages[this.index]!.to <= now) this.index += 1;
    const outage = outages[this.index];
    return outage !== undefined && outage.from <= now ? outage : undefined;
  }

  /** When the service goes down next; Infinity if never. Call it only while the service is up. */
  nextDown(): number {
    for (let index = this.index; index < this.outages.length; index += 1) {
      const outage = this.outages[index]!;
      if (outage.kind === 'down') return outage.from;
    }
    return Infinity;
  }
}
