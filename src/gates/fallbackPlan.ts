import { isFinal, isRejection } from '../finality.js';
import type { Reason } from '../reasons.js';

/*
 * Which of several routes a call tries next, as a pure reducer. Routes are numbered from 0, in the order of the plan. The
 * calls of a plan share one state: the route that worked last. What a call has tried is a part of its signals.
 */

/** What the calls of a plan share. It is JSON. */
export interface FallbackState {
  /** The route that calls begin with while it is sticky. 0, the first one, means that none is. */
  readonly route: number;
  /** When it became that. */
  readonly since: number;
  /** The newest call that has changed or confirmed it. Reports of older calls change nothing. */
  readonly ticket: number;
}

interface SignalBase {
  /** The number of the call, in the order in which the calls of the plan began. The first is 1. */
  readonly ticket: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: number;
}

/** A call begins. */
interface Start extends SignalBase {
  readonly kind: 'start';
}

/** A route of a call has emitted its first value, or has completed without one. */
interface Answer extends SignalBase {
  readonly kind: 'answer';
  readonly route: number;
  /** Whether another route of the call has failed before. One that was skipped does not count. */
  readonly hasFailed: boolean;
}

/** A route of a call has failed. */
interface RouteFailed extends SignalBase {
  readonly kind: 'failure';
  readonly route: number;
  /** The routes that the call has tried, also this one. */
  readonly tried: readonly number[];
  readonly error: unknown;
  /** Whether the call has emitted a value. */
  readonly hasValue: boolean;
}

export type FallbackSignal = Start | Answer | RouteFailed;

export interface FallbackVerdict {
  readonly state: FallbackState;
  /** The route to try next; `undefined` after an answer, and if the call ends with an error. */
  readonly route?: number | undefined;
  /** Why the call ends with an error. */
  readonly reason?: Reason;
  /** Whether the route has rejected the call, and so was skipped. */
  readonly isSkip?: boolean;
}

export interface FallbackSettings {
  /** How many routes there are. */
  readonly routes: number;
  /** How long a call begins with the route that worked, in milliseconds. 0 = never, Infinity = until it fails. */
  readonly stickyFor: number;
  readonly switchAfterValue: boolean;
  /** Which errors make a call try the next route. It is not asked about rejections and aborts. */
  readonly switchOn: (error: unknown) => boolean;
}

export interface FallbackPlan {
  readonly initial: FallbackState;
  readonly reduce: (state: FallbackState, signal: FallbackSignal) => FallbackVerdict;
}

const initial: FallbackState = { route: 0, since: 0, ticket: 0 };

/** The reducer of a plan. A `switchOn` that throws makes `reduce` throw. */
export function fallbackPlan({ routes, stickyFor, switchAfterValue, switchOn }: FallbackSettings): FallbackPlan {
  /** The route that a call which has tried those tries next: the sticky one first, then the others in their order. */
  const next = (state: FallbackState, now: number, tried: readonly number[]): number | undefined => {
    const sticky = now - state.since < stickyFor ? state.route : 0;
    const order = [sticky, ...Array.from({ length: routes }, (_, route) => route)];
    return order.find((route) => !tried.includes(route));
  };

  const onFailure = (state: FallbackState, { ticket, now, route, tried, error, hasValue }: RouteFailed) => {
    const isSkip = isRejection(error);
    if (!isSkip && isFinal(error)) return { state, reason: 'fatal' };
    if (!isSkip && !switchOn(error)) return { state, reason: 'error' };
    const isOver = !isSkip && route !== 0 && route === state.route && ticket >= state.ticket;
    const after = isOver ? { ...initial, ticket } : state;
    if (hasValue && !switchAfterValue) return { state: after, reason: 'answered', isSkip };
    const following = next(after, now, tried);
    return following === undefined
      ? { state: after, reason: 'exhausted', isSkip }
      : { state: after, route: following, isSkip };
  };

  return {
    initial,
    reduce(state, signal) {
      switch (signal.kind) {
        case 'start':
          return { state, route: next(state, signal.now, []) };
        case 'failure':
          return onFailure(state, signal);
        case 'answer':
          return { state: stickyFor === 0 ? state : onAnswer(state, signal) };
      }
    },
  };
}

/**
 * A route is sticky from the answer of the call that switched to it. Later answers of it do not make that longer, or a busy
 * plan would never try its first route again. A route that rejects is not replaced: its own circuit remembers that.
 */
function onAnswer(state: FallbackState, { ticket, now, route, hasFailed }: Answer): FallbackState {
  if (ticket < state.ticket) return state;
  if (hasFailed) return { route, since: now, ticket };
  if (route !== state.route) return { ...initial, ticket };
  return ticket === state.ticket ? state : { ...state, ticket };
}
