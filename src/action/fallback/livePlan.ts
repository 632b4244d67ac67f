import type { FallbackPlan, FallbackSignal, FallbackState, FallbackVerdict } from '../../gates/fallbackPlan.js';
import type { FallbackEvent } from './fallbackEvents.js';
import type { Route } from './fallbackRoutes.js';

/** A plan in use. Its calls share its state. */
export class LivePlan {
  private state: FallbackState;
  private tickets = 0;

  constructor(
    readonly name: string,
    private readonly routes: readonly Route[],
    private readonly plan: FallbackPlan,
    private readonly now: () => number,
    readonly notify: (event: Unnamed<FallbackEvent>) => void,
  ) {
    this.state = plan.initial;
  }

  /** Numbers a call. */
  takeTicket(): number {
    return (this.tickets += 1);
  }

  fold(signal: Untimed<FallbackSignal>): FallbackVerdict {
    const verdict = this.plan.reduce(this.state, { ...signal, now: this.now() });
    this.state = verdict.state;
    return verdict;
  }

  /** The route that a verdict names, if it names one. */
  routeOf({ route }: FallbackVerdict): Route | undefined {
    return route === undefined ? undefined : this.routes[route];
  }
}

type Untimed<S> = S extends unknown ? Omit<S, 'now'> : never;

type Unnamed<E> = E extends unknown ? Omit<E, 'name'> : never;
