import { handledKinds, step, type Policy, type Signal, type Verdict } from '../policy/policy.js';

/** Where a ledger reads the time and draws random numbers. */
export interface Clock {
  /** Milliseconds that never go back. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/** One live state of a policy: it numbers the attempts that ask, and folds signals into the state. */
export class Ledger<S = unknown> {
  /** The state now. */
  current: S;
  /** The newest ticket; 0 before the first attempt. */
  protected lastTicket = 0;
  private readonly kinds: ReadonlySet<Signal['kind']>;

  constructor(
    readonly policy: Policy<S>,
    readonly clock: Clock,
  ) {
    this.current = policy.initial;
    this.kinds = new Set(handledKinds([policy]));
  }

  /** Numbers a new attempt. */
  nextTicket(): number {
    return (this.lastTicket += 1);
  }

  /** Whether the policy handles that kind of signal. */
  handles(kind: Signal['kind']): boolean {
    return this.kinds.has(kind);
  }

  /** The policy's verdict. The state stays as it is until {@link commit}. */
  propose(signal: Signal): Verdict<S> {
    return step(this.policy, this.current, signal);
  }

  /** Stores the state of a verdict. A live gate also publishes the change. */
  commit(_signal: Signal, { state }: Verdict<S>): void {
    this.current = state;
  }

  /**
   * Folds a signal that is a report or a command. A predicate of the policy may itself use this ledger; what it
   * changed is kept, and the signal is folded into the state that it left.
   */
  fold(signal: Signal): Verdict<S> {
    const before = this.current;
    const verdict = this.propose(signal);
    this.commit(signal, this.current === before ? verdict : this.propose(signal));
    return verdict;
  }
}
