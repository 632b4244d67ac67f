/*
 * What happened in each slot of time.
 */

/** One number per slot. */
export interface Series {
  /** Calls made. */
  readonly calls: readonly number[];
  /** Attempts that reached the service: the load on the service. */
  readonly attempts: readonly number[];
  /** Those attempts that were retries. */
  readonly retries: readonly number[];
  /** Attempts that succeeded, and that failed. */
  readonly successes: readonly number[];
  readonly failures: readonly number[];
  /** Attempts that a gate or the policy rejected. */
  readonly rejections: readonly number[];
  /** Calls that ended without success. */
  readonly lost: readonly number[];
  /** Calls in flight at the end of the slot. */
  readonly inFlight: readonly number[];
  /** Attempts that waited for a gate at the end of the slot. */
  readonly waiting: readonly number[];
  /** The mean time from a call to its success, in milliseconds, of the calls that succeeded in the slot. 0 if none did. */
  readonly timeToSuccess: readonly number[];
  /** The mean limit of all `concurrencyLimit` gates at the end of the slot: it follows the service if it is adaptive. */
  readonly limit: readonly number[];
  /** The share of the slot during which the circuits were open, and half-open: from 0 to 1. */
  readonly open: readonly number[];
  readonly halfOpen: readonly number[];
}

const names = [
  'calls',
  'attempts',
  'retries',
  'successes',
  'failures',
  'rejections',
  'lost',
  'inFlight',
  'waiting',
  'timeToSuccess',
  'limit',
  'open',
  'halfOpen',
] as const satisfies readonly (keyof Series)[];

const forEachName = <T>(make: (name: keyof Series) => T): Readonly<Record<keyof Series, T>> =>
  Object.fromEntries(names.map((name) => [name, make(name)])) as Record<keyof Series, T>;

/** Records the series. Times never go back. */
export class SeriesRecorder {
  readonly values: Readonly<Record<keyof Series, Float64Array>>;
  /** The current slot, and when it ends. */
  index = 0;
  /** How many attempts wait now. */
  waiting = 0;
  /** Returns the mean limit of the concurrency limits now. */
  limitNow: () => number = () => 0;
  private slotEnd: number;
  private readonly length: number;

  constructor(
    private readonly slot: number,
    duration: number,
    private readonly circuits: number,
  ) {
    this.slotEnd = slot;
    this.length = Math.ceil(duration / slot - 1e-9);
    this.values = forEachName(() => new Float64Array(this.length));
  }

  /** Moves on to the slot of `now`. The number of calls in flight has not changed since the last event. */
  advanceTo(now: number, inFlight: number): void {
    if (now < this.slotEnd) return;
    const index = Math.min(this.length - 1, Math.floor(now / this.slot));
    this.values.inFlight.fill(inFlight, this.index, index);
    this.values.waiting.fill(this.waiting, this.index, index);
    this.values.limit.fill(this.limitNow(), this.index, index);
    this.index = index;
    this.slotEnd = (index + 1) * this.slot;
  }

  /** Records that one circuit was in `phase` from one time to another. */
  addPhase(phase: string, from: number, to: number): void {
    const { open, halfOpen } = this.values;
    const shares = phase === 'open' ? open : phase === 'half-open' ? halfOpen : undefined;
    if (shares === undefined) return;
    for (let index = Math.floor(from / this.slot); index < this.length && index * this.slot < to; index += 1) {
      const ms = Math.min(to, (index + 1) * this.slot) - Math.max(from, index * this.slot);
      shares[index] = shares[index]! + ms / this.slot / this.circuits;
    }
  }

  /** The series up to now. */
  toSeries(inFlight: number): Series {
    this.values.inFlight[this.index] = inFlight;
    this.values.waiting[this.index] = this.waiting;
    this.values.limit[this.index] = this.limitNow();
    const series = forEachName((name) => [...this.values[name].subarray(0, this.index + 1)]);
    return {
      ...series,
      timeToSuccess: series.timeToSuccess.map((sum, index) => sum / Math.max(1, series.successes[index]!)),
      open: series.open.map(atMostOne),
      halfOpen: series.halfOpen.map(atMostOne),
    };
  }
}

/** Rounding can make a sum of shares slightly larger than 1. */
const atMostOne = (share: number): number => Math.min(1, share);
