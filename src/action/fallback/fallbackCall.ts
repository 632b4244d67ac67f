import { EMPTY, type Observable, type Subscriber } from 'rxjs';
import type { FallbackVerdict } from '../../gates/fallbackPlan.js';
import type { Reason } from '../../reasons.js';
import { immediately } from '../../time/wait.js';
import { FallbackError, type RouteFailure } from './fallbackError.js';
import type { Route } from './fallbackRoutes.js';
import type { LivePlan } from './livePlan.js';

/** One subscription: it tries one route after the other, as the plan says, and observes their sources. */
export class FallbackCall {
  private readonly ticket: number;
  private readonly tried: number[] = [];
  private readonly failures: RouteFailure[] = [];
  private route: Route;
  private hasFailed = false;
  private hasValue = false;
  /** Whether this route has answered. */
  private hasAnswered = false;

  constructor(
    private readonly plan: LivePlan,
    private readonly args: readonly unknown[],
    private readonly subscriber: Subscriber<unknown>,
  ) {
    this.ticket = plan.takeTicket();
    // eslint-disable-next-line @typescript-eslint/no-non-null-assertion -- a call that begins has a route to try
    this.route = plan.routeOf(plan.fold({ kind: 'start', ticket: this.ticket }))!;
  }

  /** The source of the route to try. */
  source(): Observable<unknown> {
    this.tried.push(this.route.index);
    this.hasAnswered = false;
    return this.route.source(...this.args);
  }

  /** Part of the `tap` observer: the source has emitted. */
  next(): void {
    this.hasValue = true;
    this.answer();
  }

  /** Part of the `tap` observer: the source has completed. */
  complete(): void {
    this.answer();
  }

  /** The route failed: emits if the next one must be subscribed. To end the call, the error is thrown. */
  failed(error: unknown): Observable<unknown> {
    const { plan, route, failures } = this;
    failures.push({ route: route.name, error });
    const verdict = this.verdictOn(error);
    const { isSkip = false, reason } = verdict;
    this.hasFailed ||= !isSkip;
    const next = plan.routeOf(verdict);
    plan.notify({ kind: isSkip ? 'skipped' : 'failed', route: route.name, error, next: next?.name });
    // An observer may have unsubscribed.
    if (this.subscriber.closed) return EMPTY;
    if (next === undefined)
      throw this.end(reason === 'exhausted' ? new FallbackError(plan.name, failures) : error, reason);
    this.route = next;
    return immediately;
  }

  private answer(): void {
    if (this.hasAnswered) return;
    this.hasAnswered = true;
    const { plan, route, ticket, hasFailed } = this;
    plan.fold({ kind: 'answer', ticket, route: route.index, hasFailed });
    plan.notify({ kind: 'answered', route: route.name });
  }

  private verdictOn(error: unknown): FallbackVerdict {
    const { ticket, route, tried, hasValue } = this;
    try {
      return this.plan.fold({ kind: 'failure', ticket, route: route.index, tried, error, hasValue });
    } catch (thrown) {
      throw this.end(thrown, 'fatal');
    }
  }

  private end(error: unknown, reason: Reason = 'fatal'): unknown {
    this.plan.notify({ kind: 'gave-up', error, reason });
    return error;
  }
}
