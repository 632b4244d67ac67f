import { record, refuse } from '../check.js';
import { judging, type Outcome } from '../policy/outcome.js';
import type { Verdict } from '../policy/policy.js';
import type { SharedPolicy } from '../policy/sharedPolicy.js';
import { reader, type Test } from '../policy/snapshot.js';
import { tokensWithin } from './tokens.js';

/** Options of {@link successThrottle}. */
export interface SuccessThrottleOptions {
  /** How many tokens it holds, and begins with: above 0, at most 1000 (gRPC's bound). */
  readonly maxTokens: number;
  /** How many tokens a success gives, finite and above 0; a failure takes one. */
  readonly tokenRatio: number;
  /**
   * What an error says of the other side. Unless told, every error is a `'failure'` but our own refusals
   * ({@link RefusedError}), which are ignored. What it throws ends the stream, and counts as a failure.
   */
  readonly classify?: (error: any) => Outcome;
}

/** What people look at. */
export interface SuccessThrottleView {
  readonly tokens: number;
  /** Whether retries are refused. */
  readonly isThrottling: boolean;
}

interface State {
  readonly tokens: number;
}

/**
 * Refuses retries, with reason `'throttle'`, while too many calls fail: a failure takes a token, a success gives
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
 * const policy = successThrottle({ maxTokens: 10, tokenRatio: 0.1 });
 * preview(both(fixed(100), policy)) // => { delays: [100, 100, 100, 100], reason: 'throttle' }
 */
export function successThrottle(options: SuccessThrottleOptions): SharedPolicy<unknown, SuccessThrottleView> {
  record('successThrottle', options);
  const { maxTokens, tokenRatio, classify } = options;
  if (!(typeof maxTokens === 'number' && maxTokens > 0 && maxTokens <= 1000))
    refuse('successThrottle', 'maxTokens', 'above 0 and at most 1000', maxTokens);
  if (!(typeof tokenRatio === 'number' && tokenRatio > 0 && tokenRatio < Infinity))
    refuse('successThrottle', 'tokenRatio', 'finite and above 0', tokenRatio);
  const judge = judging('successThrottle', classify);

  const isThrottling = ({ tokens }: State): boolean => tokens <= maxTokens / 2;
  const changed = (state: State, by: number): State => {
    const tokens = tokensWithin(maxTokens, state.tokens + by);
    return tokens === state.tokens ? state : { tokens };
  };
  const failed = (state: State, error: unknown): Verdict<State> => {
    const { outcome, thrown } = judge(error);
    const next = outcome === 'ignore' ? state : changed(state, outcome === 'failure' ? -1 : tokenRatio);
    return thrown === undefined ? { state: next, wait: 0 } : { state: next, wait: 0, thrown };
  };
  const isHeld: Test = (value) => typeof value === 'number' && value >= 0 && value <= maxTokens;
  const format = 'rxjs-reprise/successThrottle';
  const policy: SharedPolicy<State, SuccessThrottleView> = {
    initial: { tokens: maxTokens },
    hears: ['ask', 'success', 'failure'],
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
