import { isList, milliseconds, record, refuse } from '../check.js';

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
  /** `'random'` (unless told): each at any time, independent of the others; `'even'`: at even distances. */
  readonly spread?: 'random' | 'even';
  /** Instants at which all clients call besides, as when all have lost their connection, milliseconds; none unless told. */
  readonly together?: readonly number[];
  /** Within how many milliseconds they do, at least 0; 100 unless told. */
  readonly within?: number;
}

/** The options, checked and complete. */
export type CallsSettings = Required<CallsOptions>;

export function callsSettings(where: string, options: CallsOptions): CallsSettings {
  record(where, options, 'calls');
  const { every = 10_000, spread = 'random', together = [], within = 100 } = options;
  if (every !== Infinity) milliseconds(where, 'calls.every', every, 1);
  if (!['random', 'even'].includes(spread)) refuse(where, 'calls.spread', "'random' or 'even'", spread, TypeError);
  if (!isList(together)) refuse(where, 'calls.together', 'an array of milliseconds', together, TypeError);
  together.forEach((at, index) => {
    milliseconds(where, `calls.together[${String(index)}]`, at);
  });
  milliseconds(where, 'calls.within', within);
  const inOrder = [...together].sort((one, other) => one - other);
  if (inOrder.some((at, index) => index > 0 && at - Number(inOrder[index - 1]) < within))
    refuse(where, 'calls.together', `instants at least ${String(within)} ms apart (within)`, together, RangeError);
  return { every, spread, together: inOrder, within };
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
    this.usualAt = settings.spread === 'even' ? this.gap / 2 : this.draw();
    this.at = 0;
    this.pick();
  }

  /** On to the next call. */
  advance(): void {
    if (this.at === this.usualAt) {
      this.usual += 1;
      this.usualAt = this.settings.spread === 'even' ? (this.usual + 0.5) * this.gap : this.usualAt + this.draw();
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
    const { spread, together, within } = settings;
    const herdAt = (together[this.herd] ?? Infinity) + (within * this.member) / clients;
    const isUsual = this.usualAt <= herdAt;
    this.at = isUsual ? this.usualAt : herdAt;
    if (!isUsual) this.client = this.member;
    else this.client = spread === 'even' ? this.usual % clients : Math.floor(this.random() * clients);
  }

  /** The time to the next of many independent calls. */
  private draw(): number {
    return this.gap === Infinity ? Infinity : -Math.log(1 - this.random()) * this.gap;
  }
}
