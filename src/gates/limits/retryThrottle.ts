import { callable, number, rejectOption } from '../../options.js';
import { needed, readOptions } from '../../readOptions.js';
import { classifier, type Outcome } from '../outcome.js';
import type { Verdict } from '../../policy/policy.js';
import type { Failure } from '../../policy/signals.js';
import { worded } from '../../policy/word.js';
import { gatePolicy, type GatePolicy } from '../gatePolicy.js';
import { numberFrom, recordOf } from '../parser.js';
import { stateReader } from '../snapshot.js';
import { clampTokens } from './tokens.js';

/** Options of {@link retryThrottle}. */
export interface RetryThrottleOptions {
  /** How many tokens the throttle can hold. It starts full. Above 0, at most 1000 (gRPC's bound). */
  readonly maxTokens: number;
  /** How many tokens a success adds: finite, at least a billionth. A failure takes one. */
  readonly tokenRatio: number;
  /**
   * What an error says about the other side. An error that it throws ends the stream, and the attempt counts as a failure.
   *
   * @defaultValue `'ignore'` for our own rejections ({@link RejectedError}), `'failure'` for every other error
   */
  readonly classify?: ((error: any) => Outcome) | undefined;
}

/** The status of a {@link retryThrottle}. */
export interface RetryThrottleView {
  /** How many tokens are left. */
  readonly tokens: number;
  /** Whether retries are rejected. */
  readonly isThrottling: boolean;
}

interface State {
  readonly tokens: number;
}

/**
 * Rejects retries with reason `'throttle'` while too many calls fail. A failure takes a token, a success adds
 * `tokenRatio` of one, and a retry may start only while *more* than half of `maxTokens` are left. A first attempt may
 * always start, and its success refills the throttle. Time does not.
 *
 * With a `tokenRatio` of 0.1, retries go on as long as fewer than one call in eleven fails.
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
  const settings = readOptions('retryThrottle', options, {
    maxTokens: [checkTokens, needed],
    tokenRatio: [number, needed, 1e-9],
    classify: [callable, undefined],
  });
  const { maxTokens, tokenRatio, classify } = settings;
  const outcomeOf = classifier('retryThrottle', classify);

  const isThrottling = ({ tokens }: State): boolean => tokens <= maxTokens / 2;
  const add = (state: State, by: number): State => {
    const tokens = clampTokens(maxTokens, state.tokens + by);
    return tokens === state.tokens ? state : { tokens };
  };
  const onFailure = (state: State, { error }: Failure): Verdict<State> => {
    const { outcome, thrown } = outcomeOf(error);
    const next = outcome === 'ignore' ? state : add(state, outcome === 'failure' ? -1 : tokenRatio);
    return thrown === undefined ? { state: next, wait: 0 } : { state: next, wait: 0, thrown };
  };
  const policy = gatePolicy<State, RetryThrottleView>({
    name: 'rxjs-reprise/retryThrottle',
    limits: 'retries',
    initial: { tokens: maxTokens },
    on: {
      ask: (state, { attempt }) =>
        attempt > 1 && isThrottling(state) ? { state, wait: Infinity, reason: 'throttle' } : { state, wait: 0 },
      success: (state) => add(state, tokenRatio),
      failure: onFailure,
    },
    view: (state) => ({ tokens: state.tokens, isThrottling: isThrottling(state) }),
    read: stateReader(recordOf({ tokens: numberFrom(0, maxTokens) })),
    adopt: (state) => add(state, 0),
  });
  return worded(policy, 'retryThrottle', settings);
}

function checkTokens(where: string, option: string, value: unknown): void {
  if (!(typeof value === 'number' && value > 0 && value <= 1000))
    rejectOption(where, option, 'above 0 and at most 1000', value);
}
