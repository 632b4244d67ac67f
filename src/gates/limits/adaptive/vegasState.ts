import { aCount, aNumber, countFrom, numberFrom, orNull, recordOf, type Parser } from '../../parser.js';

/*
 * The state of `vegas`, and its parser.
 */

/** Attempts that have ended in a round. */
export interface Round {
  /** When it began. Attempts that started before do not count. */
  readonly since: number;
  readonly attempts: number;
  /** The sum of their milliseconds. */
  readonly took: number;
  /** How many ran at once at most. */
  readonly peak: number;
}

export interface VegasState {
  /** The limit, except in a probe. */
  readonly limit: number;
  /** The highest limit since the last probe. */
  readonly highest: number;
  /** How many rounds have ended since the last probe. */
  readonly rounds: number;
  /** The mean milliseconds of an attempt at low load; `null` before the first round has ended. */
  readonly unloaded: number | null;
  /** The probe: its limit, and the mean milliseconds of an attempt at the limit before. */
  readonly probe: { readonly limit: number; readonly before: number } | null;
  /** `null` while more attempts run than the limit. */
  readonly round: Round | null;
}

/** How many rounds there are between two probes. */
export const roundsToProbe: number = 30;

/** The fewest attempts of a round. */
const fewest = 10;

export const limitOf = ({ limit, probe }: VegasState): number => (probe === null ? limit : probe.limit);

export const roundFrom = (since: number): Round => ({ since, attempts: 0, took: 0, peak: 0 });

export const sizeOf = (limit: number): number => Math.max(fewest, limit);

export function stateParser(min: number, max: number): Parser<VegasState> {
  const aLimit = countFrom(min, max);
  const aDuration = numberFrom(0, Number.MAX_SAFE_INTEGER);
  return recordOf(
    {
      limit: aLimit,
      highest: aLimit,
      rounds: countFrom(0, roundsToProbe),
      unloaded: orNull(aDuration),
      probe: orNull(recordOf({ limit: aLimit, before: aDuration })),
      round: orNull(recordOf({ since: aNumber, attempts: aCount, took: aDuration, peak: aCount })),
    },
    contradiction,
  );
}

/** A probe has no higher limit and needs a mean, and a round has not ended. */
function contradiction({ limit, highest, unloaded, probe, round }: VegasState): keyof VegasState | undefined {
  if (highest < limit) return 'highest';
  if (probe !== null && (probe.limit > limit || unloaded === null)) return 'probe';
  return round !== null && round.attempts >= sizeOf(limit) ? 'round' : undefined;
}
