import { number } from '../../options.js';
import { readOptions } from '../../readOptions.js';
import type { Verdict } from '../../policy/policy.js';
import { worded } from '../../policy/word.js';
import { gatePolicy, type GatePolicy } from '../gatePolicy.js';
import { listOf, numberFrom, recordOf, valueThat, type Parser } from '../parser.js';
import { stateReader } from '../snapshot.js';
import { emptyQueue, hasTicket, isQueue, joinQueue, leaveQueue, type Queue } from './queue.js';
import { clampTokens } from './tokens.js';

/** Options of {@link retryQuota}. */
export interface RetryQuotaOptions {
  /**
   * How many tokens the quota can hold. It starts full. Finite, at least 0.
   *
   * @defaultValue 500
   */
  readonly capacity?: number | undefined;
  /**
   * How many tokens a retry costs: finite, at least 0, or a function of the error that the retry follows.
   *
   * @defaultValue 14
   */
  readonly cost?: (number | ((error: any) => number)) | undefined;
  /**
   * How many tokens a success adds if its attempt cost nothing, as a first attempt does: finite, at least 0.
   *
   * @defaultValue 1
   */
  readonly refund?: number | undefined;
}

/** The status of a {@link retryQuota}. */
export interface RetryQuotaView {
  /** How many tokens are left. */
  readonly tokens: number;
}

interface State {
  readonly tokens: number;
  /** What the running retries have paid: one entry for each price. */
  readonly paid: readonly Paid[];
}

interface Paid {
  readonly price: number;
  /** The tickets of the retries that have paid it. A queue, so that a change costs the same however many run. */
  readonly by: Queue;
}

/**
 * A quota of retries that successes refill. A retry pays its cost when it asks to start, and gets it back if it succeeds or
 * is cancelled, because only a failure says something about the service.
 * A first attempt that succeeds adds `refund`. If the quota cannot pay a retry, it rejects it with reason `'quota'`, and
 * the stream ends with the error that the retry would have followed. It never rejects a first attempt. Time does not
 * refill it: while nothing succeeds, it stays empty.
 *
 * Source: the retry quota of the AWS SDKs' standard mode. {@link awsStandard} has its numbers.
 *
 * @throws RangeError | TypeError naming the option and the value, also if `cost` returns anything but a finite number of
 * at least 0. An error that `cost` throws ends the stream.
 *
 * @example
 * const quota = retryQuota({ capacity: 10, cost: 4 });
 * preview(both(fixed(100), quota)) // => { delays: [100, 100], reason: 'quota' }
 */
export function retryQuota(options: RetryQuotaOptions = {}): GatePolicy<unknown, RetryQuotaView> {
  const settings = readOptions('retryQuota', options, {
    capacity: [number, 500, 0],
    cost: [checkCost, 14],
    refund: [number, 1, 0],
  });
  const { capacity, cost, refund } = settings;

  const costOf = (error: unknown): number => {
    if (typeof cost !== 'function') return cost;
    const price = cost(error);
    number('retryQuota', 'the answer of cost', price, 0);
    return price;
  };
  const pay = (state: State, ticket: number, error: unknown): Verdict<State> => {
    const { tokens, paid } = state;
    if (entryOf(paid, ticket) !== undefined) return { state, wait: 0 };
    const price = costOf(error);
    if (price > tokens) return { state, wait: Infinity, reason: 'quota' };
    if (price === 0) return { state, wait: 0 };
    const by = joinQueue(paid.find((entry) => entry.price === price)?.by ?? emptyQueue, ticket);
    return { state: { tokens: clampTokens(capacity, tokens - price), paid: withPaid(paid, { price, by }) }, wait: 0 };
  };
  /** The attempt has ended. It gets its price back or, if it paid nothing, adds `bonus`. */
  const settle = (state: State, ticket: number, isRepaid: boolean, bonus: number): State => {
    const { tokens, paid } = state;
    const entry = entryOf(paid, ticket);
    const left = isRepaid ? clampTokens(capacity, tokens + (entry?.price ?? bonus)) : tokens;
    if (entry === undefined) return left === tokens ? state : { tokens: left, paid };
    return { tokens: left, paid: withPaid(paid, { price: entry.price, by: leaveQueue(entry.by, ticket) }) };
  };
  const policy = gatePolicy<State, RetryQuotaView>({
    name: 'rxjs-reprise/retryQuota',
    limits: 'retries',
    initial: { tokens: capacity, paid: [] },
    on: {
      ask: (state, { ticket, attempt, error }) => (attempt > 1 ? pay(state, ticket, error) : { state, wait: 0 }),
      success: (state, { ticket }) => settle(state, ticket, true, refund),
      failure: (state, { ticket }) => ({ state: settle(state, ticket, false, 0), wait: 0 }),
      cancel: (state, { ticket }) => settle(state, ticket, true, 0),
      resume: (state) => (state.paid.length === 0 ? state : { tokens: state.tokens, paid: [] }),
    },
    view: ({ tokens }) => ({ tokens }),
    read: stateReader(
      recordOf({ tokens: numberFrom(0, capacity), paid: listOf(aPayment()) }, ({ paid }) =>
        isContradictory(paid) ? 'paid' : undefined,
      ),
    ),
    adopt: ({ tokens, paid }) => ({ tokens: clampTokens(capacity, tokens), paid }),
  });
  return worded(policy, 'retryQuota', settings);
}

function checkCost(where: string, option: string, value: unknown): void {
  if (typeof value !== 'function') number(where, option, value, 0);
}

/** The entry of the retry with that ticket. */
const entryOf = (paid: readonly Paid[], ticket: number): Paid | undefined =>
  paid.find(({ by }) => hasTicket(by, ticket));

/** With that entry in the place of the one with the same price. An entry without tickets is dropped. */
const withPaid = (paid: readonly Paid[], entry: Paid): readonly Paid[] => {
  const others = paid.filter(({ price }) => price !== entry.price);
  return entry.by.size === 0 ? others : [...others, entry];
};

/** A retry that costs nothing is not remembered. The quota may have been larger when a price was paid. */
const aPayment = (): Parser<Paid> =>
  recordOf<Paid>({ price: numberFrom(Number.MIN_VALUE), by: valueThat(isQueue) }, ({ by }) =>
    by.size === 0 ? 'by' : undefined,
  );

/** Each price has one entry, and each retry has paid once. */
function isContradictory(paid: readonly Paid[]): boolean {
  const tickets = paid.flatMap(({ by }) => by.chunks.flat());
  return new Set(paid.map(({ price }) => price)).size < paid.length || new Set(tickets).size < tickets.length;
}
