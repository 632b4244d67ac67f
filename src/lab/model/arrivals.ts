import { isList, milliseconds, record, refuse } from '../../options.js';

/*
 * When clients call. Whoever does not call costs nothing: there is only ever the next call.
 */

/** Options of arrivals. */
export interface CallsOptions {
  /**
   * How many milliseconds there are between two calls of one client, on average, at least 1, or Infinity for none;
   * 10 000 unless told.
   */
  readonly every?: number;
  /** `'poisson'` (unless told): each at any time, independent of the others; `'even'`: at even distances. */
  readonly arrivals?: 'poisson' | 'even';
  /** Instants at which all clients call besides, as when all have lost their connection, milliseconds; none unless told. */
  readonly bursts?: readonly number[];
  /** Within how many milliseconds they do, at least 0; 100 unless told. */
  readonly burstSpread?: number;
}

/** The options, checked and complete. */
export type CallsSettings = Required<CallsOptions>;

export function callsSettings(where: string, options: CallsOptions): CallsSettings {
  record(where, options, 'calls');
  const { every = 10_000, arrivals = 'poisson', bursts = [], burstSpread = 100 } = options;
  if (every !== Infinity) milliseconds(where, 'calls.every', every, 1);
  if (!['poisson', 'even'].includes(arrivals))
    refuse(where, 'calls.arrivals', "'poisson' or 'even'", arrivals, TypeError);
  if (!isList(bursts)) refuse(where, 'calls.bursts', 'an array of milliseconds', bursts, TypeError);
  bursts.forEach((at, index) => {
    milliseconds(where, `calls.bursts[${String(index)}]`, at);
  });
  milliseconds(where, 'calls.burstSpread', burstSpread);
  const inOrder = [...bursts].sort((one, other) => one - other);
  if (inOrder.some((at, index) => index > 0 && at - Number(inOrder[index - 1]) < burstSpread))
    refuse(
      where,
      'calls.bursts',
      `instants at least ${String(burstSpread)} ms apart (burstSpread)`,
      bursts,
      RangeError,
    );
  return { every, arrivals, bursts: inOrder, burstSpread };
}

/** The calls of all clients in the order of time. */
export class Arrivals {
  /** When the next call is made, and by which client. */
  at: number;
  client = 0;
  /** Milliseconds between two calls, of whichever clients. */
  private readonly gap: number;
  private usualAt: number;
  private usual = 0;
  private herd = 0;
  private member = 0;

  constructor(
    private readonly settings: CallsSettings,
    private readonly clients: number,
    private readonly random: () => number,
  ) {
    this.gap = settings.every / clients;
    this.usualAt = settings.arrivals === 'even' ? this.gap / 2 : this.draw();
    this.at = 0;
    this.pick();
  }

  /** On to the next call. */
  advance(): void {
    if (this.at === this.usualAt) {
      this.usual += 1;
      this.usualAt = this.settings.arrivals === 'even' ? (this.usual + 0.5) * this.gap : this.usualAt + this.draw();
    } else {
      this.member += 1;
      if (this.member === this.clients) {
        this.member = 0;
        this.herd += 1;
      }
    }
    this.pick();
  }

  private pick(): void {
    const { clients, settings } = this;
    const { arrivals, bursts, burstSpread } = settings;
    const herdAt = (bursts[this.herd] ?? Infinity) + (burstSpread * this.member) / clients;
    const isUsual = this.usualAt <= herdAt;
    this.at = isUsual ? this.usualAt : herdAt;
    if (!isUsual) this.client = this.member;
    else this.client = arrivals === 'even' ? this.usual % clients : Math.floor(this.random() * clients);
  }

  /** The time to the next of many independent calls. */
  private draw(): number {
    return this.gap === Infinity ? Infinity : -Math.log(1 - this.random()) * this.gap;
  }
}
