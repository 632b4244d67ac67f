import { filter, merge, NEVER, type Observable } from 'rxjs';
import { admission } from '../live/admission.js';
import { Call } from './ticket.js';
import type { Calls, Ending, Longest } from './transaction.js';
import type { Gate } from '../live/gate.js';
import type { SchedulerClock } from '../time/clock.js';

/** One attempt in all gates of an operator. */
export class CellCalls implements Calls {
  private readonly calls: readonly Call[];
  private isOver = false;

  constructor(gates: readonly Gate[]) {
    this.calls = gates.map((gate) => new Call(gate));
  }

  ask(attempt: number, error: unknown, own: Longest): Longest {
    const longest = this.asked(attempt, error, own);
    return this.calls.some((call) => call.isStale()) ? this.asked(attempt, error, own) : longest;
  }

  private asked(attempt: number, error: unknown, own: Longest): Longest {
    let longest = own;
    for (const call of this.calls) {
      const { wait, reason } = call.ask(attempt, error);
      if (wait > longest.wait) longest = { wait, reason, by: call.gate };
    }
    return longest;
  }

  keep(isAdmitted: boolean): void {
    for (const call of this.calls) call.keep(isAdmitted);
    this.announce();
    this.rouse();
  }

  admitted(ms: number, settings: SchedulerClock, ask: () => number, maxWait?: () => number): Observable<0> {
    return admission(ms, this, settings, ask, maxWait);
  }

  /** Whether a gate that rejected has changed meanwhile, so that nobody will wake who waits for it. */
  isOvertaken(): boolean {
    return this.calls.some((call) => call.isOvertaken());
  }

  /**
   * Emits when a gate that told it to wait wakes it, as the gates say; no more once it leaves them, one after the
   * other.
   */
  wakes(): Observable<number | undefined> {
    const waiting = this.calls.filter((call) => call.isWaiting);
    return merge(NEVER, ...waiting.map((call) => call.wakes())).pipe(filter(() => !this.isOver));
  }

  value(value: unknown): void {
    for (const call of this.calls) call.value(value);
    this.announce();
    this.rouse();
  }

  settle(ending: Ending, error?: unknown): void {
    this.isOver = true;
    let first: { readonly thrown: unknown } | undefined;
    for (const call of this.calls) {
      try {
        call.settle(ending, error);
      } catch (thrown) {
        first ??= { thrown };
      }
    }
    this.announce();
    if (first !== undefined) throw first.thrown;
  }

  rouse(): void {
    for (const call of this.calls) call.rouse();
  }

  private announce(): void {
    for (const { gate } of this.calls) gate.announce();
  }
}
