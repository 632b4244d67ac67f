import { isList, milliseconds, oneOf, rejectOption } from '../../options.js';
import { readOptions, type Complete } from '../../readOptions.js';

/*
 * When clients call. Only the next call is computed, so idle clients cost nothing.
 */

/** Options of arrivals. */
export interface CallsOptions {
  /**
   * The mean time between two calls of one client, in milliseconds, at least 1. Infinity means no regular calls.
   *
   * @defaultValue 10_000
   */
  readonly every?: number | undefined;
  /**
   * How regular calls are spread over time. `'poisson'`: at random times, independent of each other (a Poisson process).
   * `'even'`: at equal distances.
   *
   * @defaultValue 'poisson'
   */
  readonly arrivals?: 'poisson' | 'even' | undefined;
  /**
   * Times at which every client makes one extra call, in milliseconds, as after a lost connection.
   *
   * @defaultValue []
   */
  readonly bursts?: readonly number[] | undefined;
  /**
   * The time over which the calls of one burst are spread, in milliseconds, at least 0.
   *
   * @defaultValue 100
   */
  readonly burstSpread?: number | undefined;
}

/** The options, checked and complete. */
export type CallsSettings = Complete<CallsOptions>;

export function callsSettings(where: string, options: CallsOptions): CallsSettings {
  const { bursts, burstSpread, ...settings } = readOptions(where, options, rows, [], 'calls.');
  const sorted = [...bursts].sort((one, other) => one - other);
  if (sorted.some((at, index) => index > 0 && at - Number(sorted[index - 1]) < burstSpread)) {
    rejectOption(
      where,
      'calls.bursts',
      `times at least ${String(burstSpread)} ms apart (burstSpread)`,
      bursts,
      RangeError,
    );
  }
  return { ...settings, bursts: sorted, burstSpread };
}

const rows = {
  every: [checkEvery, 10_000],
  arrivals: [oneOf, 'poisson', ['poisson', 'even']],
  bursts: [checkTimes, []],
  burstSpread: [milliseconds, 100],
} as const;

function checkEvery(where: string, option: string, value: unknown): void {
  if (value !== Infinity) milliseconds(where, option, value, 1);
}

function checkTimes(where: string, option: string, times: unknown): void {
  if (!isList(times)) return rejectOption(where, option, 'an array of milliseconds', times, TypeError);
  times.forEach((at, index) => {
    milliseconds(where, `${option}[${String(index)}]`, at);
  });
}

/** The calls of all clients in order of time. */
export class Arrivals {
  /** The time of the next call, and the client that makes it. */
  at = 0;
  client = 0;
  /** The mean time between two regular calls of any two clients, in milliseconds. */
  private readonly gap: number;
  private regularAt: number;
  private regularCalls = 0;
  private burst = 0;
  private burstClient = 0;

  constructor(
    private readonly settings: CallsSettings,
    private readonly clients: number,
    private readonly random: () => number,
  ) {
    this.gap = settings.every / clients;
    this.regularAt = settings.arrivals === 'even' ? this.gap / 2 : this.drawGap();
    this.findNext();
  }

  /** Moves on to the next call. */
  advance(): void {
    if (this.at === this.regularAt) {
      this.regularCalls += 1;
      this.regularAt =
        this.settings.arrivals === 'even' ? (this.regularCalls + 0.5) * this.gap : this.regularAt + this.drawGap();
    } else {
      this.burstClient += 1;
      if (this.burstClient === this.clients) {
        this.burstClient = 0;
        this.burst += 1;
      }
    }
    this.findNext();
  }

  private findNext(): void {
    const { clients, settings } = this;
    const { arrivals, bursts, burstSpread } = settings;
    const burstAt = (bursts[this.burst] ?? Infinity) + (burstSpread * this.burstClient) / clients;
    const isRegular = this.regularAt <= burstAt;
    this.at = isRegular ? this.regularAt : burstAt;
    if (!isRegular) this.client = this.burstClient;
    else this.client = arrivals === 'even' ? this.regularCalls % clients : Math.floor(this.random() * clients);
  }

  /** Draws the time to the next event of a Poisson process. */
  private drawGap(): number {
    return this.gap === Infinity ? Infinity : -Math.log(1 - this.random()) * this.gap;
  }
}
