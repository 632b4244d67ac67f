import { number, record, refuse } from '../../options.js';
import { classifier, type Outcome } from '../outcome.js';
import type { Verdict } from '../../policy/policy.js';
import type { GatePolicy } from '../gatePolicy.js';
import { reader, type Test } from '../snapshot.js';
import { clampTokens } from './tokens.js';

/** Options of {@link retryThrottle}. */
export interface RetryThrottleOptions {
  /** How many tokens it holds, and begins with: above 0, at most 1000 (gRPC's bound). */
  readonly maxTokens: number;
  /** How many tokens a success gives, finite, at least a billionth; a failure takes one. */
  readonly tokenRatio: number;
  /**
   * What an error says of the other side. Unless told, every error is a `'failure'` but our own rejections
   * ({@link RejectedError}), which are ignored. What it throws ends the stream, and counts as a failure.
   */
  readonly classify?: (error: any) => Outcome;
}

/** What people look at. */
export interface RetryThrottleView {
  readonly tokens: number;
  /** Whether retries are rejected. */
  readonly isThrottling: boolean;
}

interface State {
  readonly tokens: number;
}

/**
 * Rejects retries, with reason `'throttle'`, while too many calls fail: a failure takes a token, a success gives
 * `tokenRatio` of one, and a retry may start only while *more* than half of `maxTokens` are left. A first attempt
 * always may, and a success of one is what fills it again. It knows no time.
 *
 * With `tokenRatio` 0.1 it lets retries go on as long as fewer than one call in eleven fails.
 *
 * Source: gRPC's retry throttling (gRFC A6).
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const policy = retryThrottle({ maxTokens: 10, tokenRatio: 0.1 });
 * preview(both(fixed(100), policy)) // => { delays: [100, 100, 100, 100], reason: 'throttle' }
 */
export function retryThrottle(options: RetryThrottleOptions): GatePolicy<unknown, RetryThrottleView> {
  record('retryThrottle', options);
  const { maxTokens, tokenRatio, classify } = options;
  if (!(typeof maxTokens === 'number' && maxTokens > 0 && maxTokens <= 1000))
    refuse('retryThrottle', 'maxTokens', 'above 0 and at most 1000', maxTokens);
  number('retryThrottle', 'tokenRatio', tokenRatio, 1e-9);
  const judge = classifier('retryThrottle', classify);

  const isThrottling = ({ tokens }: State): boolean => tokens <= maxTokens / 2;
  const changed = (state: State, by: number): State => {
    const tokens = clampTokens(maxTokens, state.tokens + by);
    return tokens === state.tokens ? state : { tokens };
  };
  const failed = (state: State, error: unknown): Verdict<State> => {
    const { outcome, thrown } = judge(error);
    const next = outcome === 'ignore' ? state : changed(state, outcome === 'failure' ? -1 : tokenRatio);
    return thrown === undefined ? { state: next, wait: 0 } : { state: next, wait: 0, thrown };
  };
  const isHeld: Test = (value) => typeof value === 'number' && value >= 0 && value <= maxTokens;
  const format = 'rxjs-reprise/retryThrottle';
  const policy: GatePolicy<State, RetryThrottleView> = {
    initial: { tokens: maxTokens },
    handles: ['ask', 'success', 'failure'],
    reduce(state, signal) {
      switch (signal.kind) {
        case 'ask':
          return signal.attempt > 1 && isThrottling(state)
            ? { state, wait: Infinity, reason: 'throttle' }
            : { state, wait: 0 };
        case 'success':
          return { state: changed(state, tokenRatio), wait: 0 };
        case 'failure':
          return failed(state, signal.error);
        default:
          return { state, wait: 0 };
      }
    },
    format,
    view: (state) => ({ tokens: state.tokens, isThrottling: isThrottling(state) }),
    parse: reader(format, { tokens: isHeld }),
    wakes: () => [],
  };
  return policy;
}
