import type { GatePolicy } from '../gates/gatePolicy.js';
import type { Verdict } from '../policy/policy.js';
import type { Signal } from '../policy/signals.js';
import type { Waiter } from './gateLedger.js';
import { Ledger, type Clock } from './ledger.js';
import { Waiters } from './waiters.js';

/** The ledger of a gate: it knows the calls that wait for it, and which of them a change concerns. */
export class WaitedLedger<S = unknown> extends Ledger<S> {
  /** @internal */
  running = 0;
  private readonly waiters = new Waiters();
  private wakeUp: (() => void) | undefined;

  /** @internal */
  constructor(
    /** @internal */
    override policy: GatePolicy<S>,
    clock: Clock,
  ) {
    super(policy, clock);
  }

  /** @internal */
  override commit(signal: Signal, verdict: Verdict<S>): void {
    const before = this.current;
    super.commit(signal, verdict);
    this.note(before, signal, verdict);
    if (!this.waiters.isEmpty) this.wakeUp = this.wakeUpAfter(before, signal, verdict);
  }

  /** @internal */
  get admitsAll(): boolean {
    return this.policy.admits?.(this.current) === true;
  }

  /** @internal */
  get settlesAt(): 'proof' | 'end' {
    return this.policy.settlesAt ?? 'proof';
  }

  /** @internal */
  takeWakeUp(): (() => void) | undefined {
    const { wakeUp } = this;
    if (wakeUp !== undefined) this.wakeUp = undefined;
    return wakeUp;
  }

  /** @internal */
  park(ticket: number, waiter: Waiter): void {
    this.waiters.park(ticket, waiter);
  }

  /** @internal */
  unpark(ticket: number, waiter: Waiter): void {
    this.waiters.unpark(ticket, waiter);
  }

  /** Whether calls wait for it. */
  protected get isWaitedFor(): boolean {
    return !this.waiters.isEmpty;
  }

  /** Lets all waiting calls ask again at once. */
  protected wakeAll(): void {
    this.waiters.wakeAll(0);
  }

  /** Is called for everything that it folds. */
  protected note(_before: S, _signal: Signal, _verdict: Verdict<S>): void {
    // Nothing to keep.
  }

  /** Over a tenth of how many milliseconds the calls spread that a change wakes; `undefined`: of the rest of their waits. */
  protected spanOf(_before: S, _after: S): number | undefined {
    return undefined;
  }

  /** A postponed ask does not wake all calls, because each of them would ask, be postponed and wake all again. */
  private wakeUpAfter(before: S, signal: Signal, { wait }: Verdict<S>): (() => void) | undefined {
    const { current, policy, waiters } = this;
    const woken = policy.wakes(before, current, signal);
    if (woken.length === 0 || (woken === 'all' && signal.kind === 'ask' && wait > 0)) return undefined;
    const span = this.spanOf(before, current);
    return () => {
      if (woken === 'all') waiters.wakeAll(span);
      else waiters.wake(woken);
    };
  }
}
