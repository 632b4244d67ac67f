/*
 * What happened in each slot of time.
 */

/** A number for each slot. */
export interface Series {
  /** Calls that were made. */
  readonly calls: readonly number[];
  /** Attempts that reached the service: the load that it sees. */
  readonly attempts: readonly number[];
  /** Those of them that are retries. */
  readonly retries: readonly number[];
  /** Attempts that succeeded, and that failed. */
  readonly successes: readonly number[];
  readonly failures: readonly number[];
  /** Attempts that the circuit, the budget or the policy did not admit. */
  readonly rejections: readonly number[];
  /** Calls that ended without success. */
  readonly lost: readonly number[];
  /** Calls that were on their way at its end. */
  readonly inFlight: readonly number[];
  /** For what share of it the circuits were open, and half-open: from 0 to 1. */
  readonly open: readonly number[];
  readonly halfOpen: readonly number[];
}

/** The series while they are made. Times never go back. */
export class SeriesRecorder {
  readonly calls: Float64Array;
  readonly attempts: Float64Array;
  readonly retries: Float64Array;
  readonly successes: Float64Array;
  readonly failures: Float64Array;
  readonly rejections: Float64Array;
  readonly lost: Float64Array;
  private readonly inFlight: Float64Array;
  private readonly open: Float64Array;
  private readonly halfOpen: Float64Array;
  /** The slot that time is in. */
  index = 0;

  constructor(
    private readonly slot: number,
    duration: number,
    private readonly circuits: number,
  ) {
    const count = Math.ceil(duration / slot - 1e-9);
    const series = (): Float64Array => new Float64Array(count);
    [this.calls, this.attempts, this.retries] = [series(), series(), series()];
    [this.successes, this.failures, this.rejections, this.lost] = [series(), series(), series(), series()];
    [this.inFlight, this.open, this.halfOpen] = [series(), series(), series()];
  }

  /** Time is `now`, and so many calls were on their way until then. */
  advanceTo(now: number, inFlight: number): void {
    if (now < (this.index + 1) * this.slot) return;
    const index = Math.min(this.calls.length - 1, Math.floor(now / this.slot));
    this.inFlight.fill(inFlight, this.index, index);
    this.index = index;
  }

  /** A circuit was in that phase in between. */
  phase(phase: string, from: number, to: number): void {
    const series = phase === 'open' ? this.open : phase === 'half-open' ? this.halfOpen : undefined;
    if (series === undefined) return;
    for (let index = Math.floor(from / this.slot); index < series.length && index * this.slot < to; index += 1) {
      const ms = Math.min(to, (index + 1) * this.slot) - Math.max(from, index * this.slot);
      series[index] = series[index]! + ms / this.slot / this.circuits;
    }
  }

  /** All that was seen until now. */
  series(inFlight: number): Series {
    const told = (series: Float64Array): number[] => [...series.subarray(0, this.index + 1)];
    this.inFlight[this.index] = inFlight;
    return {
      calls: told(this.calls),
      attempts: told(this.attempts),
      retries: told(this.retries),
      successes: told(this.successes),
      failures: told(this.failures),
      rejections: told(this.rejections),
      lost: told(this.lost),
      inFlight: told(this.inFlight),
      open: told(this.open).map(share),
      halfOpen: told(this.halfOpen).map(share),
    };
  }
}

/** A sum of parts may be a little more than the whole. */
const share = (sum: number): number => Math.min(1, sum);
