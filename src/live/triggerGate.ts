import { defer, merge, mergeMap, Observable, Subject, take, type MonoTypeOperatorFunction } from 'rxjs';
import { trigger, type TriggerView } from '../gates/trigger.js';
import type { SchedulerClock } from '../time/clock.js';
import { wait } from '../time/wait.js';
import { contextOf, type AsyncContext } from './asyncContext.js';
import type { Change } from './change.js';
import { Gate } from './gate.js';
import { apart } from './nesting.js';

/** What happens at a {@link retryNow} gate. */
export interface TriggerEvent {
  readonly kind: 'triggered';
  /** The name of the gate. */
  readonly gate: string;
  /** The time by the gate's clock, in milliseconds. */
  readonly at: number;
}

/** A gate that admits everything and cuts waits short, made by {@link retryNow}. */
export class TriggerGate extends Gate<TriggerView, TriggerView, TriggerEvent> {
  private readonly cuts = new Subject<void>();
  private isConnected = false;

  /** @internal */
  constructor(
    name: string,
    private readonly trigger$: Observable<unknown>,
    private readonly spread: number,
    clock: SchedulerClock,
  ) {
    super('gate', name, trigger, clock);
  }

  override get state(): TriggerView {
    return trigger.view(this.current, this.clock.now());
  }

  /** Checks the snapshot and changes nothing: the Observable triggers it. */
  override restore(snapshot: unknown): void {
    trigger.parse(this.title, snapshot);
  }

  /** @internal Whatever cuts the wait short, the retry goes on in the async context in which it began to wait. */
  override shortened(waiting: Observable<unknown>): Observable<unknown> {
    return defer(() => {
      const cut = this.cuts.pipe(
        mergeMap(() => wait(this.spread * this.clock.random(), this.clock)),
        goingOnIn(contextOf()),
      );
      this.connect();
      return merge(waiting, cut).pipe(take(1));
    });
  }

  protected override eventsOf({ signal }: Change<TriggerView>): TriggerEvent[] {
    return signal.kind === 'control' ? [{ kind: 'triggered', gate: this.name, at: signal.now }] : [];
  }

  /** Subscribes to the trigger, once, when a retry first waits. */
  private connect(): void {
    if (this.isConnected) return;
    this.isConnected = true;
    apart(() => {
      this.trigger$.subscribe((value) => {
        if (value === false) return;
        this.resume({ triggered: this.current.triggered + 1 });
        this.cuts.next();
      });
    });
  }
}

/** Emits in that async context. */
const goingOnIn =
  (context: AsyncContext | undefined): MonoTypeOperatorFunction<0> =>
  (source) =>
    context === undefined
      ? source
      : new Observable((subscriber) =>
          source.subscribe((value) => {
            context(() => {
              subscriber.next(value);
            });
          }),
        );
