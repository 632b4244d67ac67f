import type { GatePolicy } from '../gates/gatePolicy.js';
import { handledKinds, reduced, type Policy, type Verdict } from '../policy/policy.js';
import type { Signal } from '../policy/signals.js';

/**
 * How often a policy is asked about one signal while a predicate of the user changes the state each time. What the last
 * one changes is lost, so that a predicate that never stops cannot hang the call.
 */
export const mostProposals = 100;

/** Where the engine reads the time and draws random numbers. */
export interface Clock {
  /** Milliseconds that never go back. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/** One live state of a policy: it numbers the attempts that ask, and folds signals into the state. */
export class Ledger<S = unknown> {
  /** @internal The state now. */
  current: S;
  /** @internal How often the state has changed: tells two states apart without keeping them. */
  version = 0;
  /** The newest ticket; 0 before the first attempt. */
  protected lastTicket = 0;
  private kinds: ReadonlySet<Signal['kind']>;

  constructor(
    /** @internal */
    public policy: Policy<S>,
    /** @internal */
    readonly clock: Clock,
  ) {
    this.current = policy.initial;
    this.kinds = new Set(handledKinds([policy]));
  }

  /** Goes on with another policy, from that state of it. */
  protected follow(policy: Policy<S>, state: S): void {
    this.policy = policy;
    this.current = state;
    this.kinds = new Set(handledKinds([policy]));
    this.version += 1;
  }

  /** @internal Numbers a new attempt. */
  nextTicket(): number {
    return (this.lastTicket += 1);
  }

  /** @internal Whether the policy handles that kind of signal. */
  handles(kind: Signal['kind']): boolean {
    return this.kinds.has(kind);
  }

  /** @internal Whether the policy wants the next value of that attempt. */
  expectsValue(ticket: number): boolean {
    const policy: Partial<GatePolicy<S>> = this.policy;
    return this.handles('value') && (policy.expectsValue?.(this.current, ticket) ?? true);
  }

  /** @internal The policy's verdict. The state stays as it is until {@link commit}. */
  propose(signal: Signal): Verdict<S> {
    const { current: state, policy } = this;
    return this.handles(signal.kind) ? reduced(policy, state, signal) : { state, wait: 0 };
  }

  /** @internal Stores the state of a verdict. */
  commit(_signal: Signal, { state }: Verdict<S>): void {
    if (state === this.current) return;
    this.current = state;
    this.version += 1;
  }

  /**
   * @internal Folds a signal that is a report or a command. A predicate of the policy may itself use this ledger: what it
   * changed is kept, and the signal is folded into the state that it left. The first verdict is the answer.
   */
  fold(signal: Signal): Verdict<S> {
    let before = this.current;
    const first = this.propose(signal);
    let verdict = first;
    for (let times = 1; this.current !== before && times < mostProposals; times += 1) {
      before = this.current;
      verdict = this.propose(signal);
    }
    this.commit(signal, verdict);
    return first;
  }
}
