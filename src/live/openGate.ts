import { defer, type Observable } from 'rxjs';
import { openness, type Openness, type OpennessView } from '../gates/openness.js';
import { flag } from '../options.js';
import type { Verdict } from '../policy/policy.js';
import type { Signal } from '../policy/signals.js';
import type { SchedulerClock } from '../time/clock.js';
import { Gate } from './gate.js';
import type { Change } from './change.js';
import { apart } from './nesting.js';

/** What happens at an {@link openWhen} gate. */
export interface OpenGateEvent {
  readonly kind: 'opened' | 'closed';
  /** The name of the gate. */
  readonly gate: string;
  /** The time by the gate's clock, in milliseconds. */
  readonly at: number;
}

/** A gate that an Observable opens and closes, made by {@link openWhen}. */
export class OpenGate extends Gate<Openness, OpennessView, OpenGateEvent> {
  private isConnected = false;

  /** @internal */
  constructor(
    name: string,
    private readonly open$: Observable<boolean>,
    private readonly spread: number | undefined,
    clock: SchedulerClock,
  ) {
    super('gate', name, openness, clock);
  }

  override get state(): OpennessView {
    this.connect();
    return openness.view(this.current, this.clock.now());
  }

  override get state$(): Observable<OpennessView> {
    return this.connectedTo(super.state$);
  }

  override get events$(): Observable<OpenGateEvent> {
    return this.connectedTo(super.events$);
  }

  /** Checks the snapshot and changes nothing: the Observable decides whether the gate is open. */
  override restore(snapshot: unknown): void {
    openness.parse(this.title, snapshot);
  }

  /** @internal */
  override propose(signal: Signal): Verdict<Openness> {
    this.connect();
    return super.propose(signal);
  }

  protected override eventsOf({ before, signal, verdict: { state } }: Change<Openness>): OpenGateEvent[] {
    if (before.isOpen === state.isOpen) return [];
    return [{ kind: state.isOpen ? 'opened' : 'closed', gate: this.name, at: signal.now }];
  }

  /** Calls that can only be rejected need not be spread. */
  protected override spanOf(before: Openness, after: Openness): number {
    if (!after.isOpen) return 0;
    return this.spread === undefined ? Math.min(after.since - before.since, 50_000) : this.spread * 10;
  }

  private connectedTo<T>(source: Observable<T>): Observable<T> {
    return defer(() => {
      this.connect();
      return source;
    });
  }

  /** Subscribes to the Observable, once, when the gate is first used. */
  private connect(): void {
    if (this.isConnected) return;
    this.isConnected = true;
    this.current = { ...this.current, since: this.clock.now() };
    apart(() => {
      this.open$.subscribe({
        next: (isOpen) => {
          this.become(checked(this.title, isOpen), false);
        },
        error: (error: unknown) => {
          this.become(false, true);
          throw error;
        },
        complete: () => {
          this.become(this.current.isOpen, true);
        },
      });
    });
  }

  private become(isOpen: boolean, isFinal: boolean): void {
    const { current, clock } = this;
    if (current.isOpen === isOpen && current.isFinal === isFinal) return;
    this.resume({ isOpen, isFinal, since: isOpen === current.isOpen ? current.since : clock.now() });
  }
}

function checked(where: string, isOpen: unknown): boolean {
  flag(where, 'a value of open$', isOpen);
  return isOpen;
}
