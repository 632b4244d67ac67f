import { concatMap, type Observable, type Subscriber } from 'rxjs';
import { RetriedCall } from '../engine/retriedCall.js';
import type { Transaction } from '../engine/transaction.js';
import { endedBy, immediately, wait, type Asker } from '../time/wait.js';
import { readiness } from './beforeRetry.js';
import { reportUnhandled } from './notify.js';
import type { RetryHost } from './retryHost.js';

/**
 * Every 512th consecutive retry without a wait goes through the scheduler, so that the stack and the event loop stay
 * free.
 */
const longestBurst = 512;

/**
 * One subscription: it drives a {@link RetriedCall} with RxJS. It waits what the call answers, and it is the observer that
 * `tap` notifies about the source.
 */
export class RetrySubscription implements Asker {
  private readonly call: RetriedCall;
  /** How many sources have not let go: a retry may be asked for, and rejected, before the last one has. */
  private sources = 0;
  private burst = 0;

  constructor(
    private readonly host: RetryHost,
    private readonly subscriber: Subscriber<unknown>,
    private readonly startedAt: number,
  ) {
    this.call = new RetriedCall(host, startedAt);
  }

  /** Asks for the first attempt: 0 = start, n = see {@link postponed}. A rejection is thrown. */
  begin(): number {
    return this.orThrow(this.call.ask(this.startedAt));
  }

  /** Emits when a postponed attempt may start: it asks again after `ms` milliseconds. */
  postponed(ms: number): Observable<unknown> {
    const { clock, entry } = this.host;
    const transaction: Transaction | undefined = this.call.gates;
    return this.endedByUntil(
      entry === undefined || transaction === undefined
        ? wait(ms, clock, this)
        : entry.whenAdmitted(ms, { transaction, clock, ask: () => this.askAgain() }),
    );
  }

  /** The attempt failed: emits when to subscribe again. To give up, the final error is thrown. */
  delay(error: unknown): Observable<unknown> {
    const { clock, entry, beforeRetry } = this.host;
    const failedAt = clock.now();
    const { attempt } = this.call;
    const ms = this.orThrow(this.fail(error, failedAt));
    this.burst = ms > 0 ? 0 : this.burst + 1;
    const hops = ms > 0 || this.burst % longestBurst === 0;
    // An observer of the failure may have unsubscribed.
    if (this.subscriber.closed) return immediately;
    if (beforeRetry === undefined) {
      if (!hops) return this.start(this.ask(failedAt));
      if (entry === undefined) return this.endedByUntil(wait(ms, clock, this, true));
    }
    let ready: Observable<unknown> = wait(ms, clock, undefined, hops);
    if (entry) ready = entry.shortened(ready);
    if (beforeRetry) {
      ready = ready.pipe(concatMap(() => readiness(beforeRetry, { error, attempt, wait: ms }, this.call)));
    }
    return this.endedByUntil(ready).pipe(concatMap(() => this.start(this.askAgain())));
  }

  /** Whether the source has neither emitted nor ended. */
  get isSilent(): boolean {
    return this.call.isRunning;
  }

  /** A wait has ended: may the attempt start? */
  askAgain(): number {
    return this.ask(this.host.clock.now());
  }

  /** Part of the `tap` observer: the source is subscribed. */
  subscribe(): void {
    this.sources += 1;
  }

  next(value: unknown): void {
    this.call.value(value);
  }

  complete(): void {
    this.call.succeeded();
  }

  /** The consumer left, and the source has let go. */
  unsubscribe(): void {
    try {
      this.call.left();
    } catch (error) {
      reportUnhandled(error);
    }
  }

  /** The last thing that happens to an attempt: the source has let go. If its teardown throws, `tap` does not say so. */
  finalize(): void {
    this.sources -= 1;
    this.release();
  }

  /** The consumer left. Where a source is subscribed, `tap` says so after the source has let go. */
  leave(): void {
    if (this.sources === 0) this.release();
  }

  private release(): void {
    if (this.subscriber.closed) this.unsubscribe();
    this.call.released();
  }

  /** A predicate may unsubscribe, and then the source has let go before the gates are settled. */
  private fail(error: unknown, failedAt: number): number {
    try {
      return this.call.failed(error, failedAt);
    } finally {
      if (this.subscriber.closed) this.release();
    }
  }

  /** A wait ends early when `until` aborts, with the error that `askAgain` throws then. */
  private endedByUntil(waiting: Observable<unknown>): Observable<unknown> {
    return endedBy(this.host.until, waiting, () => this.askAgain());
  }

  private start(ms: number): Observable<unknown> {
    return ms === 0 ? immediately : this.postponed(ms);
  }

  private ask(now: number): number {
    const { call, host } = this;
    return this.orThrow(host.until?.aborted ? call.stop() : call.ask(now));
  }

  private orThrow(ms: number): number {
    if (ms === Infinity) throw this.call.end?.error;
    return ms;
  }
}

/** Whether the consumer has left. A function, because callbacks may have ended it in between. */
export const isLeft = (subscriber: Subscriber<unknown>): boolean => subscriber.closed;
