import { number, record } from '../../options.js';
import type { Verdict } from '../../policy/policy.js';
import type { GatePolicy } from '../gatePolicy.js';
import { reader, type Test } from '../snapshot.js';
import { clampTokens } from './tokens.js';

/** Options of {@link retryQuota}. */
export interface RetryQuotaOptions {
  /** How many tokens it holds, and begins with: finite, at least 0; 500 unless told. */
  readonly capacity?: number;
  /** What a retry costs, finite, at least 0: a number, or a function of the error that it follows; 14 unless told. */
  readonly cost?: number | ((error: any) => number);
  /** What a success gives back that cost nothing (that of a first attempt): finite, at least 0; 1 unless told. */
  readonly refund?: number;
}

/** What people look at. */
export interface RetryQuotaView {
  readonly tokens: number;
}

interface State {
  readonly tokens: number;
  /** What the retries that are out have paid. */
  readonly paid: readonly Paid[];
}

type Paid = readonly [ticket: number, cost: number];

/**
 * A quota of retries that successes fill again: a retry pays its cost when it asks to start, and gets it back if it
 * succeeds; a first attempt that succeeds gives back `refund`. A retry that cannot be paid is rejected, with reason
 * `'tokens'`, so its stream ends with the error that it would have followed; a first attempt never is. It knows no time:
 * while nothing succeeds, nothing fills it.
 *
 * Source: the retry quota of the AWS SDKs' standard mode; {@link awsStandard} has its numbers.
 *
 * @throws RangeError | TypeError naming the option and the value, also if `cost` answers anything but a finite number of
 * at least 0. What `cost` throws ends the stream.
 *
 * @example
 * const bucket = retryQuota({ capacity: 10, cost: 4 });
 * preview(both(fixed(100), bucket)) // => { delays: [100, 100], reason: 'tokens' }
 */
export function retryQuota(options: RetryQuotaOptions = {}): GatePolicy<unknown, RetryQuotaView> {
  record('retryQuota', options);
  const { capacity = 500, cost = 14, refund = 1 } = options;
  number('retryQuota', 'capacity', capacity, 0);
  if (typeof cost !== 'function') number('retryQuota', 'cost', cost, 0);
  number('retryQuota', 'refund', refund, 0);
  const priceOf = (error: unknown): number => {
    if (typeof cost !== 'function') return cost;
    const price = cost(error);
    number('retryQuota', 'the answer of cost', price, 0);
    return price;
  };

  const retried = (state: State, ticket: number, error: unknown): Verdict<State> => {
    const { tokens, paid } = state;
    const price = priceOf(error);
    if (price > tokens) return { state, wait: Infinity, reason: 'tokens' };
    if (price === 0) return { state, wait: 0 };
    return { state: { tokens: clampTokens(capacity, tokens - price), paid: [...paid, [ticket, price]] }, wait: 0 };
  };
  const ended = (state: State, ticket: number, isGood: boolean): State => {
    const { tokens, paid } = state;
    const price = paid.find(([payer]) => payer === ticket)?.[1];
    const left = isGood ? clampTokens(capacity, tokens + (price ?? refund)) : tokens;
    if (price === undefined) return left === tokens ? state : { tokens: left, paid };
    return { tokens: left, paid: paid.filter(([payer]) => payer !== ticket) };
  };
  const isHeld: Test = (value) => typeof value === 'number' && value >= 0 && value <= capacity;
  const format = 'rxjs-reprise/retryQuota';
  const policy: GatePolicy<State, RetryQuotaView> = {
    initial: { tokens: capacity, paid: [] },
    handles: ['ask', 'success', 'failure', 'cancel', 'control'],
    reduce(state, signal) {
      switch (signal.kind) {
        case 'ask':
          return signal.attempt > 1 ? retried(state, signal.ticket, signal.error) : { state, wait: 0 };
        case 'success':
        case 'failure':
        case 'cancel':
          return { state: ended(state, signal.ticket, signal.kind === 'success'), wait: 0 };
        case 'control': {
          const isNew = signal.command.name !== 'resume' || state.paid.length === 0;
          return { state: isNew ? state : { tokens: state.tokens, paid: [] }, wait: 0 };
        }
        default:
          return { state, wait: 0 };
      }
    },
    format,
    view: ({ tokens }) => ({ tokens }),
    parse: reader(format, { tokens: isHeld, paid: arePaid }),
    wakes: () => [],
  };
  return policy;
}

const arePaid: Test = (value) =>
  Array.isArray(value) &&
  value.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(Number.isFinite));
