import { concatMap, defer, filter, merge, of, share, switchMap, type Observable } from 'rxjs';
import { GateTransaction } from '../engine/gateTransaction.js';
import { RejectedError } from '../errors.js';
import type { Reason } from '../reasons.js';
import type { GatePolicy } from '../gates/gatePolicy.js';
import { snapshotOf, type Snapshot } from '../gates/snapshot.js';
import { untilChange } from '../policy/policy.js';
import type { SchedulerClock } from '../time/clock.js';
import { waitUntilAdmitted, whenAdmitted } from './admission.js';
import { rejectNested } from './nesting.js';
import { startingAt } from './start.js';
import type { GateEntry } from './waiting.js';
import type { Change } from './change.js';
import { LiveLedger } from './liveLedger.js';

/**
 * One live state of a policy that many streams share: a circuit, or what {@link gate} makes. Reading it never changes it.
 * `S` is the state of its policy, `V` its view, `E` its events.
 */
export abstract class Gate<S = unknown, V = unknown, E = unknown> extends LiveLedger<S> {
  /** Shared, so that a change which is not visible costs the same for any number of subscribers. */
  private readonly visibleChanges = this.changes.pipe(
    filter((change) => this.isVisible(change)),
    share(),
  );

  /** @internal */
  constructor(
    /** What it is, in errors. */
    private readonly kind: 'circuit' | 'gate',
    /** Its name in errors, events and snapshots. */
    readonly name: string,
    policy: GatePolicy<S>,
    clock: SchedulerClock,
  ) {
    super(policy, clock);
  }

  /** How it is now. */
  abstract get state(): V;

  /** How it is from now on: at once, and at every change. Never completes. */
  get state$(): Observable<V> {
    return defer(() => merge(this.visibleChanges, of(0)).pipe(switchMap(() => this.views())));
  }

  /** What happens in it, as it happens; no past events. Never completes. */
  get events$(): Observable<E> {
    return this.changes.pipe(concatMap((change) => this.eventsOf(change)));
  }

  /** Its state as JSON. */
  snapshot(): Snapshot<S> {
    return snapshotOf(this.policy.format, this.name, this.current);
  }

  /**
   * Continues from a snapshot that was taken here or elsewhere, by whatever clock. Attempts that were running or waiting
   * then are gone.
   *
   * @throws TypeError that names it, if it is foreign, newer, damaged or of other rules. Nothing has changed then.
   */
  restore(snapshot: unknown): void {
    const state = this.policy.parse(this.title, snapshot);
    this.resume(state);
  }

  /**
   * @internal How operators send attempts through a list of gates. A method, not an import, so that the bundle of a plain
   * retry does not include this code.
   */
  enter(gates: readonly Gate[]): GateEntry {
    return {
      begin(past) {
        // A retry stands where its first attempt stood. What is being subscribed meanwhile is another stream.
        if (past === undefined) rejectNested(gates);
        return new GateTransaction(gates, past);
      },
      waitUntilAdmitted,
      whenAdmitted,
      starting: (source, attempt) => startingAt(gates, source, attempt),
      shortened: (waiting) => gates.reduce((shorter, each) => each.shortened(shorter), waiting),
    };
  }

  /** @internal The wait after a failure, which the gate may end early. */
  shortened(waiting: Observable<unknown>): Observable<unknown> {
    return waiting;
  }

  /** @internal */
  rejection(reason: Reason, wait: number): RejectedError {
    return new RejectedError(reason, shownWait(wait), this.name);
  }

  /** @internal The rejection that an attempt would meet in `ms` milliseconds, if that is certain and waiting cannot help. */
  rejectionIn(_ms: number): RejectedError | undefined {
    return undefined;
  }

  /** @internal What it is called in errors. */
  get title(): string {
    return `${this.kind} ${this.name}`;
  }

  /** Whether `state$` emits after that change. */
  protected isVisible({ before, verdict, lost }: Change<S>): boolean {
    return verdict.state !== before || lost !== undefined;
  }

  /** Its view now, and from now on for as long as only time passes. */
  protected views(): Observable<V> {
    return defer(() => of(this.state));
  }

  protected abstract eventsOf(change: Change<S>): E[];
}

/** A wait as errors and events show it. One that lasts until something changes may end at any time. */
export const shownWait = (wait: number): number => (wait === untilChange ? 0 : wait);
