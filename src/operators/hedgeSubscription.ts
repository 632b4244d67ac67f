import { Subscription, type Observable, type Subscriber } from 'rxjs';
import { HedgedCall, type RunningAttempt } from '../engine/hedgedCall.js';
import { start } from '../live/start.js';
import { endedBy, wait } from '../time/wait.js';
import { HedgedAttempt } from './hedgedAttempt.js';
import type { HedgeHost } from './hedgeOptions.js';
import { reportUnhandled } from './notify.js';

/** One subscription: it drives a {@link HedgedCall} with RxJS. */
export class HedgeSubscription<T> {
  private readonly call: HedgedCall;
  private readonly attempts: HedgedAttempt<T>[] = [];
  /** The waits for hedges, until an attempt has won. */
  private readonly waits = new Subscription();

  constructor(
    private readonly host: HedgeHost,
    private readonly source: Observable<T>,
    private readonly consumer: Subscriber<T>,
  ) {
    this.call = new HedgedCall(host, host.clock.now());
  }

  /** Starts the next attempt, if the budget pays it. What a callback throws ends the stream. */
  start(): void {
    try {
      const attempt = this.call.begin();
      if (attempt !== undefined) this.run(attempt);
    } catch (error) {
      this.consumer.error(error);
    }
  }

  private run(attempt: RunningAttempt): void {
    const { attempts, call, consumer, host, source } = this;
    // An observer may have unsubscribed.
    if (consumer.closed) {
      call.left(attempt);
      return;
    }
    const subscriber = new HedgedAttempt(consumer, host.gatesOf(attempt.number), call, attempt, (winner) => {
      this.endOthers(winner);
    });
    attempts.push(subscriber);
    start(source, subscriber);
    this.waitAfter(attempt);
  }

  /** Starts another attempt if there is no answer in time. */
  private waitAfter(attempt: RunningAttempt): void {
    const { call, consumer, waits } = this;
    const { clock, until } = this.host;
    if (consumer.closed || until?.aborted) return;
    const ms = call.waitAfter(attempt);
    if (ms === Infinity) return;
    if (attempt.number === 1) consumer.add(waits);
    const waiting = endedBy(until, wait(ms, clock)).subscribe(() => {
      if (!until?.aborted) this.start();
    });
    waits.add(waiting);
  }

  /** A teardown that throws does not stop the others. */
  private endOthers(winner: HedgedAttempt<T>): void {
    this.waits.unsubscribe();
    for (const attempt of this.attempts) {
      try {
        if (attempt !== winner) attempt.unsubscribe();
      } catch (error) {
        reportUnhandled(error);
      }
    }
  }
}
